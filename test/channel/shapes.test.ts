/** What goes through Alipay's door is of one shape: free text that is no structure, numbers and codes that are some. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, isTradeNo, withoutSeparators } from '../../functions/channel/alipay/shapes.ts';
import { call, closeWire, NO, no, ok, openWire, refund, says, TRADE_NO, wire } from '../support/wire.ts';

beforeAll(openWire);
afterAll(closeWire);

const LONG = 'X'.repeat(40_000);

describe('money F12 what is sent', () => {
  const piece = fc.constantFrom(
    '&',
    '&trade_no=',
    '&total_amount=0.01',
    '=',
    ',',
    '#',
    '\t',
    'a',
    '茶',
    '&&a=',
    '& b=',
    '＆x=',
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map((it) => it.join('')),
    fc.string({ unit: 'grapheme' }),
  );

  test('has no separators, is as long as it was, and is the same when it is sent again', () => {
    const property = fc.property(text, (typed) => {
      const sent = withoutSeparators(typed);
      expect(sent).not.toMatch(/[,\t#]|&[\w.-]+=/);
      expect([sent.length, withoutSeparators(sent)]).toEqual([typed.length, sent]);
      // Letters, and all signs that separate nothing, stay where they are.
      const kept = (it: string) => it.replaceAll(/[,\t#&]/g, ' ').replaceAll(/[，＃＆]/g, ' ');
      expect(kept(sent)).toBe(kept(typed));
    });
    fc.assert(property, { numRuns: 3_000, seed: 1 });
  });

  test('a refund goes out with reason and operator in that form', async () => {
    says('refund', { ...ok, fund_change: 'Y', gmt_refund_pay: '2026-03-01 12:00:01' });
    await call('refund');
    expect(JSON.parse(wire.body.get('biz_content') ?? '')).toMatchObject({ refund_reason: refund.reason });
    expect(withoutSeparators('a,b#c\td&e=1&f')).toBe('a，b＃c d＆e=1&f');
  });
});

describe('security minor 5 a trade number', () => {
  test.each(['', ' ', '张三 13800000000', '1'.repeat(65), 'a,b', 'a#', 'a\n', LONG])(
    '%j is no trade number',
    (text) => {
      expect(isTradeNo(text.slice(0, 80))).toBe(false);
    },
  );

  const paid = {
    ...ok,
    total_amount: '12.34',
    gmt_payment: '2026-03-01 12:00:00',
    send_pay_date: '2026-03-01 12:00:00',
  };
  const trade = { ...paid, trade_status: 'TRADE_SUCCESS' };
  test.each([
    ['query', trade],
    ['findTrade', trade],
    ['payWithTillCode', paid],
  ] as const)('of no shape makes the answer of %s unknown', async (name, response) => {
    for (const trade_no of ['', '张三 13800000000', '1'.repeat(65)]) {
      says(name, { ...response, trade_no });
      expect(await call(name)).toEqual({ kind: 'unknown', why: 'the answer lacks what it must have' });
    }
    says(name, { ...response, trade_no: TRADE_NO });
    expect((await call(name)).kind).not.toBe('unknown');
  });

  test('of no shape is left out of what a cancel has reversed', async () => {
    says('cancel', { ...ok, action: 'refund', retry_flag: 'N', trade_no: '张三 13800000000' });
    expect(await call('cancel')).toEqual({ kind: 'refunded' });
    says('cancel', { ...ok, action: 'refund', retry_flag: 'N', trade_no: TRADE_NO });
    expect(await call('cancel')).toEqual({ kind: 'refunded', tradeNo: TRADE_NO });
  });
});

describe('money M1 whose trade it is', () => {
  const trade = { ...ok, trade_no: TRADE_NO, trade_status: 'WAIT_BUYER_PAY', total_amount: '12.34' };

  test('is asked by its number alone', async () => {
    says('findTrade', trade);
    expect(await call('findTrade')).toEqual({ kind: 'found', attemptNo: NO });
    expect(JSON.parse(wire.body.get('biz_content') ?? '')).toEqual({ trade_no: TRADE_NO });
  });

  test('the answer about another trade is none, and no trade is a definite answer', async () => {
    says('findTrade', { ...trade, trade_no: '2026030122001452135997453209' });
    expect((await call('findTrade')).kind).toBe('unknown');
    says('findTrade', no('ACQ.TRADE_NOT_EXIST'));
    expect(await call('findTrade')).toEqual({ kind: 'absent' });
    says('findTrade', no('ACQ.ACCESS_FORBIDDEN'));
    expect((await call('findTrade')).kind).toBe('unknown');
  });
});

describe('security minor 6 a code', () => {
  test('is of up to 64 plain characters, or is left out', () => {
    const codes = ['ACQ.TRADE_NOT_EXIST', 'isv.a-b', '40004', 'X'.repeat(64)];
    expect(codes.map(codeOf)).toEqual(codes);
    expect(['X'.repeat(65), '张三', 'a b', 'a\n', LONG].map(codeOf)).toEqual(['', '', '', '', '']);
  });

  test.each(['createQrCode', 'payWithTillCode', 'refund', 'cancel'] as const)(
    'of a signed refusal of %s without that shape is not kept',
    async (name) => {
      for (const subCode of [LONG, '张三 13800000000']) {
        says(name, no(subCode));
        const { refusal } = (await call(name)) as { refusal?: { code?: string; subCode?: string } };
        expect(refusal).toMatchObject({ code: '40004', subCode: '' });
      }
    },
  );

  test.each(['query', 'close', 'queryRefund', 'refund', 'findTrade'] as const)(
    'that is no code at all makes the answer of %s unknown',
    async (name) => {
      says(name, { code: LONG, sub_code: LONG });
      const { kind, why } = (await call(name)) as { kind: string; why?: string };
      expect([kind, (why ?? '').length < 64]).toEqual(['unknown', true]);
    },
  );
});
