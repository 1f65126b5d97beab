/** What the template promises, resource by resource: routes, rights, tables, secrets, schedule, alarms. The data: expected/. */
import { describe, expect, test } from 'vitest';
import { readTemplate } from '../../bin/local/template.ts';
import { contract, type OperationName } from '../../functions/contract/contract.ts';
import { sharedTemplate } from '../support/shared.ts';
import { nameOf, readable, synthesize } from '../support/template.ts';
import { alarms } from './expected/alarms.ts';
import { FUNCTIONS } from './expected/functions.ts';
import { api, schedule } from './expected/http.ts';
import { type Chosen, OUTPUTS, partsOf, resources, USUAL } from './expected/stack.ts';
import { IDS_OF_DATA, tables } from './expected/tables.ts';

const template = synthesize();
const usual = readable(template);
const names = Object.keys(contract) as OperationName[];

/** Those of `found` that are in `expected`; one that is missing is undefined. */
const these = (found: Record<string, unknown>, expected: object) =>
  Object.fromEntries(Object.keys(expected).map((name) => [name, found[name]]));

/** All that roles may do, each with the function's name before it. */
const rights = Object.keys(FUNCTIONS).flatMap((name) => {
  const policy = usual.resources[`${name}RoleDefaultPolicy`] as {
    Properties: { PolicyDocument: { rights: string[] } };
  };
  return policy.Properties.PolicyDocument.rights.map((right) => [name, right] as const);
});

describe('the template', () => {
  test.each(Object.keys(FUNCTIONS))('S10 %s: its function, its rights and no other, its log, its route', (name) => {
    const expected = partsOf(name);
    expect(these(usual.resources, expected)).toEqual(expected);
  });

  test.each<[string, Record<string, unknown>]>([
    ['S12 tables and the secret', tables(false)],
    ['the API, its throttles and its log', api(USUAL)],
    ['the schedule', schedule(1)],
    ['S26 alarms', alarms()],
  ])('%s', (_, expected) => {
    expect(these(usual.resources, expected)).toEqual(expected);
  });

  test('has no other resource, and tells where what was made is', () => {
    expect(Object.keys(usual.resources).sort()).toEqual(Object.keys(resources()).sort());
    expect(usual.outputs).toEqual(OUTPUTS);
  });

  test('S12 what holds data is what held it before', () => {
    const kinds = ['AWS::DynamoDB::Table', 'AWS::SecretsManager::Secret'];
    const ids = Object.keys(template.Resources).filter((id) => kinds.includes(template.Resources[id]?.Type ?? ''));
    expect(Object.fromEntries(ids.map((id) => [nameOf(id), id]))).toEqual(IDS_OF_DATA);
  });
});

describe('rights', () => {
  test('S10 are named one by one: nothing scans, updates, deletes, and only beginnings of keys end in a star', () => {
    const known =
      /^Allow (logs:(CreateLogStream|PutLogEvents)|secretsmanager:GetSecretValue|dynamodb:(GetItem|BatchGetItem|PutItem|Query)) on <\w+(\.Arn)?>(\/index\/[a-z-]+)?( for keys( [a-z]{3}_\*)+)?$/;
    expect(rights.filter(([, right]) => !known.test(right))).toEqual([]);
  });

  test('S10 none but those that drive orders write them, and only the sweep writes all of the statements', () => {
    const writers = (table: string) =>
      rights.filter(([, right]) => right === `Allow dynamodb:PutItem on <${table}.Arn>`).map(([name]) => name);
    expect(writers('OrdersTable')).toEqual([
      'CreateOrder',
      'CreateQrCode',
      'PayWithTillCode',
      'GetOrder',
      'CloseOrder',
      'CreateRefund',
      'GetRefund',
      'AlipayNotification',
      'AntomNotification',
      'Sweep',
    ]);
    expect(writers('StatementsTable')).toEqual(['Sweep']);
    expect(writers('DirectoryTable')).toEqual([]);
  });

  test('S14 no secret is in the template', () => {
    expect(JSON.stringify(template)).not.toMatch(/PRIVATE KEY|[A-Za-z0-9+/]{100}/);
  });
});

describe('routes', () => {
  const rows = Object.values(FUNCTIONS).flatMap(({ entry, route }) => (route === undefined ? [] : [[route, entry]]));

  test('F73 are those of the contract, each with the function of its entry', () => {
    const told = names.map((name) => {
      const { method, path, entry } = contract[name];
      return [`${method} ${path}`, `functions/${entry}`];
    });
    expect(told.sort()).toEqual(rows.toSorted());
  });

  test('are served on this machine as they stand there', () => {
    const read = readTemplate(template, { apiUrl: 'http://x', secretArn: () => 'arn' });
    const routes = read.routes.map(({ method, path, handler }) => [`${method} ${path}`, handler.entry]);
    expect(routes.sort()).toEqual(rows.toSorted());
    expect(read.schedules.map(({ everyMs, handler }) => [everyMs, handler.entry])).toEqual([
      [60_000, 'functions/jobs/sweep.ts'],
    ]);
  });

  test('S1 only the notifications, and who brings a new key, are checked by their own handlers', () => {
    expect(names.filter((name) => contract[name].scope === null)).toEqual([
      'enrolTerminal',
      'rotateKey',
      'alipayNotification',
      'antomNotification',
    ]);
  });
});

describe('a deployment may choose', () => {
  test.each<[string, Readonly<Record<string, unknown>>, Partial<Chosen>]>([
    ['S12 a sandbox, of which nothing is kept', { disposable: true }, { sandbox: true }],
    [
      'pages that may call',
      { webOrigins: 'https://till.example.com,http://localhost:5173' },
      { origins: ['https://till.example.com', 'http://localhost:5173'] },
    ],
    [
      'its names, its channel and when it seals',
      {
        publicUrl: 'https://pay.example.com',
        authorities: 'a.example.com,b.example.com',
        alipayGateway: 'https://channel.example.com/gateway.do',
        antomGateway: 'https://antom.example.com',
        statementDelayMinutes: 45,
      },
      {
        environment: {
          PUBLIC_URL: 'https://pay.example.com',
          AUTHORITIES: 'a.example.com,b.example.com',
          ALIPAY_GATEWAY_URL: 'https://channel.example.com/gateway.do',
          ANTOM_GATEWAY_URL: 'https://antom.example.com',
          STATEMENT_DELAY_MINUTES: '45',
        },
      },
    ],
    [
      'its largest day',
      {
        dueShards: 256,
        statementShards: 64,
        sweepGroups: 8,
        sweepPerSecond: 400,
        sweepMemoryMb: 1_769,
        requestsPerSecond: 120_000,
      },
      {
        groups: 8,
        megabytes: 1_769,
        requestsPerSecond: 120_000,
        environment: { DUE_SHARDS: '256', STATEMENT_SHARDS: '64', SWEEP_PER_SECOND: '400' },
      },
    ],
  ])('%s, and all else is as it was', (_, settings, chosen) => {
    const { resources: found, outputs } = readable(synthesize(settings));
    expect(found).toEqual(resources({ ...USUAL, ...chosen }));
    const gateways: { alipayGateway?: string; antomGateway?: string } = settings;
    const { alipayGateway, antomGateway } = gateways;
    expect(outputs).toEqual({
      ...OUTPUTS,
      ...(alipayGateway && { AlipayGatewayUrl: { Value: alipayGateway } }),
      ...(antomGateway && { AntomGatewayUrl: { Value: antomGateway } }),
    });
  });
});

test('the template that test files share is what the app makes of their settings', async () => {
  const settings = {
    ...{
      alipayGateway: 'http://127.0.0.1:1/gateway.do',
      antomGateway: 'http://127.0.0.1:3',
      authorities: 'localhost:2',
    },
  };
  expect((await sharedTemplate())(settings)).toEqual(synthesize(settings));
});
