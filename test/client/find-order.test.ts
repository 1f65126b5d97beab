/** An order by whatever number a person holds: what is asked for, and in which order; and what the shop gave away of it. */
import { describe, expect, test } from 'vitest';
import type { Client } from '../../functions/client/client.ts';
import { findOrder } from '../../functions/client/find-order.ts';
import { shopDiscountOf } from '../../functions/client/shop-discount.ts';
import type { OrderView } from '../../functions/contract/answers.ts';

/** What is asked for `name`, where these questions find something. */
async function asked(name: string, ...found: string[]): Promise<[unknown, string[]]> {
  const questions: string[] = [];
  const call = async (operation: string, sent: object) => {
    const question = `${operation} ${JSON.stringify(sent)}`;
    questions.push(question);
    const order = { orderId: question };
    if (operation === 'getOrder') return { body: order };
    return { body: { data: found.some((it) => question.includes(it)) ? [order] : [] } };
  };
  const order = await findOrder({ call } as unknown as Client, name);
  return [order?.orderId, questions];
}
const ID = `ord_${'a2'.repeat(13)}`;
const byId = (id: string) => `getOrder {"params":{"orderId":"${id}"}}`;
const own = (no: string) => `listOrders {"query":{"merchantOrderNo":"${no}"}}`;
const trade = (no: string) => `listOrders {"query":{"tradeNo":"${no}"}}`;

describe('a number', () => {
  test('of our own form is an id, or that of an attempt', async () => {
    for (const id of [ID, `${ID}_1`, `${ID}_20`]) expect(await asked(id)).toEqual([byId(id), [byId(id)]]);
    for (const no of [`${ID.slice(0, -1)}`, `${ID}_`, `x${ID}`, ID.replace('a', '1')])
      expect((await asked(no))[1]).not.toContain(byId(no));
  });

  test('of the merchant’s is asked for first, and of 16 to 64 digits may be the channel’s', async () => {
    expect(await asked('a-1', 'merchantOrderNo')).toEqual([own('a-1'), [own('a-1')]]);
    expect(await asked('a-1', 'tradeNo')).toEqual([undefined, [own('a-1')]]);
    const digits = (count: number) => '1'.repeat(count);
    expect(await asked(digits(15), 'tradeNo')).toEqual([undefined, [own(digits(15))]]);
    expect(await asked(digits(16), 'tradeNo')).toEqual([trade(digits(16)), [own(digits(16)), trade(digits(16))]]);
    expect(await asked(digits(28), 'merchantOrderNo', 'tradeNo')).toEqual([own(digits(28)), [own(digits(28))]]);
    expect(await asked(digits(32), 'tradeNo')).toEqual([trade(digits(32)), [own(digits(32)), trade(digits(32))]]);
    expect(await asked(digits(33), 'tradeNo')).toEqual([trade(digits(33)), [trade(digits(33))]]);
    expect(await asked(digits(64), 'tradeNo')).toEqual([trade(digits(64)), [trade(digits(64))]]);
  });

  test('that is none is not asked for', async () => {
    for (const no of ['', 'a b', 'a/b', 'x'.repeat(33), '1'.repeat(65)])
      expect(await asked(no, 'merchantOrderNo', 'tradeNo')).toEqual([undefined, []]);
  });
});

describe('the shop’s own discount', () => {
  const money = (value: number) => ({ currency: 'CNY', value });
  const of = (amount: number, received: number | null) =>
    shopDiscountOf({ amount: money(amount), received: received === null ? null : money(received) } as OrderView);

  test('is what the merchant does not receive of what was paid, to the fen', () => {
    expect(of(1_000, 999)).toEqual({ discount: money(1), received: money(999) });
    expect(of(1_000, 0)).toEqual({ discount: money(1_000), received: money(0) });
  });

  test('is none while nothing was paid, or where all of it is received', () => {
    expect([of(1_000, null), of(1_000, 1_000), of(1_000, 1_001)]).toEqual([undefined, undefined, undefined]);
  });
});
