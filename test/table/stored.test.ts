/** What is read back is checked: the right shape passes as it is, and each single wrong member is named. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readOrder } from '../../functions/order/stored.ts';
import { optional, reader, WrongItem } from '../../functions/table/stored.ts';
import type { Item } from '../../functions/table/table.ts';
import { anOrder } from '../support/orders.ts';

interface Thing {
  readonly id: string;
  readonly count: number;
  readonly share: number;
  readonly isOpen: boolean;
  readonly last: string | null;
  readonly note?: string;
  readonly names: readonly string[];
  readonly inner: { readonly at: number; readonly by?: string };
  readonly rows: readonly { readonly n: number }[];
  readonly rest: object;
}
const read = reader<Thing>('things', 'id', {
  id: 'text',
  count: 'integer',
  share: 'number',
  isOpen: 'flag',
  last: 'text or null',
  note: optional('text'),
  names: ['text'],
  inner: { at: 'integer', by: optional('text') },
  rows: [{ n: 'integer' }],
  rest: 'object',
});
const thing = (more: object = {}): Item => ({
  ...{ id: 't', count: 1, share: 0.5, isOpen: false, last: null, names: ['a'], inner: { at: 2 } },
  ...{ rows: [{ n: 1 }, { n: 2 }], rest: {}, ...more },
});

describe('an item', () => {
  test('of the right shape is the very one that was read, with members that no shape names', () => {
    const item = thing({ note: 'n', later: [1], inner: { at: 2, by: 'b', later: 1 } });
    const before = structuredClone(item);
    expect(read(item)).toBe(item);
    expect(item).toEqual(before);
  });

  test.each<[object, string]>([
    [{ count: '1' }, 'count is no integer'],
    [{ count: 1.5 }, 'count is no integer'],
    [{ count: 2 ** 53 }, 'count is no integer'],
    [{ share: Number.NaN }, 'share is no number'],
    [{ isOpen: 1 }, 'isOpen is no flag'],
    [{ last: undefined }, 'last is no text or null'],
    [{ note: null }, 'note is no text'],
    [{ names: 'a' }, 'names is no list'],
    [{ names: ['a', 2] }, 'names[1] is no text'],
    [{ inner: null }, 'inner is no object'],
    [{ inner: [] }, 'inner is no object'],
    [{ inner: {} }, 'inner.at is no integer'],
    [{ inner: { at: 1, by: 2 } }, 'inner.by is no text'],
    [{ rows: [{ n: 1 }, { n: '2' }] }, 'rows[1].n is no integer'],
    [{ rows: [7] }, 'rows[0] is no object'],
    [{ rest: 'x' }, 'rest is no object'],
  ])('%j: the error names table, id and member', (more, told) => {
    expect(() => read(thing(more))).toThrow(
      new WrongItem('things', 't', ...(told.split(' is no ') as [string, string])),
    );
  });
});

describe('an order', () => {
  test('that lacks any member it lives by is an error of that member', () => {
    const order = anOrder();
    expect(readOrder({ ...order })).toEqual(order);
    const needed = [
      'orderId',
      'merchantId',
      'version',
      'request',
      'account',
      'attempts',
      'payments',
      'refunds',
    ] as const;
    fc.assert(
      fc.property(fc.constantFrom(...needed), fc.constantFrom(undefined, null, true), (member, value) => {
        const item = { ...order, [member]: value };
        expect(() => readOrder(item)).toThrow(`orders ${item.orderId}: ${member} is no `);
      }),
      { seed: 18 },
    );
  });

  test('whose money is no whole number is not worked with', () => {
    const order = anOrder();
    const amount = { ...order.request.amount, value: '1234' };
    expect(() => readOrder({ ...order, request: { ...order.request, amount } })).toThrow(
      `orders ${order.orderId}: request.amount.value is no integer`,
    );
  });
});
