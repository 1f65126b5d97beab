/** What the template promises: routes, rights, tables, secrets, schedule. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { synthesizeTemplate } from '../../bin/app.ts';
import { readTemplate } from '../../bin/local/template.ts';
import { contract, type OperationName } from '../../functions/http/contract.ts';
import { DIRECTORY, ORDERS, STATEMENTS, type TableShape } from '../../functions/table.ts';
import { grants } from '../../lib/grants.ts';

const ROOT = join(import.meta.dirname, '..', '..');
interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
  Metadata?: Record<string, string>;
}
const template = synthesizeTemplate() as { Resources: Record<string, Resource> };
const all = Object.entries(template.Resources);
const of = (type: string) => all.filter(([, { Type }]) => Type === type);
const names = Object.keys(contract) as OperationName[];

describe('routes', () => {
  test('F73 are those of the contract, each with the function of its entry', () => {
    const read = readTemplate(template, { apiUrl: 'http://x', secretArn: () => 'arn' });
    const routes = read.routes.map(({ method, path, handler }) => [method, path, handler.entry]);
    expect(routes.sort()).toEqual(
      names.map((name) => [contract[name].method, contract[name].path, `functions/${contract[name].entry}`]).sort(),
    );
    expect(read.schedules).toMatchObject([{ everyMs: 60_000, handler: { entry: 'functions/jobs/sweep.ts' } }]);
  });

  test('S1 only the notification checks its caller itself', () => {
    expect(names.filter((name) => contract[name].scope === null)).toEqual(['alipayNotification']);
  });

  test('are throttled and logged', () => {
    const [[, stage] = []] = of('AWS::ApiGatewayV2::Stage');
    expect(stage?.Properties).toMatchObject({
      StageName: '$default',
      AccessLogSettings: { Format: expect.stringContaining('$context.requestId') },
      DefaultRouteSettings: { ThrottlingRateLimit: expect.any(Number), ThrottlingBurstLimit: expect.any(Number) },
    });
  });
});

describe('functions', () => {
  test('are arm64 on Node 24, each with a log group that forgets', () => {
    for (const [, { Properties }] of of('AWS::Lambda::Function')) {
      expect(Properties).toMatchObject({
        Architectures: ['arm64'],
        Runtime: 'nodejs24.x',
        LoggingConfig: { LogGroup: { Ref: expect.any(String) } },
      });
      const { Ref } = (Properties.LoggingConfig as { LogGroup: { Ref: string } }).LogGroup;
      expect(template.Resources[Ref]?.Properties.RetentionInDays).toBe(90);
    }
  });

  test.each(Object.entries(grants))('S10 %s may do what its row says and nothing else', (name, grant) => {
    const prefix = `${name[0]?.toUpperCase()}${name.slice(1)}RoleDefaultPolicy`;
    const policies = of('AWS::IAM::Policy').filter(([id]) => id.startsWith(prefix));
    const statements = policies.flatMap(
      ([, { Properties }]) => (Properties.PolicyDocument as { Statement: { Action: string | string[] }[] }).Statement,
    );
    const actions = statements
      .flatMap(({ Action }) => Action)
      .filter((action) => !action.startsWith('logs:'))
      .sort();
    const tables = [grant as Record<string, { actions?: string[]; query?: string[] }>].flatMap((row) => [
      row.orders,
      row.directory,
      row.statements,
    ]);
    const expected = tables.flatMap((table) =>
      [...(table?.actions ?? []), ...(table?.query ? ['Query'] : [])].map((action) => `dynamodb:${action}`),
    );
    expect(actions).toEqual([...expected, ...('channel' in grant ? ['secretsmanager:GetSecretValue'] : [])].sort());
    expect(JSON.stringify(statements)).not.toMatch(/\*|Scan|Delete|Update/);
  });

  test('S14 no secret is in the template, and names have one value everywhere', () => {
    expect(JSON.stringify(template)).not.toMatch(/PRIVATE KEY|MII[A-Za-z0-9+/]{100}/);
    const values = new Map<string, Set<string>>();
    for (const [, { Properties }] of of('AWS::Lambda::Function'))
      for (const [name, value] of Object.entries((Properties.Environment as { Variables: object }).Variables))
        values.set(name, (values.get(name) ?? new Set()).add(JSON.stringify(value)));
    for (const [name, found] of values) expect([name.length >= 2, found.size]).toEqual([true, 1]);
  });
});

describe('S12 tables', () => {
  const shapes: [string, TableShape][] = [
    ['Orders', ORDERS],
    ['Directory', DIRECTORY],
    ['Statements', STATEMENTS],
  ];
  test.each(shapes)('%s', (name, shape) => {
    const found = of('AWS::DynamoDB::Table').filter(([id]) => id.startsWith(name));
    expect(found).toHaveLength(1);
    const [[, table] = []] = found;
    expect(table).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
        KeySchema: [{ AttributeName: shape.key, KeyType: 'HASH' }],
        GlobalSecondaryIndexes: Object.entries(shape.indexes).map(([IndexName, { partition, sort }]) => ({
          IndexName,
          KeySchema: [
            { AttributeName: partition, KeyType: 'HASH' },
            { AttributeName: sort, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        })),
      },
    });
  });
});

test('S11 cdk synth is clean by cdk-nag, and bundles hold what is deployed and no more', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tillgate-synth-'));
  const cdk = join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  await promisify(execFile)(process.execPath, [cdk, 'synth', '--quiet', '--output', folder], { cwd: ROOT });
  const bundles = readdirSync(folder)
    .filter((name) => name.startsWith('asset.'))
    .map((name) => join(folder, name, 'index.mjs'));
  expect(bundles).toHaveLength(names.length + 1);
  for (const bundle of bundles) {
    expect(statSync(bundle).size).toBeLessThan(1_000_000);
    expect(readFileSync(bundle, 'utf8')).not.toMatch(/AlipaySdk|wallet\/pay|dynalite/);
  }
  rmSync(folder, { recursive: true });
  const acknowledged = readFileSync(join(ROOT, 'bin', 'app.ts'), 'utf8').match(/id: 'Serverless::/g) ?? [];
  expect(acknowledged.length).toBeLessThanOrEqual(5);
}, 180_000);
