/** What the CDK app refuses, and what `cdk synth` makes of it: bundles, and a report without findings. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { synthesizeTemplate } from '../../bin/app.ts';
import { FUNCTIONS } from './expected/functions.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** What one of cdk-nag's packs says in the report of a synthesis. */
interface PluginReport {
  pluginName: string;
  conclusion: string;
  violations: unknown[];
  suppressedViolations?: { ruleName: string; reason?: string }[];
}

test.each([
  ['alipayGateway', 'openapi.alipay.com'],
  ['publicUrl', 'pay.example.com'],
  ['authorities', 'pay.example.com, till.example.com'],
  ['authorities', 'Pay.example.com'],
  ['statementDelayMinutes', 'soon'],
  ['statementDelayMinutes', -1],
  ['disposable', 'yes'],
])('a setting that makes no sense is refused by name: %s=%s', (name, value) => {
  expect(() => synthesizeTemplate({ [name]: value })).toThrow(`the setting ${name} must `);
});

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
    const bundles = readdirSync(folder)
      .filter((name) => name.startsWith('asset.'))
      .map((name) => join(folder, name, 'index.js'));
    expect(bundles).toHaveLength(Object.keys(FUNCTIONS).length);
    for (const bundle of bundles) {
      expect(statSync(bundle).size).toBeLessThanOrEqual(330_000);
      const code = readFileSync(bundle, 'utf8');
      // The SDK, and what loads undici, would double a cold start.
      expect(code).not.toMatch(/aws-sdk-js|DynamoDBClient|instanceof Request|import\(/);
      expect(code).not.toMatch(/AlipaySdk|alipay-sdk|wallet\/pay|__local|dynalite/);
      expect(code).not.toMatch(/PRIVATE KEY-----|MII[A-Za-z0-9+/]{100}/);
    }
  });
});
