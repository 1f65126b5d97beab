/** Every command of the operator: what it tells, what it asks first, and what it refuses. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { commands } from '../../bin/admin/command-line.ts';
import { createCredential } from '../../bin/admin/directory-store.ts';
import { DAY, MINUTE, toInstant } from '../../functions/time.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { APP, type Office, openOffice, SELLER, toldCommands } from '../support/office.ts';
import { NOON } from '../support/orders.ts';

let engine: TestEngine;
let office: Office;
const folder = mkdtempSync(join(tmpdir(), 'tillgate-admin-'));
beforeAll(async () => {
  engine = await openEngine();
});
beforeEach(async () => {
  office = await openOffice(engine);
});
afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

const TERMS = '--rate 0.6% --valid-from today --fee-on-refund returned';
const ID = { mer: /^mer_[a-z2-7]{12}$/, agr: /^agr_[a-z2-7]{12}$/, trm: /^trm_[a-z2-7]{12}$/ };
const id = (kind: keyof typeof ID) => expect.stringMatching(ID[kind]);

/** A merchant that can sell. */
async function openTea(): Promise<string> {
  const { merchant } = await office.tell(`merchant create Tea --acquirer Alipay --seller-id ${SELLER}`);
  await office.tell(`agreement add Tea ${TERMS}`);
  return (merchant as { merchantId: string }).merchantId;
}

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
  limits: {},
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
    await openTea();
    await office.tell('store add Tea main');
    expect(await office.tell('merchant show Tea')).toEqual({
      merchant: sellingTea,
      stores: [{ storeId: 'main', name: 'main' }],
      lastDecidedDay: '2026-02-28',
      missing: [],
    });
  });

  test('merchant list, however many there are', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `Tea ${10 + i}`);
    for (const name of names) await office.tell(`merchant create "${name}"`);
    const { data } = await office.tell('merchant list');
    expect((data as { name: string }[]).map(({ name }) => name)).toEqual(names);
  });

  test('merchant set: every setting and limit, and back again', async () => {
    await openTea();
    const { merchant, changed } = await office.tell(
      `merchant set Tea --name 茶馆 --acquirer A --zone +08:00 --late-payment keep --refund-window-days 30
       --largest-order 5000.00 --orders-per-second 50 --orders-per-second-per-terminal 5 --refunds-per-day 20
       --refunded-per-day 1000.50 --longest-expiry-seconds 300 --one-open-order yes --app-auth-token 202601BBtoken1234`,
    );
    const limits = {
      largestOrder: 500_000,
      ordersPerSecond: 50,
      ordersPerSecondPerTerminal: 5,
      refundsPerDay: 20,
      refundedPerDay: 100_050,
      longestExpirySeconds: 300,
      oneOpenOrderPerTerminal: true,
    };
    const set = { name: '茶馆', acquirer: 'A', zone: '+08:00', latePayment: 'keep', refundWindowDays: 30, limits };
    // The token is a secret: only its end is told.
    const accounts = [{ ...account, appAuthToken: '…1234' }];
    expect({ merchant, changed }).toEqual({ changed: true, merchant: { ...sellingTea, ...set, accounts, version: 3 } });
    const none = await office.tell(
      `merchant set 茶馆 --largest-order none --orders-per-second none --orders-per-second-per-terminal none
       --refunds-per-day none --refunded-per-day none --longest-expiry-seconds none --one-open-order none`,
    );
    expect(none).toMatchObject({ merchant: { limits: {} } });
    expect(await office.tell('merchant set Tea --late-payment keep')).toMatchObject({ changed: false });
  });

  test('a name leads to one merchant, its old ones too', async () => {
    const merchantId = await openTea();
    await office.tell('merchant create Coffee');
    expect((await office.run('merchant set Tea --name Coffee')).err).toBe('another merchant has the name Coffee\n');
    await office.tell('merchant set Tea --name "Green Tea"');
    for (const name of ['Tea', '"Green Tea"', merchantId])
      expect(await office.tell(`merchant show ${name}`)).toMatchObject({ merchant: { merchantId, name: 'Green Tea' } });
    expect((await office.run('merchant create Tea')).err).toMatch(/with another name/);
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
  });

  test('store add and list', async () => {
    const merchantId = await openTea();
    expect(await office.tell('store list Tea')).toEqual({ data: [] });
    const store = { merchantId, storeId: 'pier-1', name: 'On the pier' };
    expect(await office.tell('store add Tea pier-1 --name "On the pier"')).toEqual({ isNew: true, store });
    expect(await office.tell('store add Tea pier-1 --name "On the pier"')).toEqual({ isNew: false, store });
    expect((await office.run('store add Tea pier-1 --name Other')).err).toMatch(/there already, named On the pier/);
    expect(await office.tell('store list Tea')).toEqual({ data: [{ storeId: 'pier-1', name: 'On the pier' }] });
  });

  test('terminal revoke: the terminal and all its keys, once', async () => {
    const merchantId = await openTea();
    const scopes = ['orders:write'] as const;
    const ask = { merchantId, name: 'Till 1', scopes, alg: 'ed25519' as const, createdAt: NOON, storeId: 'main' };
    const { holder, key } = await createCredential(office.place, ask);
    const terminal = { terminalId: holder.id, storeId: 'main', name: 'Till 1', createdAt: toInstant(NOON) };
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

  test('terminal code and list', async () => {
    const merchantId = await openTea();
    const { code, ...told } = await office.tell('terminal code Tea --name "Till 1"');
    const waiting = { terminalId: id('trm'), storeId: 'main', name: 'Till 1' };
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
    const merchantId = await openTea();
    const told = await office.tell('key create Tea --name Books --scopes orders:read,refunds:write --expires-days 30');
    const [credential] = told.credentials as { keyid: string; privateKeyPem: string }[];
    const scopes = ['orders:read', 'refunds:write'];
    expect(told).toEqual({
      credentials: [
        {
          keyid: expect.stringMatching(/^bko_[a-z2-7]{12}\.1$/),
          alg: 'ed25519',
          privateKeyPem: expect.stringMatching(/^-----BEGIN PRIVATE KEY-----\n/),
          scopes,
          merchantId,
          storeId: null,
        },
      ],
    });
    expect(JSON.stringify(await office.dump())).not.toContain(credential?.privateKeyPem.split('\n')[1]);
    const key = {
      keyid: credential?.keyid,
      name: 'Books',
      state: 'active',
      alg: 'ed25519',
      scopes,
      storeId: null,
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

  test('key create --out: the private key is in the file, for its owner only, and nowhere else', async () => {
    await openTea();
    const file = join(folder, 'books.json');
    const { out } = await office.run(`key create Tea --out ${file} --alg ecdsa-p256-sha256`);
    expect(out).not.toContain('PRIVATE');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ credentials: [{ alg: 'ecdsa-p256-sha256' }] });
    expect(await office.tell(`key create Tea --out ${join(folder, 'two.json')}`)).toEqual({
      keyid: expect.any(String),
      file: join(folder, 'two.json'),
    });
  });

  test('key create --out writes over nothing, and looks before it stores', async () => {
    await openTea();
    const file = join(folder, 'three.json');
    await office.tell(`key create Tea --out ${file}`);
    const before = await office.dump();
    expect((await office.run(`key create Tea --out ${file}`)).err).toMatch(/three\.json is there already/);
    expect((await office.run(`key create Tea --out ${join(file, 'x.json')}`)).err).toMatch(
      /^cannot write .*three\.json/,
    );
    expect(await office.dump()).toEqual(before);
  });
});

/** Lines that cannot be undone, with what they ask. */
const FINAL: readonly (readonly [line: (tea: Tea) => string, asks: RegExp])[] = [
  [
    () => 'agreement add Tea --rate 1% --valid-from 2026-04-01 --fee-on-refund kept',
    /never be edited: from 2026-04-01 in CNY: 1 % \(10000 ppm\)/,
  ],
  [() => 'channel connect Tea --seller-id 2088000000000002', /paid to 2088000000000002 .* no more to 2088000000000001/],
  [() => 'merchant set Tea --seller-id 2088000000000002', /paid to 2088000000000002/],
  [() => 'merchant set Tea --zone UTC', /cut by UTC from now on, no more by Asia\/Shanghai/],
  [({ keyid }) => `key revoke ${keyid}`, /The key bko_.*\.1 can never sign again/],
  [({ keyid }) => `key revoke ${keyid.slice(0, -2)}`, /Back office \(bko_.*\), with all its keys/],
];
interface Tea {
  readonly keyid: string;
}

describe('what cannot be undone', () => {
  let tea: Tea;
  let before: string[];
  beforeEach(async () => {
    await openTea();
    const { credentials } = await office.tell('key create Tea');
    tea = { keyid: (credentials as [{ keyid: string }])[0].keyid };
    before = await office.dump();
  });

  test.each(FINAL)('%s is asked first', async (lineOf, asks) => {
    const line = lineOf(tea);
    const alone = await office.run(line);
    expect([alone.code, alone.out]).toEqual([1, '']);
    expect(alone.err).toMatch(asks);
    expect(alone.err).toMatch(/say --yes\. Nothing was changed/);
    for (const typed of ['no\n', '\n', 'yesterday\n', '']) {
      const { code, err } = await office.run(line, typed);
      expect([code, err]).toEqual([1, expect.stringMatching(asks)]);
    }
    expect(await office.dump()).toEqual(before);
    expect((await office.run(line, 'yes\n')).code).toBe(0);
    expect(await office.dump()).not.toEqual(before);
  });

  test('terminal revoke, too, and nothing is asked that changes nothing', async () => {
    const { terminalId } = await office.tell('terminal code Tea');
    expect((await office.run(`terminal revoke ${terminalId}`)).err).toMatch(/there is no terminal/);
    expect((await office.run('merchant set Tea --zone Asia/Shanghai')).code).toBe(0);
    expect((await office.run(`channel connect Tea --seller-id ${SELLER}`)).code).toBe(0);
  });
});

describe('bad input changes nothing', () => {
  const KEPT = 'agreement add Tea --valid-from 2026-04-01 --fee-on-refund kept';
  test.each([
    ['merchant create mer_tea', 2, /does not begin like an id/],
    ['merchant create "a\tb"', 2, /text of 1 to 64/],
    [`merchant create ${'x'.repeat(65)}`, 2, /text of 1 to 64/],
    ['merchant create New --zone Mars', 1, /no time zone/],
    ['merchant create New --acquirer A --seller-id 1', 1, /2088 and 12 more/],
    ['merchant create', 2, /takes NAME/],
    ['merchant create Two Words', 2, /quote a name that has spaces/],
    ['merchant create ""', 2, /takes NAME/],
    ['merchant set Tea --name New --late-payment never', 2, /--late-payment is refund or keep/],
    ['merchant set Tea --name New --seller-id 2088', 1, /2088 and 12 more/],
    ['merchant set Tea --refund-window-days 366', 2, /from 0 to 365/],
    ['merchant set Tea --refund-window-days 1e2', 2, /from 0 to 365/],
    ['merchant set Tea --largest-order 1.005', 2, /an amount in CNY/],
    ['merchant set Tea --largest-order ¥5', 2, /an amount in CNY/],
    ['merchant set Tea --refunded-per-day 100000000000', 2, /an amount in CNY/],
    ['merchant set Tea --orders-per-second 0', 2, /from 1 to/],
    ['merchant set Tea --longest-expiry-seconds 60', 2, /from 90 to 900/],
    ['merchant set Tea --one-open-order perhaps', 2, /yes or no/],
    ['merchant set Tea --rate 1%', 2, /merchant set takes no --rate/],
    ['merchant set Coffee --late-payment keep', 1, /there is no merchant Coffee/],
    [`${KEPT} --rate 0.6`, 2, /written 0.6% or 6000/],
    [`${KEPT} --rate 0.00001%`, 2, /written 0.6%/],
    [`${KEPT} --rate 100.0001%`, 2, /at most 100%/],
    [`${KEPT} --rate 1% --rate 2%`, 2, /--rate is given twice/],
    [`${KEPT} --rate 1% --minimum 2 --cap 1`, 1, /above its cap/],
    [`${KEPT} --rate 1% --currency yuan`, 2, /ISO 4217/],
    [`${KEPT}`, 2, /needs --rate/],
    ['agreement add Tea --rate 1% --valid-from 2026-02-30 --fee-on-refund kept', 2, /a day such as/],
    ['agreement add Tea --rate 1% --valid-from 2026-02-28 --fee-on-refund kept', 1, /2026-03-02 at the earliest/],
    ['agreement add Tea --rate 1% --valid-from today --fee-on-refund kept', 1, /never edited/],
    ['agreement add Tea --rate 1% --valid-from tomorrow --fee-on-refund never', 2, /--fee-on-refund is kept or/],
    ['channel close Tea --until 2026-03-01T04:00:00Z', 1, /over already/],
    ['channel close Tea --until noon', 2, /an instant such as/],
    ['channel close Tea --until 2026-03-02T04:00:00', 2, /an instant such as/],
    ['channel close Tea --reason-en closed', 2, /go together/],
    ['channel drain Tea --channel wechat', 2, /--channel is alipay/],
    ['channel connect Tea', 2, /needs --seller-id/],
    ['store add Tea "a b"', 2, /a store is/],
    ['terminal code Tea --store pier', 1, /there is no store pier; there is main/],
    ['terminal revoke mer_a', 2, /named by its id trm_/],
    ['terminal revoke trm_aaaaaaaaaaaa', 1, /there is no terminal/],
    ['key create Tea --scopes orders:read,all', 2, /--scopes is/],
    ['key create Tea --expires-days 0', 2, /from 1 to 3650/],
    ['key create Tea --alg rsa', 2, /--alg is/],
    ['key revoke Tea', 1, /there is no key Tea/],
    ['merchant destroy Tea', 2, /there is no command merchant destroy/],
    ['merchant', 2, /there is no command merchant/],
    ['merchant list --frobnicate', 2, /frobnicate/],
  ])('%s', async (line, code, why) => {
    await openTea();
    await office.tell('store add Tea main');
    const before = await office.dump();
    const result = await office.run(`${line} --yes`);
    expect([result.code, result.out, result.err]).toEqual([code, '', expect.stringMatching(why)]);
    expect(await office.dump()).toEqual(before);
  });
});

describe('--help', () => {
  test('tells every command, each group its options, and changes nothing', async () => {
    const { out, code } = await office.run('--help');
    expect(code).toBe(0);
    for (const { name } of commands) expect(out).toContain(`  ${name} `);
    for (const { name, options } of commands) {
      const group = name.split(' ')[0];
      for (const line of [`${group} --help`, `${name} --help`]) {
        const help = await office.run(line);
        expect(help.code).toBe(0);
        for (const option of Object.keys(options)) expect(help.out).toContain(`--${option} `);
      }
    }
    expect((await office.run('coffee --help')).code).toBe(2);
    expect((await office.run('')).out).toBe(out);
    expect(await office.dump()).toEqual([]);
  });
});

test('every command was seen telling its JSON', () => {
  expect([...toldCommands].sort()).toEqual(commands.map(({ name }) => name).sort());
});
