/** security minor 8: activation codes that somebody guesses, from one network and from many. */
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActivation } from '../../bin/directory/activation.ts';
import { enrolTerminal } from '../../functions/api/enrol-terminal.ts';
import { MINUTE, SECOND } from '../../functions/time.ts';
import { type Counter, openCounter, refusal } from './counter.ts';

let it: Counter;
beforeAll(async () => {
  it = await openCounter();
});
afterAll(() => it.bench.stop());

const pair = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' });
const key = { alg: 'ed25519' as const, publicKey: pair.toString('base64') };
const enrol = (code: string, network: string) =>
  enrolTerminal(it.bench.services, {
    ...{ params: {}, query: {}, body: { code, ...key } },
    caller: { ...key, keyid: 'enrolment', network },
    deadline: { endsAt: it.bench.now() + 12 * SECOND },
  });
const newCode = async () => {
  const { services, now } = it.bench;
  const ask = { merchantId: it.office.merchantId, storeId: 'main', name: 'Till' };
  return (await createActivation({ directory: services.directory.table, now }, ask)).code;
};
const guesses = async (count: number, network: (i: number) => string) => {
  const codes: unknown[] = [];
  for (let i = 0; i < count; i += 1) codes.push((await refusal(enrol('0000-0000-0000', network(i)))).code);
  return codes;
};

test('security minor 8 twenty refusals of one network, and then 429 for a right code, too, which is as good as before', async () => {
  const code = await newCode();
  expect(new Set(await guesses(20, () => 'evil'))).toEqual(new Set(['activation_refused']));
  expect(await refusal(enrol(code, 'evil'))).toEqual({
    ...{ status: 429, code: 'too_many_requests', retryable: true, executed: false },
    detail: 'Too many activation codes were refused: wait, and type the code with care.',
    headers: { 'retry-after': '2' },
  });
  // Its neighbour is not told to wait, and a code that is right takes nothing of what its network may.
  for (let tills = 0; tills < 30; tills += 1) expect((await enrol(await newCode(), 'shop')).status).toBe(200);
  it.bench.pass(2 * SECOND);
  expect((await enrol(code, 'evil')).status).toBe(200);
});

test('security minor 8 a hundred refusals of many networks, and then ten a second', async () => {
  it.bench.pass(MINUTE);
  const network = (i: number) => `net-${i}`;
  expect(new Set(await guesses(100, network))).toEqual(new Set(['activation_refused']));
  expect(await guesses(3, network)).toEqual(Array(3).fill('too_many_requests'));
  it.bench.pass(SECOND);
  expect(await guesses(11, network)).toEqual([...Array(10).fill('activation_refused'), 'too_many_requests']);
});
