/** security M3: what one till may do, as its activation code says, and what one key may, as the operator says. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient, enrolTerminal, rotateKey } from '../../functions/client/client.ts';
import { importPrivateKey, newKeyPair, type SigningKey } from '../../functions/client/sign.ts';
import { SECOND } from '../../functions/time.ts';
import { newKeyFile } from '../support/key-file.ts';
import { runLine } from '../support/office.ts';
import { cny, newNo, openShop, refusal, type TestShop } from '../support/shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
  await operator('store add 示范商店 west');
}, 120_000);
afterAll(() => shop.stop());

const operator = async (line: string) => {
  const { code, out, err } = await runLine(`${line} --yes --json --local-stack ${shop.stack.stackFile}`);
  if (code !== 0) throw new Error(err);
  return JSON.parse(out);
};
const options = () => ({ baseUrl: shop.stack.api, now: shop.now, retries: 0 });
const clientOf = (key: SigningKey) => createClient({ ...options(), key });
const newKey = async () => ({ alg: 'ed25519' as const, ...(await newKeyPair('ed25519')) });
const sale = () => ({ body: { merchantOrderNo: newNo(), amount: cny(100), subject: 'tea' } });

async function enrolled(flags: string) {
  const key = await newKey();
  const { code } = await operator(`terminal code 示范商店 ${flags}`);
  const made = await enrolTerminal(options(), code, key);
  const signing = { ...key, keyid: made.keyid };
  return { made, key: signing, client: clientOf(signing) };
}

/** A paid order of the store main. */
async function paidSale() {
  const order = await shop.open();
  await shop.pay(order);
  return shop.eventually(order.orderId, ({ status }) => status === 'paid');
}
const refundOf = (orderId: string, value = 1) => ({
  params: { orderId },
  body: { refundNo: newNo(), amount: cny(value) },
});

describe('an activation code says what its till may do', () => {
  test('security M3 by default all, in its own store: another store’s order is not there', async () => {
    const { made, client } = await enrolled('--store west');
    expect(made).toMatchObject({
      ...{ storeId: 'west', stores: 'own' },
      scopes: ['orders:write', 'orders:read', 'refunds:write'],
    });
    const { orderId } = await paidSale();
    expect(await refusal(client.call('createRefund', refundOf(orderId)))).toMatchObject({ status: 404 });
    const own = (await client.call('createOrder', sale())).body;
    await shop.pay(own);
    const params = { orderId: own.orderId };
    await expect.poll(async () => (await client.call('getOrder', { params })).body.status).toBe('paid');
    expect((await client.call('createRefund', refundOf(own.orderId))).status).toBe(201);
  });

  test('security M3 --stores all: it reads and refunds in the others, too', async () => {
    const { made, client } = await enrolled('--store west --stores all');
    expect(made.stores).toBe('all');
    const { orderId } = await paidSale();
    expect((await client.call('createRefund', refundOf(orderId))).status).toBe(201);
    const { body } = await shop.backOffice.call('listTerminals', { query: { limit: '100' } });
    expect(body.data.find((it) => it.terminalId === made.terminalId)).toMatchObject({ stores: 'all' });
  });

  test.each([
    ['sell-only', ['orders:write', 'orders:read'], { createOrder: 201, createRefund: 403, listOrders: 200 }],
    ['read-only', ['orders:read'], { createOrder: 403, createRefund: 403, listOrders: 200 }],
    [
      'orders:read,refunds:write',
      ['orders:read', 'refunds:write'],
      { createOrder: 403, createRefund: 201, listOrders: 200 },
    ],
  ] as const)('security M3 --scopes %s: it does that and nothing else', async (word, scopes, expected) => {
    const { made, client } = await enrolled(`--scopes ${word}`);
    expect(made.scopes).toEqual(scopes);
    const { orderId } = await paidSale();
    const statusOf = (call: Promise<{ status: number }>) =>
      call.then(
        ({ status }) => status,
        ({ problem }) => problem.status,
      );
    expect({
      createOrder: await statusOf(client.call('createOrder', sale())),
      createRefund: await statusOf(client.call('createRefund', refundOf(orderId))),
      listOrders: await statusOf(client.call('listOrders', {})),
    }).toEqual(expected);
  });

  test('security M3 a scope of the back office, or a till that cannot read, is refused to the operator', async () => {
    for (const scopes of ['statements:read,orders:read', 'orders:write', 'everything', '']) {
      const { code, err } = await runLine(
        `terminal code 示范商店 --scopes "${scopes}" --local-stack ${shop.stack.stackFile}`,
      );
      expect([code, err], scopes).toEqual([2, expect.stringContaining('--scopes')]);
    }
  });
});

describe('an old key ends at once on demand', () => {
  test('security M3 a rotation with endOldKeyNow: within 30 seconds the old key is over, and the lost answer can be had again', async () => {
    const { key, made } = await enrolled('');
    const next = { ...(await newKey()), keyid: `${made.terminalId}.2` };
    const rotated = await rotateKey({ ...options(), key }, next, { endOldKeyNow: true });
    expect(Date.parse(rotated.oldKeyExpiresAt)).toBe(Date.parse(rotated.validFrom));
    await shop.advance(31 * SECOND);
    expect(await refusal(clientOf(key).call('listOrders', {}))).toMatchObject({ status: 401, code: 'key_revoked' });
    expect((await clientOf(next).call('listOrders', {})).status).toBe(200);
    expect(await rotateKey({ ...options(), key }, next, { endOldKeyNow: true })).toEqual(rotated);
    // Whoever has the old key alone makes no new one.
    const thief = { ...(await newKey()), keyid: next.keyid };
    expect(await refusal(rotateKey({ ...options(), key }, thief))).toMatchObject({ code: 'key_rotated_already' });
  });

  test('security M3 key revoke ends one key, and the newer one goes on', async () => {
    const { key, made } = await enrolled('');
    const next = { ...(await newKey()), keyid: `${made.terminalId}.2` };
    await rotateKey({ ...options(), key }, next);
    expect(await operator(`key revoke ${made.keyid}`)).toEqual({ revokedKeys: [made.keyid] });
    await shop.advance(31 * SECOND);
    expect(await refusal(clientOf(key).call('listOrders', {}))).toMatchObject({ code: 'key_revoked' });
    expect((await clientOf(next).call('listOrders', {})).status).toBe(200);
  });
});

describe('a back office’s key is for some network addresses', () => {
  const keyFrom = async (addresses: string) => {
    const { file, take } = newKeyFile();
    await operator(`key create 示范商店 --scopes orders:read --addresses ${addresses} --out ${file}`);
    const [credential] = take();
    if (!credential) throw new Error('no credential was written');
    const { keyid, alg, privateKeyPem } = credential;
    return clientOf({ keyid, alg, privateKey: await importPrivateKey(privateKeyPem, alg) });
  };

  test('security M3 a request from another address is a 403 that does not tell which', async () => {
    const told = await refusal((await keyFrom('203.0.113.0/24,2001:db8::/32')).call('listOrders', {}));
    expect(told).toMatchObject({ status: 403, code: 'address_not_allowed' });
    expect(JSON.stringify(told)).not.toContain('203.0.113');
    expect((await (await keyFrom('203.0.113.7,127.0.0.0/8')).call('listOrders', {})).status).toBe(200);
  });

  test('security M3 what is no range of addresses makes no key', async () => {
    const { file } = newKeyFile();
    const line = `key create 示范商店 --addresses 10.0.0.0/33 --out ${file} --local-stack ${shop.stack.stackFile}`;
    const { code, err } = await runLine(line);
    expect([code, err]).toEqual([2, expect.stringContaining('not 10.0.0.0/33')]);
  });
});
