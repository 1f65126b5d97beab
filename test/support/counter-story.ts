/**
 * The stage of a story at the counter, one per file: a shop, a browser, and for each test a till of its own. After each story every
 * order of its till is counted, shown by the till or not.
 */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { OrderView } from '../../functions/contract/answers.ts';
import { businessDay } from '../../functions/time.ts';
import { allOf } from '../../web/console/all-of.ts';
import { type Counter, excuse, openCounter, terminalOf } from './counter.ts';
import { openScreens, type Screens, turnDevice } from './screens.ts';
import { openShop, type TestShop } from './shop.ts';

const ZONE = 'Asia/Shanghai';

export interface Stage {
  readonly shop: TestShop;
  readonly screens: Screens;
  readonly counter: Counter;
  /** Time passes everywhere. */
  pass(ms: number): Promise<void>;
  /** Every order under this number of the merchant's: there is never more than one. */
  ordersOf(merchantOrderNo: string): Promise<OrderView[]>;
  /** Everything that the counter's till has opened since the story began. */
  allOrders(): Promise<OrderView[]>;
}

/** Sets the stage up for the tests of the file that calls this, and takes it down. */
export function onStage(locale = 'en'): Stage {
  let shop: TestShop | undefined;
  let screens: Screens | undefined;
  let counter: Counter | undefined;
  let isTurned = false;
  let days: string[] = [];
  const today = () => businessDay(stage.shop.now(), ZONE);
  const there = <T>(part: T | undefined): T => {
    if (!part) throw new Error('the stage is not set up');
    return part;
  };
  const stage: Stage = {
    get shop() {
      return there(shop);
    },
    get screens() {
      return there(screens);
    },
    get counter() {
      return there(counter);
    },
    async pass(ms) {
      isTurned = true;
      await stage.shop.advance(ms);
      days.push(today());
      await turnDevice(stage.counter.till, stage.shop.now() - Date.now());
    },
    async ordersOf(merchantOrderNo) {
      return (await stage.shop.backOffice.call('listOrders', { query: { merchantOrderNo } })).body.data;
    },
    async allOrders() {
      const terminalId = await terminalOf(stage.counter.till);
      const lists = [...new Set([...days, today()])].map((day) =>
        allOf<OrderView>(stage.shop.backOffice, 'listOrders', { query: { day, storeId: 'main' } }),
      );
      return (await Promise.all(lists)).flat().filter((order) => order.terminalId === terminalId);
    },
  };
  beforeAll(async () => {
    shop = await openShop();
    screens = await openScreens();
    // The first call of a function reads its code; the stories begin when that is done.
    const order = await shop.open();
    await shop.pay(order);
    await shop.eventually(order.orderId, ({ status }) => status === 'paid');
  });
  afterAll(async () => {
    await screens?.stop();
    await shop?.stop();
  });
  beforeEach(async () => {
    const { api } = stage.shop.stack;
    days = [today()];
    counter = await openCounter(stage.screens, { api, ahead: stage.shop.now() - Date.now(), locale });
  });
  afterEach(async () => {
    await stage.shop.faults({ reset: true });
    const opened = await stage.allOrders();
    await stage.counter.close();
    // A sale is one order, also where an answer was lost.
    expect(opened.map(({ amount }) => amount.value).sort()).toEqual([...stage.counter.begun].sort());
    // The server's clock is turned a moment before the device's: what is asked in between is asked again.
    if (isTurned) excuse(stage.counter, /status of 401/);
    isTurned = false;
    expect(stage.counter.complaints).toEqual([]);
  });
  return stage;
}
