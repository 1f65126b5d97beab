/** The screens on the web, and who may call from a browser: only where the settings say so. */
import { describe, expect, test } from 'vitest';
import { synthesizeTemplate } from '../../bin/app.ts';
import { apiDocs } from '../../bin/local/api-docs.ts';
import { readTemplate } from '../../bin/local/template.ts';
import { siteFiles } from '../../web/bundle.ts';
import { readable, synthesize } from '../support/template.ts';
import { corsOf } from './expected/http.ts';
import { OUTPUTS_OF_SITE, site } from './expected/site.ts';
import { OUTPUTS, resources, USUAL } from './expected/stack.ts';

const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-abcd';
const SITE = { webOrigins: 'https://till.example.com,https://console.example.com', siteCertificateArn: CERTIFICATE };
const origins = SITE.webOrigins.split(',');
const withSite = synthesize(SITE);

test('F73 the local stack lets those pages call that the template names, and none without', () => {
  const corsWith = (settings: Readonly<Record<string, unknown>>) =>
    readTemplate(synthesize(settings), { apiUrl: 'http://x', secretArn: () => 'arn' }).cors;
  expect(corsWith({})).toBeUndefined();
  const { AllowOrigins, AllowMethods, AllowHeaders, ExposeHeaders, MaxAge } = corsOf(origins);
  expect(corsWith({ webOrigins: SITE.webOrigins })).toEqual({
    origins: AllowOrigins,
    methods: AllowMethods,
    headers: AllowHeaders,
    exposed: ExposeHeaders,
    maxAgeSeconds: MaxAge,
  });
});

test.each([
  ['webOrigins', 'https://till.example.com/'],
  ['webOrigins', 'https://till.example.com, https://b.example.com'],
  ['webOrigins', 'http://till.example.com'],
  ['webOrigins', 'http://localhost.example.com'],
  ['webOrigins', '*'],
  ['siteCertificateArn', 'arn:aws:acm:eu-west-1:123456789012:certificate/12345678-abcd'],
])('a setting that makes no sense is refused by name: %s=%s', (name, value) => {
  expect(() => synthesizeTemplate({ [name]: value })).toThrow(`the setting ${name} must `);
});

test.each([undefined, 'http://localhost:8080', 'https://till.example.com:8443'])(
  'a certificate needs origins that it can be for: %s',
  (webOrigins) => {
    const context = { siteCertificateArn: CERTIFICATE, ...(webOrigins && { webOrigins }) };
    expect(() => synthesizeTemplate(context)).toThrow('siteCertificateArn needs webOrigins');
  },
);

describe('the site', () => {
  const expected = { sandbox: false, hosts: ['till.example.com', 'console.example.com'], certificate: CERTIFICATE };

  test('is what it must be, resource by resource, and the stack around it is as it was', () => {
    const { resources: found, outputs } = readable(withSite);
    const parts = site({ ...expected, api: '<HttpApi.ApiEndpoint>' });
    for (const [name, part] of Object.entries(parts)) expect([name, found[name]]).toEqual([name, part]);
    expect(found).toEqual({ ...resources({ ...USUAL, origins }), ...parts });
    expect(outputs).toEqual({ ...OUTPUTS, ...OUTPUTS_OF_SITE });
  });

  test('of a sandbox goes with it, and calls the API by its public name where it has one', () => {
    const settings = { ...SITE, publicUrl: 'https://pay.example.com/x', disposable: true };
    const environment = { PUBLIC_URL: 'https://pay.example.com/x' };
    expect(readable(synthesize(settings)).resources).toEqual({
      ...resources({ ...USUAL, sandbox: true, origins, environment }),
      ...site({ ...expected, sandbox: true, api: 'https://pay.example.com' }),
    });
  });

  /** The object that a path is taken for at the edge. */
  const to = (uri: string) => {
    const edge = Object.values(withSite.Resources).find(({ Type }) => Type === 'AWS::CloudFront::Function');
    const run = new Function(`${edge?.Properties.FunctionCode}; return handler;`)() as (event: unknown) => {
      uri: string;
    };
    return run({ request: { uri } }).uri;
  };

  test('takes a page by its plain name', () => {
    expect(['/help', '/help/', '/', '/till/app.3f.js', '/a.b/till'].map(to)).toEqual([
      '/help/index.html',
      '/help/index.html',
      '/index.html',
      '/till/app.3f.js',
      '/a.b/till/index.html',
    ]);
  });

  test("integration M7: serves the API's documents at the paths of the local stack, with the address of the API", async () => {
    const files = await siteFiles('https://pay.example.com/x');
    const at = (path: string) => files.get(to(path).slice(1));
    for (const path of ['/v1/openapi.json', '/v1/docs', '/v1/docs.css']) {
      const local = apiDocs(path, 'https://pay.example.com');
      expect([path, at(path)?.content, at(path)?.type]).toEqual([path, local?.content, local?.headers['content-type']]);
    }
    expect(JSON.parse(String(at('/v1/openapi.json')?.content)).servers).toEqual([
      { url: 'https://pay.example.com', description: 'This very stack.' },
    ]);
  });
});
