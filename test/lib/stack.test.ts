/** What the template promises: routes, rights, tables, secrets, schedule. */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { synthesizeTemplate } from '../../bin/app.ts';
import { readTemplate } from '../../bin/local/template.ts';
import { contract, type OperationName } from '../../functions/http/contract.ts';
import { DIRECTORY, ORDERS, STATEMENTS, type TableShape } from '../../functions/table.ts';
import { type Grant, grants } from '../../lib/grants.ts';
import { all, of, pathOf, targetOf, template } from '../support/template.ts';

const names = Object.keys(contract) as OperationName[];

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: unknown;
}

interface Condition {
  'ForAllValues:StringLike'?: { 'dynamodb:LeadingKeys'?: string[] };
}

/** What a condition says; one that this house does not know is shown whole, and so expected by nobody. */
function onlyIf(condition: unknown): string {
  if (condition === undefined) return '';
  const keys = (condition as Condition)['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? [];
  const isKnown = isDeepStrictEqual(condition, { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } });
  return isKnown ? ` of keys ${keys.join(' ').replaceAll('*', '…')}` : ` if ${JSON.stringify(condition)}`;
}

const idOf = (table: string) =>
  of('AWS::DynamoDB::Table').find(([id]) => id.toLowerCase().startsWith(`${table}table`))?.[0];

describe('routes', () => {
  test('F73 are those of the contract, each with the function of its entry', () => {
    const read = readTemplate(template, { apiUrl: 'http://x', secretArn: () => 'arn' });
    const routes = read.routes.map(({ method, path, handler }) => [method, path, handler.entry]);
    expect(routes.sort()).toEqual(
      names.map((name) => [contract[name].method, contract[name].path, `functions/${contract[name].entry}`]).sort(),
    );
    expect(read.schedules).toMatchObject([{ everyMs: 60_000, handler: { entry: 'functions/jobs/sweep.ts' } }]);
  });

  test('S1 only the notification, and who brings a new key, are checked by their own handlers', () => {
    expect(names.filter((name) => contract[name].scope === null)).toEqual([
      'enrolTerminal',
      'rotateKey',
      'alipayNotification',
    ]);
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

  test('S10 each has a role of its own, with one policy written here and none from a shelf', () => {
    const roles = of('AWS::Lambda::Function').map(([, { Properties }]) => targetOf(Properties.Role));
    expect(new Set(roles).size).toBe(names.length + 1);
    expect(
      of('AWS::IAM::Role')
        .map(([id]) => id)
        .sort(),
    ).toEqual(roles.sort());
    for (const [, { Properties }] of of('AWS::IAM::Role'))
      expect(Object.keys(Properties)).toEqual(['AssumeRolePolicyDocument']);
    const holders = of('AWS::IAM::Policy').map(([, { Properties }]) => (Properties.Roles as unknown[]).map(targetOf));
    expect(holders.sort()).toEqual(roles.map((role) => [role]));
  });

  test.each(Object.entries(grants) as [keyof typeof grants, Grant][])(
    'S10 %s may do what its row says and nothing else',
    (name, grant) => {
      const prefix = `${name[0]?.toUpperCase()}${name.slice(1)}`;
      const may = of('AWS::IAM::Policy')
        .filter(([id]) => id.startsWith(`${prefix}RoleDefaultPolicy`))
        .flatMap(([, { Properties }]) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement)
        .flatMap(({ Effect, Action, Resource, Condition }) =>
          [Action]
            .flat()
            .flatMap((action) =>
              [Resource].flat().map((on) => `${Effect} ${action} ${pathOf(on)}${onlyIf(Condition)}`),
            ),
        );
      const tables = ['orders', 'directory', 'statements'] as const;
      const expected = tables.flatMap((table) => [
        ...(grant[table]?.actions ?? []).map((action) => `Allow dynamodb:${action} ${idOf(table)}`),
        ...(grant[table]?.writes
          ? [`Allow dynamodb:PutItem ${idOf(table)} of keys ${grant[table].writes.join(' ').replaceAll('*', '…')}`]
          : []),
        ...(grant[table]?.query ?? []).map((index) => `Allow dynamodb:Query ${idOf(table)}/index/${index}`),
      ]);
      const log = of('AWS::Logs::LogGroup').find(([id]) => id.startsWith(`${prefix}Log`))?.[0];
      const secret = of('AWS::SecretsManager::Secret')[0]?.[0];
      expect(may.sort()).toEqual(
        [
          ...expected,
          `Allow logs:CreateLogStream ${log}`,
          `Allow logs:PutLogEvents ${log}`,
          ...(grant.channel ? [`Allow secretsmanager:GetSecretValue ${secret}`] : []),
        ].sort(),
      );
      expect(may.join()).not.toMatch(/\*|Scan|Delete|Update/);
    },
  );

  test('S10 none but those that drive orders write them, and only the sweep writes statements', () => {
    const writers = (table: 'orders' | 'directory' | 'statements') =>
      Object.entries(grants as Record<string, Grant>)
        .filter(([, grant]) => grant[table]?.actions?.includes('PutItem'))
        .map(([name]) => name);
    expect(writers('statements')).toEqual(['sweep']);
    expect(writers('directory')).toEqual([]);
    expect(writers('orders').filter((name) => /^list|Statement/.test(name))).toEqual([]);
  });

  test('S14 no secret is in the template', () => {
    expect(JSON.stringify(template)).not.toMatch(/PRIVATE KEY|[A-Za-z0-9+/]{100}/);
    const secrets = of('AWS::SecretsManager::Secret');
    // An operator puts the keys there: until then it holds what nobody can sign by.
    expect(secrets.map(([, { Properties }]) => [Properties.SecretString, Properties.GenerateSecretString])).toEqual([
      [undefined, {}],
    ]);
  });

  test('names in the environment have one value everywhere, and two characters or more', () => {
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
      UpdateReplacePolicy: 'Retain',
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

describe('what stays', () => {
  const kept = ['AWS::DynamoDB::Table', 'AWS::SecretsManager::Secret', 'AWS::Logs::LogGroup'];
  const policies = (resources: typeof template.Resources) =>
    new Set(Object.values(resources).flatMap((it) => (kept.includes(it.Type) ? [it.DeletionPolicy] : [])));

  test('S12 all that is data is kept when the stack goes, but for a sandbox', () => {
    const sandbox = synthesizeTemplate({ disposable: true }) as typeof template;
    expect([[...policies(template.Resources)], [...policies(sandbox.Resources)]]).toEqual([['Retain'], ['Delete']]);
    const isProtected = Object.values(sandbox.Resources).some(
      (it) => it.Properties?.DeletionProtectionEnabled === true,
    );
    expect(isProtected).toBe(false);
  });

  test('only resources of known types', () => {
    expect([...new Set(all.map(([, { Type }]) => Type))].sort()).toEqual([
      'AWS::ApiGatewayV2::Api',
      'AWS::ApiGatewayV2::Integration',
      'AWS::ApiGatewayV2::Route',
      'AWS::ApiGatewayV2::Stage',
      'AWS::CloudWatch::Alarm',
      'AWS::DynamoDB::Table',
      'AWS::Events::Rule',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::Lambda::Function',
      'AWS::Lambda::Permission',
      'AWS::Logs::LogGroup',
      'AWS::SecretsManager::Secret',
    ]);
  });
});
