/** `admin channel check`: what it says of accounts that are right and of those that are not, by the real simulator. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { openOffice, openTea, SELLER } from '../support/office.ts';
import {
  type CheckedShop,
  keys,
  MERCHANT,
  OTHER_TOKEN,
  openCheckedShop,
  PUBLIC_KEY_MODE,
  secretOf,
  TOKEN,
} from './checked-shop.ts';
import { AUTHORISED, MISCONFIGURATIONS, OWN, WRONG } from './misconfigurations.ts';

let engine: TestEngine;
let shop: CheckedShop;
beforeAll(async () => {
  engine = await openEngine();
});
beforeEach(async () => {
  shop = await openCheckedShop(engine);
});
afterEach(() => shop.stop());
afterAll(() => engine.stop());

const RIGHT = (whose: string, account = SELLER) =>
  `right: Alipay knows the app, takes its key and this clock, and lets it ask about payments of ${whose}, and its answer verifies; only a sale proves that ${account} may be paid.`;

describe('what is right is said to be right:', () => {
  test('an app of the merchant, an authorised one, and one in certificate mode', async () => {
    expect(await shop.check()).toEqual({ code: 0, out: `${OWN}\n  ${RIGHT('its own account')}\n`, err: '' });
    await shop.inCertificateMode();
    expect(await shop.check()).toEqual({ code: 0, out: `${OWN}\n  ${RIGHT('its own account')}\n`, err: '' });
    await shop.connect(`--seller-id ${MERCHANT} --app-auth-token ${TOKEN}`);
    expect(await shop.check()).toEqual({
      code: 0,
      out: `${AUTHORISED}\n  ${RIGHT('the merchant that has authorised it', MERCHANT)}\nbefore: ${OWN}\n  ${RIGHT('its own account')}\n`,
      err: '',
    });
  });

  test('also while a new key stands beside the old one', async () => {
    const { privateKeyPem } = keys.another;
    shop.planted.secret = secretOf({ ...PUBLIC_KEY_MODE, privateKeyPem, nextPrivateKeyPem: keys.ours.privateKeyPem });
    expect((await shop.check()).code).toBe(0);
  });

  test('and nothing has come of the question: no trade, no notification', async () => {
    await shop.check();
    for (const list of ['trades', 'notifications']) expect(await shop.wallet(list)).toEqual({ data: [] });
  });
});

describe('`admin channel check` says the right sentence for twelve planted misconfigurations:', () => {
  test.each(Object.entries(MISCONFIGURATIONS))('%s', async (_, { plant, says, of = OWN, ends = WRONG }) => {
    await plant(shop);
    const { code, out, err } = await shop.check();
    const [account = '', sentence = ''] = out.replace(/[0-9a-f]{32}/, 'NUMBER').split('\n');
    expect([account, sentence, code, err]).toEqual([
      of,
      `  ${typeof says === 'string' ? says : says(shop.planted.gateway)}`,
      ends.code,
      ends.err,
    ]);
  });

  const findings = new Set<string>();
  test.each(Object.entries(MISCONFIGURATIONS))('%s, to a program: and no secret is shown', async (_, { plant }) => {
    await plant(shop);
    const told = await shop.check(' --json');
    for (const { finding } of JSON.parse(told.out).checked.slice(0, 1)) findings.add(finding);
    const lines = shop.planted.secret.match(/[A-Za-z0-9+/]{20,}/g) ?? [];
    for (const secret of [TOKEN, OTHER_TOKEN, 'k=h', ...lines]) expect(JSON.stringify(told)).not.toContain(secret);
  });

  test('no sentence is left that was not said', () => {
    expect([...findings].sort()).toEqual([
      ...['account_refused', 'alipay_certificate_missing', 'alipay_key_wrong', 'app_unknown', 'authorisation_missing'],
      ...[
        'certificate_ended',
        'certificate_missing',
        'certificate_unknown',
        'clock_wrong',
        'code_unknown',
        'disturbed',
      ],
      ...['encryption_wanted', 'key_not_uploaded', 'keys_missing', 'keys_unusable', 'no_answer', 'not_signed'],
      ...['product_missing', 'right_missing', 'signature_wrong'],
    ]);
  });
});

test('a program is told each account, its finding and its sentence', async () => {
  const { code, out, err } = await shop.check(' --json');
  expect([code, JSON.parse(out), err]).toEqual([
    0,
    {
      merchantId: expect.stringMatching(/^mer_/),
      checked: [
        {
          account: { channel: 'alipay', appId: '2021000000000001', sellerId: '2088000000000001' },
          ...{ isFormer: false, judgement: 'right', finding: 'right', code: '40004 ACQ.TRADE_NOT_EXIST', why: '' },
          sentence: expect.stringMatching(/^Alipay knows the app, .+\.$/),
        },
      ],
    },
    '',
  ]);
});

test('a wrong account beside a right one and an unknown one: each has its sentence, and the exit code is that of what is wrong', async () => {
  await shop.connect(`--seller-id ${MERCHANT} --app-auth-token ${OTHER_TOKEN}`);
  await shop.connect(`--seller-id 2088000000000033 --app-id 2021000000000099 --app-auth-token none`);
  const { code, out, err } = await shop.check(' --json');
  const said = JSON.parse(out) as { merchantId: string; checked: Record<string, unknown>[] };
  expect(said.checked.map(({ isFormer, judgement, finding, code }) => [isFormer, judgement, finding, code])).toEqual([
    [false, 'wrong', 'keys_missing', ''],
    [true, 'wrong', 'authorisation_missing', '20001 aop.invalid-app-auth-token'],
    [true, 'right', 'right', '40004 ACQ.TRADE_NOT_EXIST'],
  ]);
  expect([code, err]).toEqual([WRONG.code, WRONG.err]);
});

describe('refused before anything is asked:', () => {
  test('a merchant that is none, or has no account', async () => {
    await shop.office.tell('merchant create Coffee');
    expect(await shop.office.run('channel check Coffee')).toEqual({
      ...{ code: 1, out: '' },
      err: 'Coffee has no account to check: channel connect\n',
    });
    expect((await shop.office.run('channel check Nobody')).code).toBe(1);
  });

  test('a place of which only the tables are known', async () => {
    const tea = await openOffice(engine);
    await openTea(tea);
    expect(await tea.run('channel check Tea')).toEqual({
      ...{ code: 1, out: '' },
      err: 'channel check reads the secret and asks the channel as the stack does: --local, or --stack NAME of this version\n',
    });
  });
});
