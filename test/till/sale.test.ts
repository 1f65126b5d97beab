/** `till sell` and `till charge`: every outcome that a sale has, as exit code and words, on the local stack. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { OrderView } from '../../functions/contract/answers.ts';
import { MINUTE } from '../../functions/time.ts';
import { runLine } from '../support/office.ts';
import { newNo, openShop, type TestShop } from '../support/shop.ts';
import { type Around, type Ended, plain, runTill } from './line.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
afterEach(() => shop.faults({ reset: true }));
afterAll(() => shop.stop());

const where = () => [
  ...['--url', shop.stack.api, '--simulator', shop.stack.simulator],
  ...['--credential', shop.stack.credentialsFile],
];
async function till(words: readonly string[], around: Around = {}): Promise<Ended> {
  const { code, out, err } = await runTill([...words, ...where()], around);
  return { code, out: plain(out), err: plain(err) };
}

/** The order of a number, as the cashier's own till sees it. */
async function orderOf(no: string): Promise<OrderView> {
  const { body } = await shop.till.call('listOrders', { query: { merchantOrderNo: no } });
  const [order] = body.data;
  if (!order) throw new Error(`there is no order ${no}`);
  return shop.get(order.orderId);
}
const payNow = (no: string) => async () => shop.pay(await orderOf(no));
const tillCode = async (more = {}) => String((await shop.wallet('codes', more)).tillCode);
const shown = (no: string, amount = '12.34', subject = 'Sale') =>
  `PICTURE\n(drawn for a dark terminal; --light draws it for a light one)\nCNY ${amount}  ${subject}  (${no})\nCODE\nAsk the customer to scan the code with Alipay.\n`;
const ended = (state: string, no: string, ...more: string[]) =>
  `${state}  CNY 12.34  Sale\n  number ${no}, order ORDER\n${more.map((line) => `  ${line}\n`).join('')}`;
const PAID = 'paid TIME, trade TRADE';
const HAND_OVER = '→ Paid. Hand over the goods.';

describe('sell', () => {
  test('paid: 0, and again within the hour', async () => {
    const no = newNo();
    const first = await till(['sell', '12.34', '--no', no], { meanwhile: [payNow(no)] });
    expect(first).toEqual({ code: 0, out: shown(no) + ended('PAID', no, PAID, HAND_OVER), err: '' });
    expect(await till(['sell', '12.34', '--no', no])).toEqual({
      code: 0,
      out: ended('PAID', no, PAID, HAND_OVER),
      err: '',
    });
  });

  test('--json: the order and nothing else; --lang zh: in Chinese', async () => {
    const no = newNo();
    const { code, out } = await runTill(['sell', '12.34', '--no', no, '--json', ...where()], {
      meanwhile: [payNow(no)],
    });
    expect([code, JSON.parse(out)]).toEqual([0, await orderOf(no)]);
    expect(out.endsWith('}\n')).toBe(true);
    expect((await till(['sell', '12.34', '--no', no, '--lang', 'zh-CN'])).out).toMatch(
      /\n {2}→ 收款成功，可以交付商品。\n$/,
    );
  });

  test('not paid until it is over: 1', async () => {
    const no = newNo();
    const result = await till(['sell', '12.34', '--no', no, '--expires', '90', '--subject', 'tea'], {
      meanwhile: [() => shop.advance(5 * MINUTE)],
    });
    expect(result).toEqual({
      code: 1,
      out: `${shown(no, '12.34', 'tea')}CLOSED  CNY 12.34  tea
  number ${no}, order ORDER
  → Time is over and nothing was paid. Start a new order.
`,
      err: '',
    });
  });

  test('money that is refunded is no sale any more: 1, whoever repeats the line', async () => {
    const no = newNo();
    await till(['sell', '12.34', '--no', no], { meanwhile: [payNow(no)] });
    expect(await till(['refund', no, '12.34'])).toEqual({
      code: 0,
      out: 'refund refund-1 CNY 12.34 succeeded\n',
      err: '',
    });
    expect(await till(['sell', '12.34', '--no', no])).toEqual({
      code: 1,
      out: ended('PAID', no, PAID, 'refund refund-1 CNY 12.34 succeeded', '→ Paid, and refunded as listed.'),
      err: '',
    });
  });

  test('another content under the same number: 1', async () => {
    const no = newNo();
    await till(['sell', '12.34', '--no', no], { meanwhile: [payNow(no)] });
    const { code, out, err } = await till(['sell', '12.35', '--no', no]);
    expect([code, out, err.split('\n')[0]]).toEqual([1, '', expect.stringMatching(/^Refused \(4\d\d \w+\): /)]);
  });
});

describe('sell: money that comes late', () => {
  const late = async (no: string) => {
    await till(['sell', '12.34', '--no', no, '--expires', '90'], {
      meanwhile: [
        async () => {
          const { qrCode } = await orderOf(no);
          await shop.wallet('scan', { qrCode: qrCode?.payload });
          paysLater = () => shop.wallet('pay', { qrCode: qrCode?.payload, force: true });
          await shop.advance(4 * MINUTE);
        },
      ],
    });
    await paysLater();
    await shop.advance(2 * MINUTE);
    return till(['sell', '12.34', '--no', no, '--expires', '90']);
  };
  let paysLater: () => Promise<unknown>;

  test('is refunded, and is no sale: 1', async () => {
    const no = newNo();
    expect(await late(no)).toEqual({
      code: 1,
      out: ended(
        'PAID',
        no,
        `${PAID}, late`,
        'refund auto_1 CNY 12.34 succeeded (automatic)',
        '→ Paid, and refunded as listed.',
      ),
      err: '',
    });
  });

  test('is kept where the merchant has chosen so, and is no sale either: 1', async () => {
    const no = newNo();
    const set = (how: string) =>
      runLine(`merchant set 示范商店 --late-payment ${how} --local-stack ${shop.stack.stackFile}`);
    expect((await set('keep')).code).toBe(0);
    await shop.advance(MINUTE);
    expect(await late(no)).toEqual({
      code: 1,
      out: ended('PAID', no, `${PAID}, late`, '→ Paid after the close and kept, as the merchant has chosen.'),
      err: '',
    });
    expect((await set('refund')).code).toBe(0);
    await shop.advance(MINUTE);
  });
});

describe('charge', () => {
  const CODE = "The customer's wallet (simulator only) shows a code.\n";

  test('paid at once: 0, and the same number again pays nothing', async () => {
    const no = newNo();
    const done = { code: 0, out: CODE + ended('PAID', no, PAID, HAND_OVER), err: '' };
    expect(await till(['charge', '12.34', '--no', no])).toEqual(done);
    expect(await till(['charge', '12.34', '--no', no])).toEqual(done);
    expect((await shop.trades(await orderOf(no))).length).toBe(1);
  });

  test('confirmed in the app: waits, then 0', async () => {
    const no = newNo();
    const code = await tillCode();
    const result = await till(['charge', '1000.01', '--no', no, '--code', code], {
      meanwhile: [() => shop.wallet('confirm', { tillCode: code }), () => shop.advance(4_000)],
      lastIsTime: true,
    });
    expect(result).toEqual({
      code: 0,
      out: `The customer has to confirm in the Alipay app. Not paid yet: wait, and do not hand over the goods.
PAID  CNY 1000.01  Sale
  number ${no}, order ORDER
  ${PAID}
  ${HAND_OVER}
`,
      err: '',
    });
  });

  test('never confirmed: cancelled, 1, and the next scan is the next attempt', async () => {
    const no = newNo();
    const result = await till(['charge', '1000.01', '--no', no, '--code', await tillCode()], {
      meanwhile: [() => shop.advance(MINUTE)],
    });
    expect([result.code, result.err]).toEqual([1, '']);
    expect(
      result.out,
    ).toBe(`The customer has to confirm in the Alipay app. Not paid yet: wait, and do not hand over the goods.
AWAITING_PAYMENT  CNY 1000.01  Sale
  number ${no}, order ORDER
  → Nothing was paid and the scan is cancelled. Do not hand over the goods; scan again, or show a code.
`);
    expect((await orderOf(no)).attempt).toEqual({ n: 1, kind: 'till_code', refused: null });
  });

  test.each([
    ['a code that is over', {}, '281111111111111111', /refresh the code, then scan again/],
    ['a wallet without money', { noMoney: true }, undefined, /money|balance|another/i],
  ])('%s: refused, 1', async (_, wallet, code, why) => {
    const no = newNo();
    const result = await till(['charge', '12.34', '--no', no, '--code', code ?? (await tillCode(wallet))]);
    expect([result.code, result.err]).toEqual([1, '']);
    expect(result.out).toMatch(why);
    expect((await orderOf(no)).payment).toBeNull();
  });

  test('after a code that is over, the next scan is the next attempt of the same order', async () => {
    const no = newNo();
    expect((await till(['charge', '7.00', '--no', no, '--code', '281111111111111111'])).code).toBe(1);
    expect((await till(['charge', '7.00', '--no', no])).code).toBe(0);
    const attempt = { n: 2, kind: 'till_code', refused: null };
    expect(await orderOf(no)).toMatchObject({ status: 'paid', attempt });
    expect((await till(['charge', '7.00', '--no', no])).code).toBe(0);
    expect(await orderOf(no)).toMatchObject({ status: 'paid', attempt });
  });

  test('unknown at the channel, then found paid: 0', async () => {
    const no = newNo();
    await shop.faults({
      dropNotifications: true,
      pay: { answer: 'system_error_with_effect', times: 1 },
      query: { answer: 'system_error', times: 1 },
    });
    const result = await till(['charge', '12.34', '--no', no], { meanwhile: [() => shop.advance(4_000)] });
    expect(result).toEqual({
      code: 0,
      out: `${CODE}The outcome is unknown and being looked up. Do not hand over the goods and do not charge again; wait.
${ended('PAID', no, PAID, HAND_OVER)}`,
      err: '',
    });
  });

  test('unknown at the channel until it is cancelled: the money has gone back, 1', async () => {
    const no = newNo();
    await shop.faults({
      dropNotifications: true,
      pay: { answer: 'system_error_with_effect', times: 1 },
      query: { answer: 'system_error', times: 50 },
    });
    const result = await till(['charge', '12.34', '--no', no], {
      meanwhile: [
        () => shop.advance(MINUTE),
        async () => {
          await shop.faults({ query: { answer: 'system_error', times: 0 } });
          await shop.advance(MINUTE);
        },
      ],
    });
    const GONE =
      '→ The payment was cancelled and has gone back to the customer. Do not hand over the goods; start a new order.';
    expect(result).toEqual({
      code: 1,
      out: `${CODE}The outcome is unknown and being looked up. Do not hand over the goods and do not charge again; wait.
Not confirmed in time and being cancelled. Do not hand over the goods and do not charge again; wait.
${ended('PAID', no, PAID, 'refund auto_1 CNY 12.34 succeeded (automatic)', GONE)}`,
      err: '',
    });
    expect((await shop.trades(await orderOf(no))).map(({ status, refunds }) => [status, refunds.length])).toEqual([
      ['TRADE_CLOSED', 1],
    ]);
  });
});

test('a channel that turns the shop away: 1, and the next line is refused at once', async () => {
  await shop.faults({ channelClosed: true });
  const no = newNo();
  expect(await till(['sell', '12.34', '--no', no])).toEqual({
    code: 1,
    out: ended(
      'CREATED',
      no,
      '→ Alipay is not available for this shop. Take another means of payment and inform the manager.',
    ),
    err: '',
  });
});
