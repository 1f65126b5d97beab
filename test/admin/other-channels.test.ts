/** A merchant with accounts at two channels, on the operator's command line: connected, shown, preferred, authorised, checked. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { toInstant } from '../../functions/time.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { APP, type Office, openOffice, openTea, SELLER } from '../support/office.ts';
import { NOON } from '../support/orders.ts';
import { openCheckedShop } from './checked-shop.ts';

let engine: TestEngine;
let office: Office;
beforeAll(async () => {
  engine = await openEngine();
});
beforeEach(async () => {
  office = await openOffice(engine);
  await openTea(office);
});
afterAll(() => engine.stop());

const CONNECT = 'channel connect Tea --channel antom';
const WHOLE = `${CONNECT} --client-id SANDBOX_1 --reference-merchant-id TEA-1 --merchant-name "Tea & Co" --mcc 5499 --currencies "JPY:USD, HKD:USD,CNY:CNY"`;
const alipay = { channel: 'alipay', appId: APP, sellerId: SELLER };
const antom = {
  ...{ channel: 'antom', clientId: 'SANDBOX_1', referenceMerchantId: 'TEA-1', merchantName: 'Tea & Co' },
  ...{ merchantMCC: '5499', currencies: { JPY: 'USD', HKD: 'USD', CNY: 'CNY' } },
};
const accounts = async () => ((await office.tell('merchant show Tea')).merchant as { accounts: object[] }).accounts;
const linesWith = async (line: string, part: string) =>
  (await office.run(line)).out.split('\n').filter((it) => it.includes(part));

describe('an account at another channel', () => {
  test('is connected beside the one that is there, and shown with what it settles', async () => {
    expect(await office.tell(WHOLE)).toMatchObject({ changed: true, merchant: { accounts: [alipay, antom] } });
    expect(await office.tell(WHOLE)).toMatchObject({ changed: false });
    expect(await linesWith('merchant show Tea', 'paid to')).toEqual([
      `  alipay: paid to ${SELLER}, app ${APP}; open`,
      '  antom: paid to TEA-1, client SANDBOX_1, settled JPY:USD, HKD:USD, CNY:CNY; open',
    ]);
  });

  test('is changed member by member: the rest stays, and its own former ones are kept', async () => {
    await office.tell(WHOLE);
    const shown = (await office.run(`${CONNECT} --currencies JPY:JPY`)).err;
    expect(shown).toContain(
      'New orders that are paid to TEA-1 say from now on: currencies {"JPY":"JPY"} in place of {"JPY":"USD","HKD":"USD","CNY":"CNY"}.',
    );
    expect(await office.tell(`${CONNECT} --currencies JPY:JPY`)).toMatchObject({
      merchant: { accounts: [alipay, { ...antom, currencies: { JPY: 'JPY' } }] },
    });
    const moved = await office.tell(`${CONNECT} --reference-merchant-id TEA-2 --currencies CNY:CNY`);
    expect(moved).toMatchObject({
      merchant: {
        accounts: [alipay, { ...antom, referenceMerchantId: 'TEA-2', currencies: { CNY: 'CNY' } }],
        formerAccounts: [{ ...antom, currencies: { JPY: 'JPY' } }],
      },
    });
  });

  test('is replaced only after a question that names both', async () => {
    await office.tell(WHOLE);
    const { code, err } = await office.run(`${CONNECT} --reference-merchant-id TEA-2`);
    expect([code, err]).toEqual([
      ...[1, expect.stringContaining('paid to TEA-2 (client SANDBOX_1), no more to TEA-1 (client SANDBOX_1), where')],
    ]);
    expect(await accounts()).toEqual([alipay, antom]);
  });

  test('is authorised by its own token, which is shown by its end only', async () => {
    await office.tell(WHOLE);
    const line =
      'channel authorise Tea --reference-merchant-id TEA-1 --client-id SANDBOX_1 --agent-token agentToken1234';
    const authorisations = [{ at: toInstant(NOON), clientId: 'SANDBOX_1', referenceMerchantId: 'TEA-1' }];
    expect(await office.tell(line)).toMatchObject({
      merchant: { accounts: [alipay, { ...antom, agentToken: '…1234' }], authorisations },
    });
    const { out, err } = await office.run('merchant show Tea');
    expect(out).toContain(`  authorised on ${toInstant(NOON)}: TEA-1, client SANDBOX_1\n`);
    expect(out + err).not.toContain('agentToken1');
    // Another account has an authorisation of its own.
    expect((await office.run(`${CONNECT} --client-id SANDBOX_2 --yes`)).err).toMatch(
      /that of TEA-1 for the client SANDBOX_1 only: name the new account's by --agent-token, or none/,
    );
  });

  test.each([
    [CONNECT, 2, /--channel antom needs the options of an account there/],
    [`${CONNECT} --client-id SANDBOX_1`, 1, /--reference-merchant-id/],
    [`${CONNECT} --seller-id ${SELLER}`, 2, /--seller-id is of an account at alipay: name --channel alipay/],
    [WHOLE.replace(' --channel antom', ''), 2, /--client-id is of an account at antom: name --channel antom/],
    [WHOLE.replace('SANDBOX_1', '"a b"'), 1, /a client id has 5 to 64/],
    [WHOLE.replace('TEA-1', '"TEA 1"'), 1, /a reference merchant id has 1 to 32/],
    [WHOLE.replace('"Tea & Co"', '" Tea"'), 1, /a merchant name has 1 to 256/],
    [WHOLE.replace('5499', '549'), 1, /four digits, such as 5411; 549 has not/],
    [WHOLE.replace('JPY:USD', 'JPY'), 2, /a list such as "JPY:USD,HKD:USD", each currency once/],
    [WHOLE.replace('HKD:USD', 'JPY:JPY'), 2, /each currency once/],
    [WHOLE.replace('HKD:USD', 'XYZ:USD'), 2, /a list such as/],
    [WHOLE.replace('HKD:USD', 'RUB:USD'), 1, /antom takes no orders in RUB/],
    [`${WHOLE} --agent-token short`, 1, /an agent token has 8 to 128 characters/],
    [`${WHOLE} --app-auth-token 202601BBtoken1234`, 2, /--app-auth-token is of an account at alipay/],
    ['channel connect Tea --channel wechat', 2, /--channel is alipay or antom, not wechat/],
    ['channel authorise Tea --client-id SANDBOX_1 --agent-token none', 2, /or --reference-merchant-id and --client-id/],
    [`channel authorise Tea --seller-id ${SELLER} --app-id ${APP} --agent-token none`, 2, /is --app-auth-token/],
  ])('%s: is refused, and changes nothing', async (line, code, why) => {
    const before = await office.dump();
    const result = await office.run(`${line} --yes`);
    expect([result.code, result.out, result.err]).toEqual([code, '', expect.stringMatching(why)]);
    expect(await office.dump()).toEqual(before);
  });
});

describe('channel prefer', () => {
  const ROUTE = 'orders in CNY';

  test('says where orders go, from then on and until it is taken back', async () => {
    await office.tell(WHOLE);
    expect(await linesWith('merchant show Tea', ROUTE)).toEqual([
      '  orders in CNY go to alipay, and while that is closed to antom',
    ]);
    const line = 'channel prefer Tea antom --currency CNY';
    expect(await office.tell(line)).toMatchObject({ changed: true, merchant: { preferred: { CNY: 'antom' } } });
    expect(await office.tell(line)).toMatchObject({ changed: false });
    expect(await linesWith('merchant show Tea', ROUTE)).toEqual([
      '  orders in CNY go to antom, and while that is closed to alipay',
    ]);
    await office.tell('channel prefer Tea antom --currency JPY');
    expect(await office.tell('channel prefer Tea none --currency CNY')).toMatchObject({
      merchant: { preferred: { JPY: 'antom' } },
    });
  });

  test.each([
    ['channel prefer Tea antom', 2, /needs --currency/],
    ['channel prefer Tea antom --currency yuan', 2, /needs --currency/],
    ['channel prefer Tea wechat --currency CNY', 2, /is alipay or antom, not wechat/],
    ['channel prefer Tea alipay --currency JPY', 1, /at alipay takes no orders in JPY, but CNY/],
    ['channel prefer Tea antom --currency CNY', 1, /Tea has no account at antom: channel connect --channel antom/],
  ])('%s: is refused, and changes nothing', async (line, code, why) => {
    const before = await office.dump();
    const result = await office.run(line);
    expect([result.code, result.out, result.err]).toEqual([code, '', expect.stringMatching(why)]);
    expect(await office.dump()).toEqual(before);
  });
});

test('a merchant can sell while one of its channels is open, and lacks each that is not where none is', async () => {
  await office.tell(WHOLE);
  const { missing } = await office
    .tell('channel close Tea --channel alipay')
    .then(() => office.tell('merchant show Tea'));
  expect(missing).toEqual([]);
  await office.tell('channel drain Tea --channel antom');
  expect((await office.tell('merchant show Tea')).missing).toEqual([
    ...['an open channel: alipay is closed', 'an open channel: antom is draining'],
  ]);
});

test('terms in a currency are agreed where one of the accounts takes it', async () => {
  await office.tell(WHOLE);
  const add = (currency: string) =>
    office.tell(`agreement add Tea --rate 1% --valid-from today --fee-on-refund kept --currency ${currency}`);
  expect([(await add('JPY')).takenBy, (await add('KRW')).takenBy]).toEqual([['antom'], []]);
});

test('channel check asks about the accounts that it has a question for, and says of the others that it has none', async () => {
  const shop = await openCheckedShop(engine);
  await shop.office.tell(WHOLE);
  const { code, out, err } = await shop.check();
  expect([code, err]).toEqual([0, '']);
  expect(out.split('\n').filter((line) => /^ {2}(right|wrong|unknown|not checked):/.test(line))).toEqual([
    expect.stringMatching(/^ {2}right: Alipay knows the app/),
    '  not checked: this version has no harmless question for Alipay+: a sale of the smallest amount, refunded, proves the account.',
  ]);
  await shop.stop();
});
