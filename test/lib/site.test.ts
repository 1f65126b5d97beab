/** The screens on the web, and who may call from a browser: only where the settings say so. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { synthesizeTemplate } from '../../bin/app.ts';
import { readTemplate } from '../../bin/local/template.ts';

interface Template {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
  Outputs: Record<string, unknown>;
}
const ROOT = join(import.meta.dirname, '..', '..');
const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-abcd';
const SITE = { webOrigins: 'https://till.example.com,https://console.example.com', siteCertificateArn: CERTIFICATE };

const plain = synthesizeTemplate() as Template;
const withSite = synthesizeTemplate(SITE) as Template;
const of = (template: Template, type: string) =>
  Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id, { Properties }]) => ({ id, ...Properties }) as Record<string, unknown> & { id: string });

test('by default there is no site, and no page of another origin may call', () => {
  const types = Object.values(plain.Resources).map(({ Type }) => Type);
  expect(types.filter((type) => /S3|CloudFront/.test(type))).toEqual([]);
  expect(of(plain, 'AWS::ApiGatewayV2::Api')[0]?.CorsConfiguration).toBeUndefined();
  expect(readTemplate(plain, { apiUrl: 'http://x', secretArn: () => 'arn' }).cors).toBeUndefined();
});

test('with origins alone the API answers their pages, and there is still no site', () => {
  const template = synthesizeTemplate({ webOrigins: 'https://till.example.com,http://localhost:5173' }) as Template;
  expect(of(template, 'AWS::CloudFront::Distribution')).toEqual([]);
  expect(of(template, 'AWS::ApiGatewayV2::Api')[0]?.CorsConfiguration).toEqual({
    AllowOrigins: ['https://till.example.com', 'http://localhost:5173'],
    AllowMethods: ['GET', 'POST'],
    AllowHeaders: ['content-type', 'content-digest', 'signature', 'signature-input'],
    ExposeHeaders: ['date', 'idempotency-replayed', 'link', 'retry-after', 'x-request-id'],
    MaxAge: 3_600,
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
  const [distribution] = of(withSite, 'AWS::CloudFront::Distribution');
  const config = distribution?.DistributionConfig as Record<string, unknown>;

  test('is served at the origins, over TLS 1.2 and no less', () => {
    expect(config).toMatchObject({
      Aliases: ['till.example.com', 'console.example.com'],
      ViewerCertificate: {
        AcmCertificateArn: CERTIFICATE,
        MinimumProtocolVersion: 'TLSv1.2_2021',
        SslSupportMethod: 'sni-only',
      },
      DefaultCacheBehavior: { ViewerProtocolPolicy: 'redirect-to-https' },
    });
  });

  test('is read from a private bucket by this distribution and by nobody else', () => {
    for (const bucket of of(withSite, 'AWS::S3::Bucket'))
      expect(bucket).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: expect.anything(),
      });
    expect(config.Origins).toMatchObject([{ OriginAccessControlId: expect.anything() }]);
    expect(of(withSite, 'AWS::CloudFront::OriginAccessControl')[0]?.OriginAccessControlConfig).toMatchObject({
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
    });
    const readers = of(withSite, 'AWS::S3::BucketPolicy')
      .flatMap(({ PolicyDocument }) => (PolicyDocument as { Statement: Record<string, unknown>[] }).Statement)
      .filter(({ Effect, Action }) => Effect === 'Allow' && JSON.stringify(Action).includes('Get'));
    expect(readers).toMatchObject([
      {
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Condition: { StringEquals: { 'AWS:SourceArn': expect.anything() } },
      },
    ]);
  });

  test('tells browsers to load and call nothing but itself and the API', () => {
    const [policy] = of(withSite, 'AWS::CloudFront::ResponseHeadersPolicy');
    const { ContentSecurityPolicy, ...SecurityHeadersConfig } = (
      policy as unknown as {
        ResponseHeadersPolicyConfig: { SecurityHeadersConfig: { ContentSecurityPolicy: Record<string, unknown> } };
      }
    ).ResponseHeadersPolicyConfig.SecurityHeadersConfig;
    const csp = JSON.stringify(ContentSecurityPolicy.ContentSecurityPolicy);
    expect(csp).toMatch(/^\{"Fn::Join":\["",\["default-src 'none'; script-src 'self';/);
    expect(csp).toContain("frame-ancestors 'none'");
    expect(csp).not.toMatch(/unsafe|\*/);
    const [api] = of(withSite, 'AWS::ApiGatewayV2::Api');
    expect(csp).toContain(JSON.stringify({ 'Fn::GetAtt': [api?.id, 'ApiEndpoint'] }));
    expect(SecurityHeadersConfig).toMatchObject({
      StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, IncludeSubdomains: true },
      FrameOptions: { FrameOption: 'DENY' },
      ReferrerPolicy: { ReferrerPolicy: 'no-referrer' },
    });
  });

  test('calls the API by its public name where it has one', () => {
    const named = synthesizeTemplate({ ...SITE, publicUrl: 'https://pay.example.com/x' }) as Template;
    expect(JSON.stringify(of(named, 'AWS::CloudFront::ResponseHeadersPolicy'))).toContain(
      "connect-src 'self' https://pay.example.com;",
    );
  });

  test('takes a page by its plain name', () => {
    const [edge] = of(withSite, 'AWS::CloudFront::Function');
    const run = new Function(`${edge?.FunctionCode}; return handler;`)() as (event: unknown) => { uri: string };
    const to = (uri: string) => run({ request: { uri } }).uri;
    expect(['/help', '/help/', '/', '/till/app.3f.js', '/a.b/till'].map(to)).toEqual([
      '/help/index.html',
      '/help/index.html',
      '/index.html',
      '/till/app.3f.js',
      '/a.b/till/index.html',
    ]);
  });

  test('S11 is judged by both packs of cdk-nag, and clean', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tillgate-site-'));
    const context = JSON.stringify({ ...SITE, 'aws:cdk:bundling-stacks': [] });
    const env = { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: context };
    await promisify(execFile)(process.execPath, [join(ROOT, 'bin', 'app.ts')], { cwd: ROOT, env });
    const { pluginReports } = JSON.parse(readFileSync(join(folder, 'validation-report.json'), 'utf8')) as {
      pluginReports: { pluginName: string; violations: unknown[]; suppressedViolations?: { ruleName: string }[] }[];
    };
    rmSync(folder, { recursive: true });
    const found = pluginReports.map(({ pluginName, violations }) => [pluginName, violations]);
    expect(found.sort()).toEqual([
      ['AwsSolutions', []],
      ['Serverless', []],
    ]);
    const rules = pluginReports.flatMap((it) => (it.suppressedViolations ?? []).map(({ ruleName }) => ruleName));
    expect(rules.filter((rule) => /CFR|-S\d/.test(rule)).sort()).toEqual(['AwsSolutions-CFR1', 'AwsSolutions-CFR2']);
  }, 120_000);
});
