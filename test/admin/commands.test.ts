/** Every command of the operator, and what it tells a program. */
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { commands } from '../../bin/admin/command-line.ts';
import { createCredential } from '../../bin/admin/directory-store.ts';
import { DEFAULT_LIMITS } from '../../bin/directory/default-limits.ts';
import { enrol, plainCode } from '../../functions/merchant/enrolment.ts';
import { DAY, MINUTE, toInstant } from '../../functions/time.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { newKeyFile } from '../support/key-file.ts';
import { APP, type Office, openOffice, openTea, SELLER, toldCommands } from '../support/office.ts';
import { NOON } from '../support/orders.ts';
import { openCheckedShop } from './checked-shop.ts';

let engine: TestEngine;
let office: Office;
beforeAll(async () => {
  engine = await openEngine();
});
beforeEach(async () => {
  office = await openOffice(engine);
});
afterAll(() => engine.stop());

const ID = { mer: /^mer_[a-z2-7]{12}$/, agr: /^agr_[a-z2-7]{12}$/, trm: /^trm_[a-z2-7]{12}$/ };
const id = (kind: keyof typeof ID) => expect.stringMatching(ID[kind]);

const blankTea = {
  merchantId: id('mer'),
  version: 1,
  name: 'Tea',
  acquirer: '',
  zone: 'Asia/Shanghai',
  agreements: [],
  accounts: [],
  channels: {},
  latePayment: 'refund',
  refundWindowDays: 90,
  limits: DEFAULT_LIMITS,
};
const agreement = {
  agreementId: id('agr'),
  currency: 'CNY',
  validFrom: '2026-03-01',
  ratePpm: 6_000,
  feeOnRefund: 'returned',
};
const account = { channel: 'alipay', appId: APP, sellerId: SELLER };
const sellingTea = { ...blankTea, version: 2, acquirer: 'Alipay', agreements: [agreement], accounts: [account] };

describe('--json tells', () => {
  test('merchant create, and the same merchant again', async () => {
    const first = await office.tell('merchant create Tea');
    expect(first).toEqual({ isNew: true, merchant: blankTea, missing: expect.arrayContaining([expect.any(String)]) });
    expect(await office.tell('merchant create Tea')).toEqual({ ...first, isNew: false });
    expect((await office.run('merchant create Tea --zone UTC')).err).toMatch(
      /there already \(mer_.*, with another zone/,
    );
  });

  test('merchant show', async () => {
    await openTea(office);
    await office.tell('store add Tea main');
    expect(await office.tell('merchant show Tea')).toEqual({
      merchant: sellingTea,
      stores: [{ storeId: 'main', name: 'main' }],
      lastDecidedDay: '2026-02-28',
      closures: [],
      missing: [],
    });
  });

  test('merchant show tells a channel that has closed itself, and channel open forgets it', async () => {
    const merchantId = await openTea(office);
    const closedUntil = office.deployment.now() + 60_000;
    const health = { id: `cnt_${merchantId}.channel.alipay`, version: 1, closedUntil, closures: 1, strikes: 1 };
    await office.deployment.directory.create(health);
    const closures = [{ channel: 'alipay', until: new Date(closedUntil).toISOString() }];
    expect(await office.tell('merchant show Tea')).toMatchObject({ closures });
    await office.tell('channel open Tea');
    expect(await office.tell('merchant show Tea')).toMatchObject({ closures: [] });
    expect(await office.deployment.directory.get(health.id)).toMatchObject({ version: 2, closures: 0, strikes: 0 });
  });

  test('merchant list, however many there are', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `Tea ${10 + i}`);
    for (const name of names) await office.tell(`merchant create "${name}"`);
    const { data } = await office.tell('merchant list');
    expect((data as { name: string }[]).map(({ name }) => name)).toEqual(names);
  });

  test('merchant set: every setting and limit, and back again', async () => {
    await openTea(office);
    const { merchant, changed } = await office.tell(
      `merchant set Tea --name 茶馆 --acquirer A --zone +08:00 --late-payment keep --refund-window-days 30 --support-phone "+86 21 6160 2000"
       --largest-order 5000.00 --orders-per-second 50 --orders-per-second-per-terminal 5 --open-orders 900 --refunds-per-day 20
       --refunded-per-day 1000.50 --longest-expiry-seconds 300 --one-open-order yes --largest-terminal-refund 200 --app-auth-token 202601BBtoken1234`,
    );
    const limits = {
      ordersPerSecond: 50,
      ordersPerSecondPerTerminal: 5,
      openOrders: 900,
      refundsPerDay: 20,
      longestExpirySeconds: 300,
      oneOpenOrderPerTerminal: true,
      money: { CNY: { largestOrder: 500_000, refundedPerDay: 100_050, largestTerminalRefund: 20_000 } },
    };
    const terms = { latePayment: 'keep', refundWindowDays: 30, supportPhone: '+86 21 6160 2000', limits };
    const set = { name: '茶馆', acquirer: 'A', zone: '+08:00', ...terms };
    // The token is a secret: only its end is told.
    const accounts = [{ ...account, appAuthToken: '…1234' }];
    expect({ merchant, changed }).toEqual({ changed: true, merchant: { ...sellingTea, ...set, accounts, version: 3 } });
    const none = await office.tell(
      `merchant set 茶馆 --largest-order none --orders-per-second none --orders-per-second-per-terminal none
       --open-orders none --refunds-per-day none --refunded-per-day none --longest-expiry-seconds none --one-open-order none
       --largest-terminal-refund none --support-phone none`,
    );
    expect(none).toMatchObject({ merchant: { limits: {} } });
    expect(none.merchant).not.toHaveProperty('supportPhone');
    expect(await office.tell('merchant set Tea --late-payment keep')).toMatchObject({ changed: false });
  });

  test('agreement add, bounded and dated', async () => {
    await office.tell('merchant create Tea');
    const line = `agreement add Tea --rate 3800 --valid-from 2026-03-05 --fee-on-refund returned_same_day --minimum 0.01 --cap 8`;
    const terms = {
      agreementId: id('agr'),
      currency: 'CNY',
      validFrom: '2026-03-05',
      ratePpm: 3_800,
      feeMinimum: 1,
      feeCap: 800,
      feeOnRefund: 'returned_same_day',
    };
    const told = await office.tell(line);
    expect(told).toEqual({
      changed: true,
      agreement: terms,
      merchant: { ...blankTea, version: 2, agreements: [terms] },
      takenBy: ['alipay', 'antom'],
    });
    expect(await office.tell(line)).toEqual({ ...told, changed: false });
  });

  test('channel connect, drain, close, open', async () => {
    await office.tell('merchant create Tea');
    const connected = await office.tell(`channel connect Tea --seller-id ${SELLER} --acquirer Alipay`);
    const tea = { ...blankTea, acquirer: 'Alipay', accounts: [account] };
    expect(connected).toEqual({ changed: true, merchant: { ...tea, version: 2 }, missing: [expect.any(String)] });
    const until = '2026-03-01T18:00:00+08:00';
    const closed = { state: 'closed', until: Date.parse(until), reason: { 'zh-CN': '维护', en: 'at work' } };
    for (const [line, version, channels] of [
      ['channel drain Tea', 3, { alipay: { state: 'draining' } }],
      [`channel close Tea --until ${until} --reason-zh 维护 --reason-en "at work"`, 4, { alipay: closed }],
      ['channel open Tea --channel alipay', 5, {}],
    ] as const)
      expect(await office.tell(line)).toEqual({ changed: true, merchant: { ...tea, channels, version } });
    const { merchant } = await office.tell('channel prefer Tea alipay --currency CNY');
    expect(merchant).toEqual({ ...tea, channels: {}, version: 6, preferred: { CNY: 'alipay' } });
    const none = `channel authorise Tea --seller-id ${SELLER} --app-id ${APP} --app-auth-token none`;
    expect(await office.tell(none)).toMatchObject({ changed: false });
  });

  test('store add and list', async () => {
    const merchantId = await openTea(office);
    expect(await office.tell('store list Tea')).toEqual({ data: [] });
    const store = { merchantId, storeId: 'pier-1', name: 'On the pier' };
    expect(await office.tell('store add Tea pier-1 --name "On the pier"')).toEqual({ isNew: true, store });
    expect(await office.tell('store add Tea pier-1 --name "On the pier"')).toEqual({ isNew: false, store });
    expect((await office.run('store add Tea pier-1 --name Other')).err).toMatch(/there already, named On the pier/);
    expect(await office.tell('store list Tea')).toEqual({ data: [{ storeId: 'pier-1', name: 'On the pier' }] });
  });

  test('terminal revoke: the terminal and all its keys, once', async () => {
    const merchantId = await openTea(office);
    const scopes = ['orders:write'] as const;
    const ask = { merchantId, name: 'Till 1', scopes, alg: 'ed25519' as const, createdAt: NOON, storeId: 'main' };
    const { holder, key } = await createCredential(office.deployment, ask);
    const can = { scopes, stores: 'own' };
    const terminal = { terminalId: holder.id, storeId: 'main', name: 'Till 1', ...can, createdAt: toInstant(NOON) };
    expect(await office.tell('terminal list Tea')).toEqual({ data: [{ ...terminal, state: 'active' }] });
    office.pass(MINUTE);
    const line = `terminal revoke ${holder.id}`;
    expect(await office.tell(line)).toEqual({ terminalId: holder.id, revokedKeys: [key.id] });
    office.pass(MINUTE);
    expect(await office.tell(line)).toEqual({ terminalId: holder.id, revokedKeys: [] });
    const revokedAt = toInstant(NOON + MINUTE);
    expect(await office.tell('terminal list Tea')).toEqual({ data: [{ ...terminal, state: 'revoked', revokedAt }] });
    expect(await office.tell('key list Tea')).toMatchObject({ data: [{ keyid: key.id, state: 'revoked', revokedAt }] });
  });

  test('security minor 8 terminal cancel: the code makes no terminal any more', async () => {
    const merchantId = await openTea(office);
    const { code, terminalId } = (await office.tell('terminal code Tea')) as { code: string; terminalId: string };
    const other = (await office.tell('terminal code Tea')) as { code: string; terminalId: string };
    const { publicKey: pair } = generateKeyPairSync('ed25519');
    const publicKey = pair.export({ format: 'der', type: 'spki' }).toString('base64');
    const { directory, now } = office.deployment;
    const enrolled = (it: string) => enrol(directory, plainCode(it), { alg: 'ed25519', publicKey }, now());
    const line = `terminal cancel Tea ${terminalId}`;
    expect(await office.tell(line)).toEqual({ terminalId, isNew: true });
    expect(await office.tell(line)).toEqual({ terminalId, isNew: false });
    expect(await office.tell('terminal list Tea')).toMatchObject({ data: [{ terminalId: other.terminalId }] });
    expect(await enrolled(code)).toBeUndefined();
    expect(await enrolled(other.code)).toMatchObject({ merchantId, id: other.terminalId });
    expect(await office.run(`terminal cancel Tea ${other.terminalId} --yes`)).toMatchObject({
      ...{ code: 1, err: `the code was used: terminal revoke ${other.terminalId}\n` },
    });
    expect((await office.run('terminal cancel Tea trm_aaaaaaaaaaaa')).err).toMatch(/^no code waits for trm_a/);
    expect((await office.run('terminal cancel Tea act_AAAA')).code).toBe(2);
  });

  test('terminal code and list', async () => {
    const merchantId = await openTea(office);
    const { code, ...told } = await office.tell('terminal code Tea --name "Till 1"');
    const can = { scopes: ['orders:write', 'orders:read', 'refunds:write'], stores: 'own' };
    const waiting = { terminalId: id('trm'), storeId: 'main', name: 'Till 1', ...can };
    expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    expect(told).toEqual({ merchantId, expiresAt: toInstant(NOON + 10 * MINUTE), ...waiting });
    expect(JSON.stringify(await office.dump())).not.toContain(String(code).slice(5).replace('-', ''));
    expect(await office.tell('terminal list Tea')).toEqual({
      data: [{ ...waiting, state: 'waiting', expiresAt: toInstant(NOON + 10 * MINUTE) }],
    });
    office.pass(10 * MINUTE);
    expect(await office.tell('terminal list Tea')).toEqual({ data: [] });
  });

  test('key create, list and revoke', async () => {
    const merchantId = await openTea(office);
    const { file, take } = newKeyFile();
    const line = `key create Tea --name Books --scopes orders:read,refunds:write --expires-days 30 --out ${file}`;
    const told = await office.tell(line);
    const written = take();
    const [credential] = written;
    expect(told).toEqual({ keyid: credential?.keyid, file });
    const scopes = ['orders:read', 'refunds:write'];
    const bare = {
      keyid: expect.stringMatching(/^bko_[a-z2-7]{12}\.1$/),
      alg: 'ed25519',
      ...{ scopes, merchantId, storeId: null },
    };
    expect(written).toEqual([{ ...bare, privateKeyPem: expect.stringMatching(/^-----BEGIN PRIVATE KEY-----\n/) }]);
    expect(JSON.stringify(await office.dump())).not.toContain(credential?.privateKeyPem.split('\n')[1]);
    const key = {
      keyid: credential?.keyid,
      name: 'Books',
      state: 'active',
      alg: 'ed25519',
      scopes,
      ...{ storeId: null, stores: null, addresses: null },
      createdAt: toInstant(NOON),
      expiresAt: toInstant(NOON + 30 * DAY),
      revokedAt: null,
    };
    expect(await office.tell('key list Tea')).toEqual({ data: [key] });
    office.pass(30 * DAY);
    expect(await office.tell('key list Tea')).toEqual({ data: [{ ...key, state: 'expired' }] });
    expect(await office.tell(`key revoke ${key.keyid}`)).toEqual({ revokedKeys: [key.keyid] });
    expect(await office.tell(`key revoke ${key.keyid}`)).toEqual({ revokedKeys: [] });
    const { data } = await office.tell('key list Tea');
    expect(data).toEqual([{ ...key, state: 'revoked', revokedAt: toInstant(NOON + 30 * DAY) }]);
  });
});

describe('the books', () => {
  test('statement verify, of a merchant that has none yet', async () => {
    const merchantId = await openTea(office);
    expect(await office.tell('statement verify Tea')).toEqual({ merchantId, statements: 0, lines: 0, findings: [] });
  });

  test('reconcile: before a day was compared, and with what it takes', async () => {
    const merchantId = await openTea(office);
    const told = { merchantId, day: '2026-02-28', reconciliation: null, reconciliations: [] };
    expect(await office.tell('reconcile Tea')).toEqual(told);
    expect(await office.tell('reconcile Tea --day 2026-02-01')).toEqual({ ...told, day: '2026-02-01' });
    expect((await office.run('reconcile Tea --day yesterday')).code).toBe(2);
    expect((await office.run('reconcile Tea --accept ord_1 --note x')).err).toMatch(/has no open difference of ord_1/);
    expect((await office.run('reconcile Tea --again 2026-03-01')).err).toMatch(/2026-03-01 was not compared yet/);
  });
});

test('channel check', async () => {
  const shop = await openCheckedShop(engine);
  expect(await shop.office.tell('channel check Tea')).toMatchObject({ checked: [{ finding: 'right' }] });
  await shop.stop();
});

const ALL_COMMANDS = [
  ...['agreement add', 'channel authorise', 'channel check', 'channel close', 'channel connect', 'channel drain'],
  ...['channel open', 'channel prefer'],
  ...['key create', 'key list', 'key revoke', 'merchant create', 'merchant list', 'merchant set', 'merchant show'],
  ...['reconcile', 'statement verify', 'store add', 'store list'],
  ...['terminal cancel', 'terminal code', 'terminal list', 'terminal revoke'],
];

test('every command was seen telling its JSON', () => {
  expect([...toldCommands].sort()).toEqual(ALL_COMMANDS);
  expect(commands.map(({ name }) => name).sort()).toEqual(ALL_COMMANDS);
});
