/** What a function does before its first event: it is waited for, it ends in time, it breaks nothing, and nobody hears of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { close, listen } from '../../bin/local/aws.ts';
import { secretOf } from '../../bin/local/seed.ts';
import { contract, type OperationName } from '../../functions/contract/contract.ts';
import { BUNDLE, indexOf } from '../../lib/bundling.ts';
import { type Grant, grants } from '../../lib/grants.ts';
import { rehearsalOf } from '../../lib/rehearsals.ts';
import { sharedIdentity } from '../support/shared.ts';

const NAMES = Object.keys(grants) as (keyof typeof grants)[];

describe('index.mjs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tillgate-index-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('has a handler only once the warm-up has ended, which hears what the function may do', async () => {
    writeFileSync(
      join(folder, BUNDLE),
      `let ended; exports.handler = async () => ended;
       exports.warmUp = async (...asked) => { await new Promise(setImmediate); ended = asked; };`,
    );
    writeFileSync(join(folder, 'index.mjs'), indexOf('createOrder').join('\n'));
    const { handler } = (await import(pathToFileURL(join(folder, 'index.mjs')).href)) as {
      handler: () => Promise<unknown>;
    };
    expect(await handler()).toEqual([
      { channels: ['alipay', 'antom'], operations: [], connections: 1, request: rehearsalOf('createOrder') },
      handler,
    ]);
  });

  test.each<[keyof typeof grants, object]>([
    ['listChannels', { channels: [], operations: [], connections: 1, request: rehearsalOf('listChannels') }],
    ['getTotals', { channels: [], operations: [], connections: 4, request: rehearsalOf('getTotals') }],
    ['alipayNotification', { channels: ['alipay'], operations: ['PutItem'], connections: 1 }],
    ['antomNotification', { channels: ['antom'], operations: ['PutItem'], connections: 1 }],
    ['sweep', { channels: ['alipay', 'antom'], operations: [], connections: 4, event: { group: 0, of: 8 } }],
  ])('%s warms up what its rights allow and what it will be asked', (name, needs) => {
    const [, told = ''] = /^await warmUp\((.*), handler\);$/m.exec(indexOf(name).join('\n')) ?? [];
    expect(JSON.parse(told)).toEqual(needs);
  });

  test('every function may make the read of the warm-up', () => {
    const actionsOf = (name: keyof typeof grants): readonly string[] =>
      (grants[name] as Grant).directory?.actions ?? [];
    expect(NAMES.filter((name) => !actionsOf(name).includes('GetItem'))).toEqual([]);
  });
});

describe('warmUp', () => {
  let server: Server;
  let seen: string[];
  let answers: boolean;
  const ENVIRONMENT = {
    ...{ ORDERS_TABLE: 'orders', DIRECTORY_TABLE: 'directory', STATEMENTS_TABLE: 'statements' },
    ...{ AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', ALIPAY_SECRET_ARN: 'arn' },
    PUBLIC_URL: 'https://pay.example.com',
  };

  beforeAll(async () => {
    const secret = secretOf(await sharedIdentity());
    server = createServer(async (request, response) => {
      const body = await text(request);
      const target = String(request.headers['x-amz-target'] ?? request.url);
      seen.push(`${target} ${JSON.parse(body || '{}').Key?.id?.S ?? ''}`.trim());
      if (!answers) return;
      const isSecret = target.startsWith('secretsmanager');
      response.end(JSON.stringify(isSecret ? { SecretString: secret } : {}));
    });
    const url = await listen(server);
    Object.assign(ENVIRONMENT, { AWS_ENDPOINT_URL: url, ALIPAY_GATEWAY_URL: `${url}/gateway.do` });
  });
  beforeEach(() => {
    vi.resetModules();
    for (const [name, value] of Object.entries(ENVIRONMENT)) vi.stubEnv(name, value);
    seen = [];
    answers = true;
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });
  afterAll(() => close(server));

  type Handler = (event: unknown, context: unknown) => Promise<{ statusCode: number; body: string }>;
  type Entry = { warmUp(needs: object, handler?: unknown): Promise<void>; handler: Handler };
  const entryOf = (path: string): Promise<Entry> => import(/* @vite-ignore */ `../../functions/${path}`);
  const ALL = { channels: ['alipay'], operations: ['BatchGetItem', 'PutItem', 'Query'], connections: 1 };
  /** The warm-up's own time does not end before it is told to. */
  async function holdTime(): Promise<{ end(): void; asked: () => number[] }> {
    const { clock } = await import('../../functions/time.ts');
    let end = () => {};
    const wait = vi.spyOn(clock, 'wait').mockImplementation(() => new Promise((resolve) => (end = resolve)));
    return { end: () => end(), asked: () => wait.mock.calls.map(([ms]) => ms) };
  }

  const SIGNED = (Object.keys(contract) as OperationName[]).filter((name) => !name.endsWith('Notification'));

  test.each(SIGNED)(
    'of %s rehearses its request to the end, and only the read and the secret leave it',
    async (name) => {
      await holdTime();
      const written = vi.spyOn(process.stdout, 'write');
      const { warmUp, handler } = await entryOf(contract[name].entry);
      const statuses: number[] = [];
      await warmUp({ ...ALL, request: rehearsalOf(name) }, async (...asked: Parameters<Handler>) => {
        const answer = await handler(...asked);
        statuses.push(answer.statusCode);
        return answer;
      });
      // There is no statement, no refund and no closed shift yet.
      const isAbsent = /Statement(Lines|Totals)?$|^getRefund|^getShift/.test(name);
      const succeeded = Object.keys(contract[name].answers()).map(Number);
      expect(statuses).toEqual([isAbsent ? 404 : expect.toBeOneOf(succeeded)]);
      // On a busy machine a read takes longer than its second, and is tried again.
      expect([...new Set(seen)].sort()).toEqual(['DynamoDB_20120810.GetItem warm-up', 'secretsmanager.GetSecretValue']);
      expect(written.mock.calls).toEqual([]);
    },
  );

  test('of the sweep rehearses a part of its shards, and none of its queries leaves it', async () => {
    await holdTime();
    const { warmUp, handler } = await entryOf('jobs/sweep.ts');
    const swept: unknown[] = [];
    const event = { group: 0, of: 8 };
    await warmUp({ ...ALL, event }, async (...asked: Parameters<Handler>) => {
      const answer = await handler(...asked);
      swept.push([asked[0], answer]);
      return answer;
    });
    expect(swept).toEqual([[event, { orders: 0, failures: 0 }]]);
    // On a busy machine a read takes longer than its second, and is tried again.
    expect([...new Set(seen)].sort()).toEqual(['DynamoDB_20120810.GetItem warm-up', 'secretsmanager.GetSecretValue']);
  });

  test('opens as many connections as the function will use, by reads that find nothing', async () => {
    await holdTime();
    const { warmUp } = await entryOf('api/get-totals.ts');
    await warmUp({ channels: [], operations: [], connections: 4 });
    expect(seen).toEqual(Array.from({ length: 4 }, () => 'DynamoDB_20120810.GetItem warm-up'));
  });

  test('ends after 300 ms when the table hangs, and the first event is not the rehearsal’s', async () => {
    answers = false;
    const time = await holdTime();
    const { warmUp } = await entryOf('api/create-order.ts');
    const { services } = await import('../../functions/services.ts');
    const warm = warmUp(ALL);
    await vi.waitUntil(() => seen.length === 2);
    time.end();
    await warm;
    expect(time.asked()).toEqual([300]);
    expect([...services().authorities]).toEqual(['pay.example.com']);
  });

  test('that is over before its rehearsal shows what is rehearsed to nobody else', async () => {
    const time = await holdTime();
    const { warmUp } = await entryOf('api/create-order.ts');
    const { services } = await import('../../functions/services.ts');
    let inside: string[] | undefined;
    const warm = warmUp({ ...ALL, event: {} }, () => {
      inside = [...services().authorities];
      return new Promise(() => {});
    });
    await vi.waitUntil(() => inside !== undefined);
    time.end();
    await warm;
    expect([inside, [...services().authorities]]).toEqual([['rehearsal'], ['pay.example.com']]);
  });

  test.each<[string, () => void]>([
    ['the environment is not there', () => vi.stubEnv('AWS_REGION', undefined)],
    ['the channel’s address is none', () => vi.stubEnv('ALIPAY_GATEWAY_URL', 'none')],
    ['nothing listens', () => vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1')],
  ])('throws nothing when %s', async (_, spoil) => {
    spoil();
    await holdTime();
    const { warmUp, handler } = await entryOf('api/create-order.ts');
    expect(await warmUp({ ...ALL, request: rehearsalOf('createOrder') }, handler)).toBeUndefined();
  });
});
