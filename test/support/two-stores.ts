/**
 * A merchant with two stores and a till in each, and a third terminal in the first store, who keeps late money; and what was sold
 * there, by the channel's own books.
 */
import { expect } from 'vitest';
import type { OrderView } from '../../functions/contract/answers.ts';
import { businessDay, endOfDay, HOUR } from '../../functions/time.ts';
import { ZONE } from './back-office.ts';
import { type Sums, soldBy, sumsOf } from './books.ts';
import { type Counter, openCounter } from './counter.ts';
import { runLine } from './office.ts';
import { openScreens } from './screens.ts';
import { openShop, type TestShop } from './shop.ts';

type StoreId = 'main' | 'harbour';
/** What takes money: the two tills, and `beside`, which has no screen here. */
type TillName = StoreId | 'beside';
const STORES: Readonly<Record<TillName, StoreId>> = { main: 'main', beside: 'main', harbour: 'harbour' };

export interface TwoStores {
  readonly shop: TestShop;
  readonly main: Counter;
  readonly harbour: Counter;
  /** The business day on which all of this happens, with an hour left at least. */
  readonly day: string;
  /** By order id, all that was sold, and where. */
  readonly soldAt: Map<string, TillName>;
  /** Shows a code at the store's till, which is noted as sold there. */
  opened(storeId: StoreId, amount: string): Promise<OrderView>;
  /** The only order of this number. */
  orderOf(merchantOrderNo: string): Promise<OrderView>;
  /** By the channel's books: of a store, of a till alone, or of all. */
  sumsIn(storeId?: StoreId): Promise<Sums>;
  sumsAt(till: TillName): Promise<Sums>;
  stop(): Promise<void>;
}

export async function openTwoStores(): Promise<TwoStores> {
  const shop = await openShop();
  const screens = await openScreens();
  const operator = async (line: string): Promise<string> => {
    const told = await runLine(`${line} --yes --json --local-stack ${shop.stack.stackFile}`);
    expect([told.code, told.err]).toEqual([0, '']);
    return told.out;
  };
  const untilMidnight = endOfDay(businessDay(shop.now(), ZONE), ZONE) - shop.now();
  if (untilMidnight < HOUR) await shop.advance(untilMidnight + HOUR);
  await operator('store add 示范商店 harbour --name Harbour');
  await operator('merchant set 示范商店 --late-payment keep');
  const { code } = JSON.parse(await operator('terminal code 示范商店 --store harbour --name Harbour'));
  const place = { api: shop.stack.api, ahead: shop.now() - Date.now() };
  const tills = { main: await openCounter(screens, place), harbour: await openCounter(screens, { ...place, code }) };
  const soldAt = new Map<string, TillName>();
  const beside = await shop.open({ amount: { currency: 'CNY', value: 7_777 } });
  await shop.pay(beside);
  soldAt.set(beside.orderId, 'beside');
  const sums = async (counts: (till: TillName) => boolean) => {
    const sold = await soldBy(shop, (orderId) => soldAt.get(orderId));
    return sumsOf(sold.filter(({ where }) => counts(where as TillName)));
  };
  const orderOf = async (merchantOrderNo: string) => {
    const { data } = (await shop.backOffice.call('listOrders', { query: { merchantOrderNo } })).body;
    expect(data).toHaveLength(1);
    return data[0] as OrderView;
  };
  return {
    shop,
    ...tills,
    day: businessDay(shop.now(), ZONE),
    soldAt,
    orderOf,
    async opened(storeId, amount) {
      const order = await orderOf(await tills[storeId].showCode(amount));
      soldAt.set(order.orderId, storeId);
      return order;
    },
    sumsIn: (storeId) => sums((till) => storeId === undefined || STORES[till] === storeId),
    sumsAt: (till) => sums((it) => it === till),
    async stop() {
      await screens.stop();
      await shop.stop();
    },
  };
}
