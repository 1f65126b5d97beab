/** What `cdk synth` makes of the app: bundles, and a report without findings, with the screens on the web and without. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BYTES_MAX } from '../bench/bundles.ts';
import { FUNCTIONS } from '../lib/expected/functions.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SITE = {
  webOrigins: 'https://till.example.com,https://console.example.com',
  siteCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-abcd',
};

/** What one of cdk-nag's packs says in the report of a synthesis. */
interface PluginReport {
  pluginName: string;
  conclusion: string;
  violations: unknown[];
  suppressedViolations?: { ruleName: string; reason?: string }[];
}

describe('S11 cdk synth', () => {
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tillgate-synth-'));
    const cdk = join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');
    const env = { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true' };
    await promisify(execFile)(process.execPath, [cdk, 'synth', '--quiet', '--output', folder], { cwd: ROOT, env });
  }, 180_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is judged by both packs of cdk-nag, and clean', () => {
    const { pluginReports } = JSON.parse(readFileSync(join(folder, 'validation-report.json'), 'utf8')) as {
      pluginReports: PluginReport[];
    };
    const verdicts = pluginReports.map(({ pluginName, conclusion, violations }) => [
      pluginName,
      conclusion,
      violations,
    ]);
    expect(verdicts.sort()).toEqual([
      ['AwsSolutions', 'success', []],
      ['Serverless', 'success', []],
    ]);
    const suppressed = pluginReports.flatMap(({ suppressedViolations = [] }) => suppressedViolations);
    expect(new Set(suppressed.map(({ ruleName }) => ruleName)).size).toBeLessThanOrEqual(5);
    for (const { reason } of suppressed) expect(reason).toMatch(/.{20}/);
  });

  test('S14 bundles what is deployed and no more, and no key', () => {
    const assets = readdirSync(folder).filter((name) => name.startsWith('asset.'));
    expect(assets).toHaveLength(Object.keys(FUNCTIONS).length);
    for (const asset of assets) {
      // An index.js would be taken before the module that warms up.
      expect(readdirSync(join(folder, asset)).sort()).toEqual(['bundle.cjs', 'index.mjs']);
      expect(readFileSync(join(folder, asset, 'index.mjs'), 'utf8')).toMatch(/^await warmUp\(/m);
      const bundle = join(folder, asset, 'bundle.cjs');
      expect(statSync(bundle).size).toBeLessThanOrEqual(BYTES_MAX);
      const code = readFileSync(bundle, 'utf8');
      // The SDK loads node:http, and with it undici, only where it does not speak https.
      const loaded = [...code.matchAll(/\bimport\(([^)]*)\)/g)].map(([, name]) => name);
      expect(loaded.filter((name) => name !== '"node:http"' && name !== '"node:async_hooks"')).toEqual([]);
      // What loads undici, and ways to credentials that a function never takes.
      expect(code.match(/instanceof Request\b|fromSSO|AssumeRoleWithWebIdentity|169\.254\.170\.2/g)).toBeNull();
      expect(code).not.toMatch(/AlipaySdk|alipay-sdk|wallet\/pay|__local|dynalite/);
      expect(code).not.toMatch(/PRIVATE KEY-----|MII[A-Za-z0-9+/]{100}/);
    }
  });
});

test('S11 the site is judged by both packs of cdk-nag, and clean', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tillgate-site-'));
  const context = JSON.stringify({ ...SITE, 'aws:cdk:bundling-stacks': [] });
  // The CDK's own rule engine takes four seconds; `npm run synth` lets it.
  const env = { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: context, CDK_VALIDATION: 'false' };
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
