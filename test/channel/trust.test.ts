/** F74: a genuine signature says who speaks, not that it makes sense. Of what the channel says only what we know gets in. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, closeWire, METHODS, type Name, no, ok, openWire, says } from '../support/wire.ts';

beforeAll(openWire);
afterAll(closeWire);

const SECRET = 'marked-2088999900001111';
const odd = fc.oneof(
  fc.constantFrom(
    null,
    true,
    -1,
    0,
    Number.POSITIVE_INFINITY,
    12.34,
    '',
    ' ',
    '12.34',
    '-0.01',
    '1e3',
    '12.345',
    '0x10',
    SECRET,
  ),
  fc.constantFrom<unknown>([], {}, [{ a: 1 }], { value: 1 }, 'TRADE_SUCCESS', 'WAIT_BUYER_PAY', '2026-13-45 99:99:99'),
  fc.string({ maxLength: 12 }),
  fc.integer(),
);
/** Everything that the answers of Alipay's methods name, and some that none does. */
const MEMBERS = [
  ...[
    'code',
    'sub_code',
    'trade_no',
    'out_trade_no',
    'trade_status',
    'total_amount',
    'receipt_amount',
    'send_pay_date',
  ],
  ...[
    'gmt_payment',
    'qr_code',
    'refund_fee',
    'fund_change',
    'gmt_refund_pay',
    'refund_amount',
    'refund_status',
    'action',
  ],
  ...[
    'retry_flag',
    'out_request_no',
    'buyer_user_id',
    'buyer_logon_id',
    'buyer_open_id',
    'fund_bill_list',
    'store_name',
  ],
];
const answer = fc.tuple(
  fc.constantFrom(ok, no('ACQ.TRADE_NOT_EXIST'), no('ACQ.SYSTEM_ERROR', '20000'), { code: '10003' }),
  fc.dictionary(fc.constantFrom(...MEMBERS), odd, { maxKeys: 10 }),
);

test('F74 1,000 genuine answers that make no sense: closed unions of plain values, nothing thrown, nothing passed on', async () => {
  const kinds = new Map<string, number>();
  const names = Object.keys(METHODS) as Name[];
  const property = fc.asyncProperty(fc.constantFrom(...names), answer, async (name, [base, members]) => {
    says(name, { ...base, ...members, buyer_user_id: SECRET, note: SECRET });
    const told = await call(name);
    kinds.set(told.kind, (kinds.get(told.kind) ?? 0) + 1);
    const { why: _, refusal: __, ...facts } = told as unknown as Record<string, unknown> & { kind: string };
    expect(facts.kind).toMatch(
      /^(accepted|paid|waiting|refused|closed|not_closable|absent|refunded|succeeded|pending|none|unknown)$/,
    );
    // A trade's number is any text of the channel's; a payer's is in no answer at all.
    const { tradeNo, payload, ...rest } = facts;
    expect(JSON.stringify(rest)).not.toContain(SECRET);
    for (const it of [tradeNo, payload]) expect(['string', 'undefined']).toContain(typeof it);
    if (told.kind === 'paid') {
      expect(told).toMatchObject({ tradeNo: expect.stringMatching(/./), paidAt: expect.any(Number) });
      expect(Number.isSafeInteger(told.amount.value) && told.amount.value > 0).toBe(true);
      expect(Number.isSafeInteger(told.paidAt)).toBe(true);
    }
  });
  await fc.assert(property, { numRuns: 1_000, seed: 1 });
  expect(kinds.get('unknown')).toBeGreaterThan(100);
  expect(kinds.size).toBeGreaterThan(5);
});
