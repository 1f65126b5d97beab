/**
 * The channel that the simulation plays against and the simulator over HTTP, with the real adapter before it, answer the
 * same sequences alike: what is proved against the one holds for the other.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AlipaySimulator, startAlipaySimulator } from '../../../bin/local/alipay-simulator/simulator.ts';
import { createAlipayChannel } from '../../../functions/channel/alipay/alipay.ts';
import { createAlipayGateway } from '../../../functions/channel/alipay/gateway.ts';
import { parseAlipaySecret } from '../../../functions/channel/alipay/secret.ts';
import type { Channel } from '../../../functions/channel/channel.ts';
import type { Account } from '../../../functions/channel/registry.ts';
import { rsaPair } from '../../support/keys.ts';
import { noFaults } from '../adversary/faults.ts';
import { APP_ID, ChannelModel, SELLER_ID } from './channel.ts';
import { contractOf } from './contract.ts';
import { Io } from './io.ts';
import { World } from './world.ts';

const START = Date.parse('2026-03-01T04:00:00.000Z');
const SECOND = 1_000;
const ACCOUNT: Account = { channel: 'alipay', appId: APP_ID, sellerId: SELLER_ID };
const app = rsaPair();
const alipay = rsaPair();
let now = START;
let simulator: AlipaySimulator;
let real: Channel;

beforeAll(async () => {
  const { publicKeyPem: appPublicKeyPem } = app;
  const { privateKeyPem: alipayPrivateKeyPem } = alipay;
  simulator = await startAlipaySimulator({
    port: 0,
    now: () => now,
    apps: [{ appId: APP_ID, sellerId: SELLER_ID, merchantName: '示范商店', appPublicKeyPem, alipayPrivateKeyPem }],
    // What is notified is another story; here nobody is there to hear it.
    fetch: async () => new Response('success'),
  });
  const secret = JSON.stringify({
    apps: { [APP_ID]: { privateKeyPem: app.privateKeyPem, alipayPublicKeyPems: [alipay.publicKeyPem] } },
  });
  const keys = async () => parseAlipaySecret(secret);
  const clock = () => now;
  const gateway = createAlipayGateway({ url: `${simulator.url}/gateway.do`, keys, now: clock });
  real = createAlipayChannel({ gateway, keys, now: clock });
});
afterAll(() => simulator.stop());

const order = fc.constantFrom(1, 1, 1, 2);
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('createQrCode' as const),
      order,
      value: fc.constantFrom(100, 100, 100, 200),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('scan' as const), order }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pay' as const), order }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('query' as const), order }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('close' as const), order }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('refund' as const),
      order,
      k: fc.constantFrom(1, 2),
      value: fc.constantFrom(40, 100),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('queryRefund' as const), order, k: fc.constantFrom(1, 2) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('reject' as const),
      what: fc.constantFrom('precreate', 'query', 'close', 'refund', 'query refund'),
      form: fc.constantFrom('signed', 'unsigned', 'error_response'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(10, 60, 120) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What one side says, as far as both must say the same: numbers of their own are only there or not, times whole seconds. */
function told(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) return answer;
  return Object.fromEntries(
    Object.entries(answer)
      .filter(([name]) => !['why', 'refusal', 'received'].includes(name))
      .map(([name, value]) => {
        if (name === 'tradeNo' || name === 'payload') return [name, value !== ''];
        if (name === 'at' || name === 'paidAt') return [name, Math.floor(Number(value) / SECOND)];
        return [name, value];
      }),
  );
}

async function ask(
  channel: Channel,
  it: Exclude<Step, { kind: 'scan' | 'pay' | 'wait' | 'reject' }>,
  sequence: number,
) {
  const attemptNo = `ord_${String(sequence).padStart(26, 'a')}_${it.order}`;
  const ref = { account: ACCOUNT, attemptNo };
  switch (it.kind) {
    case 'createQrCode':
      return channel.createQrCode(
        {
          account: ACCOUNT,
          attemptNo,
          amount: { currency: 'CNY', value: it.value },
          subject: 'tea',
          storeId: 'main',
          terminalId: 'trm_1',
          expiresAt: sequenceStart + 180 * SECOND,
          notifyUrl: 'https://pay.example/n',
        },
        5_000,
      );
    case 'query':
      return channel.query(ref, 5_000);
    case 'close':
      return channel.close(ref, 5_000);
    case 'refund':
      return channel.refund(
        { ...ref, requestNo: `${attemptNo}_r${it.k}`, amount: { currency: 'CNY', value: it.value } },
        5_000,
      );
    case 'queryRefund':
      return channel.queryRefund({ ...ref, requestNo: `${attemptNo}_r${it.k}` }, 5_000);
  }
}

let sequenceStart = START;
/** How often which call was answered how. */
const met = new Map<string, number>();

/** The customer at the simulator's wallet. */
async function wallet(path: 'scan' | 'pay', qrCode: string | undefined): Promise<boolean> {
  if (qrCode === undefined) return false;
  const response = await fetch(`${simulator.url}/wallet/${path}`, { method: 'POST', body: JSON.stringify({ qrCode }) });
  const body = (await response.json()) as { result?: string };
  return path === 'scan' ? response.status === 200 : body.result === 'success';
}

const setFaults = (faults: object) =>
  fetch(`${simulator.url}/wallet/faults`, { method: 'POST', body: JSON.stringify(faults) });

/** Both gateways turn the next call of one kind away. */
async function reject(model: ChannelModel, { what, form }: Extract<Step, { kind: 'reject' }>): Promise<void> {
  model.rejects = { what, isSigned: form === 'signed' };
  const fault = { answer: 'code:20001:aop.invalid-app-auth-token', form, times: 1 };
  await setFaults({ reset: true });
  const response = await setFaults({ [what === 'query refund' ? 'refundQuery' : what]: fault });
  expect(response.status).toBe(200);
}

async function play(steps: readonly Step[], sequence: number): Promise<unknown[]> {
  const world = new World(sequence, now);
  const io = new Io(world, noFaults(), []);
  const model = new ChannelModel(io, contractOf(world.chance, 'refund', 'Asia/Shanghai', now), async () => true);
  model.token = undefined;
  const seen = model.seenBy({
    what: 'test',
    asked: { op: 'sweep' },
    instance: 0,
    skew: 0,
    beganAt: 0,
    told: [],
    ended: false,
  });
  const codes = new Map<number, string>();
  const differences: unknown[] = [];
  sequenceStart = now;
  for (const it of steps) {
    now += it.kind === 'wait' ? it.seconds * SECOND : SECOND;
    await world.runUntil(now);
    if (it.kind === 'wait') continue;
    if (it.kind === 'reject') {
      await reject(model, it);
      continue;
    }
    const attemptNo = `ord_${String(sequence).padStart(26, 'a')}_${it.order}`;
    let ours: unknown;
    let theirs: unknown;
    if (it.kind === 'scan' || it.kind === 'pay') {
      const trade = model.find(attemptNo);
      const outcome = trade && (it.kind === 'scan' ? model.books.scan(trade, now) : pay(model, attemptNo));
      ours = outcome !== undefined && outcome !== false && !(typeof outcome === 'object' && 'no' in outcome);
      theirs = await wallet(it.kind, codes.get(it.order));
    } else {
      const answer = ask(seen, it, sequence);
      await world.runUntil(now + SECOND - 1);
      ours = told(await answer);
      const said = await ask(real, it, sequence);
      if (said.kind === 'accepted') codes.set(it.order, said.payload);
      if (said.kind === 'accepted') model.shown.add(attemptNo);
      theirs = told(said);
      const isRejected = 'refusal' in said && said.refusal?.subCode === 'aop.invalid-app-auth-token';
      const name = isRejected ? `${it.kind} rejected: ${said.kind}` : `${it.kind} ${said.kind}`;
      met.set(name, (met.get(name) ?? 0) + 1);
    }
    if (JSON.stringify(sorted(ours)) !== JSON.stringify(sorted(theirs))) differences.push({ steps, it, ours, theirs });
  }
  await setFaults({ reset: true });
  now += 3_600 * SECOND;
  return differences;
}

function pay(model: ChannelModel, attemptNo: string): boolean {
  return model.shown.has(attemptNo) && model.pay(attemptNo);
}

function sorted(value: unknown): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    : value;
}

test('the channel of the simulation and the simulator answer 300 random sequences alike, in all three forms of a rejection', async () => {
  const sequences = fc.sample(fc.array(step, { minLength: 8, maxLength: 16 }), { numRuns: 300, seed: 2 });
  const differences: unknown[] = [];
  for (const [i, steps] of sequences.entries()) {
    // Half of them begin with an order that is paid, and so get further.
    const sold = [{ kind: 'createQrCode', order: 1, value: 100 } as const, { kind: 'pay', order: 1 } as const];
    differences.push(...(await play(i % 2 ? steps : [...sold, ...steps], i)));
  }
  expect(differences.slice(0, 3)).toEqual([]);
  // Answers that must have been met often, or the comparison says little.
  const rare = [
    'query paid',
    'query waiting',
    'refund succeeded',
    'refund pending',
    'queryRefund succeeded',
    'close closed',
    'createQrCode rejected: refused',
    'createQrCode rejected: unknown',
    'refund rejected: refused',
    'refund rejected: unknown',
    'query rejected: unknown',
  ];
  expect(rare.filter((name) => (met.get(name) ?? 0) < 5)).toEqual([]);
});
