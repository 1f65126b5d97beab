/**
 * What surrounds the making of a statement: reading the day's orders and marking them billed, by the whole job on tables in
 * memory, so that CPU and calls are seen and no network. `npm run bench -- statement` prints it beside the rest.
 */
import { DAY, HOUR } from '../../functions/time.ts';
import { aMerchant, newShop, type Tables } from '../statement/shop.ts';
import { NOON } from '../support/orders.ts';

export interface SealCost {
  readonly orders: number;
  /** CPU of the whole job, milliseconds an order. */
  readonly cpuMsPerOrder: number;
  /** Calls to the tables, and how many of them were under way at the same time at the most. */
  readonly calls: Readonly<Record<string, number>>;
  readonly abreast: number;
}

export async function sealBench(orders: number): Promise<SealCost> {
  const merchant = aMerchant();
  const shop = await newShop();
  await shop.setUp(merchant, NOON);
  for (let i = 0; i < orders; i += 1)
    await shop.sell(merchant, { no: `-${i}`, paidAt: NOON + ((i * 7_919) % (8 * HOUR)), amount: 1 + (i % 5_000) });
  const watch = watched(shop.tables);
  const before = process.cpuUsage();
  await shop.run(NOON + DAY, watch.tables);
  const { user, system } = process.cpuUsage(before);
  const [statement] = await shop.books(merchant.id);
  if (statement?.lines.length !== orders || shop.errors.length > 0) throw new Error('the day was not sealed whole');
  return { orders, cpuMsPerOrder: (user + system) / 1_000 / orders, calls: watch.calls, abreast: watch.abreast() };
}

function watched(tables: Tables) {
  const calls: Record<string, number> = {};
  let now = 0;
  let most = 0;
  const wrap = (name: keyof Tables) =>
    new Proxy(tables[name], {
      get:
        (table, call: keyof Tables['orders']) =>
        async (...given: never[]) => {
          calls[`${name}.${call}`] = (calls[`${name}.${call}`] ?? 0) + 1;
          most = Math.max(most, ++now);
          try {
            return await (table[call] as (...given: never[]) => Promise<unknown>).apply(table, given);
          } finally {
            now -= 1;
          }
        },
    });
  return {
    tables: { orders: wrap('orders'), directory: wrap('directory'), statements: wrap('statements') },
    calls,
    abreast: () => most,
  };
}
