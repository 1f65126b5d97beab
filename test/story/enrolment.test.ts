/** How terminals come to their keys, change them and lose them: on the local stack, over HTTP. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, createClient, enrolTerminal, rotateKey } from '../../functions/client/client.ts';
import { newKeyPair, type SigningKey, signRequest, signRotation } from '../../functions/client/sign.ts';
import { ENROLMENT, ENROLMENT_KEYID } from '../../functions/contract/signing.ts';
import type { Algorithm } from '../../functions/merchant/key.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../functions/time.ts';
import { newKeyFile } from '../support/key-file.ts';
import { runLine } from '../support/office.ts';
import { newNo, openShop, refusal, type TestShop } from '../support/shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());

const operator = async (line: string) => {
  const { code, out, err } = await runLine(`${line} --yes --json --local-stack ${shop.stack.stackFile}`);
  if (code !== 0) throw new Error(err);
  return JSON.parse(out);
};
const newCode = async (): Promise<string> =>
  (await operator('terminal code 示范商店 --store main --name "Till 2"')).code;
const newKey = async (alg: Algorithm = 'ed25519') => ({ alg, ...(await newKeyPair(alg)) });
const options = () => ({ baseUrl: shop.stack.api, now: shop.now, retries: 0 });
const clientOf = (key: SigningKey) => createClient({ ...options(), key });
const order = () => ({ body: { merchantOrderNo: newNo(), amount: { currency: 'CNY', value: 100 }, subject: 'tea' } });

/** A terminal that has just enrolled. */
async function enrolled(alg: Algorithm = 'ed25519') {
  const key = await newKey(alg);
  const made = await enrolTerminal(options(), await newCode(), key);
  return { ...made, key: { ...key, keyid: made.keyid } };
}

const raw = async (path: string, body: string, headers: Record<string, string>) => {
  const response = await fetch(shop.stack.api + path, { method: 'POST', headers, body });
  return (await response.json()) as { code: string; status: number };
};

describe('enrolment', () => {
  test.each(['ed25519', 'ecdsa-p256-sha256'] as const)(
    'by %s: the terminal sells at once, in its store',
    async (alg) => {
      const { key, terminalId, merchantId, storeId } = await enrolled(alg);
      expect([merchantId, storeId]).toEqual([shop.stack.identity.merchants[0]?.id, 'main']);
      const { body } = await clientOf(key).call('createOrder', order());
      expect(body).toMatchObject({ terminalId, storeId: 'main', nextAction: 'show_qr_code' });
    },
  );

  test('the lost answer is asked for again, with the code as a person types it', async () => {
    const [code, key] = [await newCode(), await newKey()];
    const made = await enrolTerminal(options(), code, key);
    expect(await enrolTerminal(options(), code.toLowerCase().replaceAll('-', ' '), key)).toEqual(made);
  });

  test('S7 F70 wrong, used, over and tried too often answer alike, and tell nothing', async () => {
    const [used, over, tried] = [await newCode(), await newCode(), await newCode()];
    await enrolTerminal(options(), used, await newKey());
    const wrong = `${tried.slice(0, 4)}-0000-0000`;
    const seen = [await refusal(enrolTerminal(options(), used, await newKey()))];
    for (let tries = 0; tries < 5; tries += 1)
      seen.push(await refusal(enrolTerminal(options(), wrong, await newKey())));
    seen.push(await refusal(enrolTerminal(options(), tried, await newKey())));
    await shop.advance(10 * MINUTE);
    seen.push(await refusal(enrolTerminal(options(), over, await newKey())));
    const [first, ...others] = seen.map(({ requestId: _, ...told }) => told);
    expect(first).toMatchObject({ status: 403, code: 'activation_refused' });
    for (const other of others) expect(other).toEqual(first);
  });

  test('F66 S4 signed by another key, for another purpose, or not at all: refused, and the code is as good as before', async () => {
    const [code, key, other] = [await newCode(), await newKey(), await newKey()];
    const path = '/v1/terminals/enrolment';
    const body = JSON.stringify({ code, alg: key.alg, publicKey: key.publicKey });
    const request = { method: 'POST', url: shop.stack.api + path, body };
    const created = Math.floor(shop.now() / 1_000);
    const by = (signer: SigningKey, purpose = ENROLMENT) => signRequest(request, signer, created, purpose);
    const named = { ...key, keyid: ENROLMENT_KEYID };
    const attacks = [
      await by({ ...other, keyid: ENROLMENT_KEYID }),
      await by(named, { label: 'sig1', tag: 'tillgate-v1' }),
      await by(named, { label: 'sig2', tag: ENROLMENT.tag }),
      await by({ ...key, keyid: 'trm_x.1' }),
    ];
    for (const headers of attacks) {
      const { status } = await raw(path, body, { ...headers, 'content-type': 'application/json' });
      expect(status).toBe(401);
    }
    expect((await raw(path, body, {})).code).toBe('signature_missing');
    for (let more = 0; more < 5; more += 1) await raw(path, body, attacks[0] ?? {});
    expect(await enrolTerminal(options(), code, key)).toMatchObject({ storeId: 'main' });
  });

  test('S8 a key that is none is a 400 that names the field', async () => {
    const code = await newCode();
    const key = { ...(await newKey()), publicKey: (await newKey('ecdsa-p256-sha256')).publicKey };
    expect(await refusal(enrolTerminal(options(), code, key))).toMatchObject({
      status: 400,
      errors: [{ pointer: '/publicKey' }],
    });
  });
});

describe('a rotation', () => {
  test('S6 with sales all the time: not one request fails, and after a week the old key is over', async () => {
    const { key, terminalId } = await enrolled();
    const next = { ...(await newKey('ecdsa-p256-sha256')), keyid: `${terminalId}.2` };
    const [old, fresh] = [clientOf(key), clientOf(next)];
    const sells = async (times: number, client: (i: number) => Client) => {
      for (let i = 0; i < times; i += 1) expect((await client(i).call('createOrder', order())).status).toBe(201);
    };
    const during = Promise.all([1, 2, 3, 4].map(() => sells(20, () => old)));
    const rotated = await rotateKey({ ...options(), key }, next);
    expect(rotated).toMatchObject({ keyid: next.keyid });
    await during;
    await Promise.all([1, 2, 3, 4].map(() => sells(20, (i) => (i % 2 ? old : fresh))));
    expect(await rotateKey({ ...options(), key }, next)).toEqual(rotated);

    const left = Date.parse(rotated.oldKeyExpiresAt) - shop.now();
    expect(Math.abs(left - 7 * DAY)).toBeLessThan(MINUTE);
    await shop.advance(left + 31 * SECOND);
    expect(await refusal(old.call('listChannels', {}))).toMatchObject({ status: 401, code: 'key_revoked' });
    expect((await fresh.call('listChannels', {})).status).toBe(200);
  });

  test('F66 without the new signature, without the old, or with the number of another key: 401', async () => {
    const { key, terminalId } = await enrolled();
    const next = { ...(await newKey()), keyid: `${terminalId}.2` };
    const path = '/v1/terminals/self/keys';
    const body = JSON.stringify({ alg: next.alg, publicKey: next.publicKey });
    const request = { method: 'POST', url: shop.stack.api + path, body };
    const created = Math.floor(shop.now() / 1_000);
    const attacks = [
      await signRequest(request, key, created),
      await signRequest(request, next, created),
      await signRotation(request, next, key, created),
      await signRotation(request, key, { ...next, keyid: `${terminalId}.3` }, created),
      await signRotation(request, key, { ...(await newKey()), keyid: next.keyid }, created),
      await signRotation({ ...request, body: `${body} ` }, key, next, created),
    ];
    for (const headers of attacks) expect((await raw(path, body, headers)).status).toBe(401);
    expect(await refusal(clientOf(next).call('listChannels', {}))).toMatchObject({ code: 'key_unknown' });
  });

  test('a second signature makes no other request valid', async () => {
    const { key, terminalId } = await enrolled();
    const next = { ...(await newKey()), keyid: `${terminalId}.2` };
    const request = { method: 'GET', url: `${shop.stack.api}/v1/channels` };
    const headers = await signRotation(request, key, next, Math.floor(shop.now() / 1_000));
    expect((await fetch(request.url, { headers })).status).toBe(401);
  });

  test('another key in the same place, and a back office: refused', async () => {
    const { key, terminalId } = await enrolled();
    const keyid = `${terminalId}.2`;
    await rotateKey({ ...options(), key }, { ...(await newKey()), keyid });
    const again = rotateKey({ ...options(), key }, { ...(await newKey()), keyid });
    expect(await refusal(again)).toMatchObject({ status: 409, code: 'key_rotated_already' });
    const office = shop.stack.identity.credentials[1];
    const { file, take } = newKeyFile();
    const told = await operator(`key create 示范商店 --scopes orders:read --out ${file}`);
    expect([told.keyid, told.keyid === office?.keyid]).toEqual([take()[0]?.keyid, false]);
  });
});

test('S6 a revocation bites within 30 seconds, and a rotation cannot outlive it', async () => {
  const { key, terminalId } = await enrolled();
  const till = clientOf(key);
  await till.call('listChannels', {});
  await operator(`terminal revoke ${terminalId}`);
  const next = { ...(await newKey()), keyid: `${terminalId}.2` };
  // Until then the old key may still be known as good, but nothing new comes of it.
  expect(await refusal(rotateKey({ ...options(), key }, next))).toMatchObject({ status: 401, code: 'key_revoked' });
  await shop.advance(30 * SECOND);
  expect(await refusal(till.call('listChannels', {}))).toMatchObject({ status: 401, code: 'key_revoked' });
  expect(await refusal(clientOf(next).call('listChannels', {}))).toMatchObject({ code: 'key_revoked' });
});

test('the back office sees its terminals, when each was seen, and whose clock is off', async () => {
  const { key, terminalId } = await enrolled();
  const find = async () => {
    for (let cursor: string | undefined; ; ) {
      const { body } = await shop.backOffice.call('listTerminals', { query: { limit: '5', cursor } });
      const found = body.data.find((it) => it.terminalId === terminalId);
      if (found || body.nextCursor === null) return found;
      cursor = body.nextCursor;
    }
  };
  expect(await find()).toMatchObject({ name: 'Till 2', state: 'active', lastSeenAt: null, clockSkewMs: null });
  const late = createClient({ ...options(), now: () => shop.now() - 20_000, key });
  await late.call('createOrder', order());
  const seen = await find();
  expect(Math.abs((seen?.clockSkewMs ?? 0) + 20_000)).toBeLessThan(3_000);
  // Nothing is written for an hour, unless the clock is set.
  await shop.advance(30 * MINUTE);
  await late.call('createOrder', order());
  expect((await find())?.lastSeenAt).toBe(seen?.lastSeenAt);
  await shop.advance(HOUR);
  await clientOf(key).call('createOrder', order());
  const again = await find();
  expect(Date.parse(again?.lastSeenAt ?? '') - Date.parse(seen?.lastSeenAt ?? '')).toBeGreaterThan(HOUR);
  expect(Math.abs(again?.clockSkewMs ?? 1e9)).toBeLessThan(3_000);
  expect(again?.keys).toMatchObject([{ keyid: key.keyid, expiresAt: null, revokedAt: null }]);

  expect(await refusal(shop.till.call('listTerminals', {}))).toMatchObject({ status: 403, code: 'scope_missing' });
});
