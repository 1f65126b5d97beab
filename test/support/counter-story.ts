/** The stage of a story at the counter, one per file: a shop, a browser, and for each test a till of its own. */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { OrderView } from '../../functions/http/answers.ts';
import { type Counter, excuse, openCounter } from './counter.ts';
import { openScreens, type Screens, turnDevice } from './screens.ts';
import { openShop, type TestShop } from './shop.ts';

export interface Stage {
  readonly shop: TestShop;
  readonly screens: Screens;
  readonly counter: Counter;
  /** Time passes everywhere. */
  pass(ms: number): Promise<void>;
  /** Every order under this number of the merchant's: there is never more than one. */
  ordersOf(merchantOrderNo: string): Promise<OrderView[]>;
}

/** Sets the stage up for the tests of the file that calls this, and takes it down. */
export function onStage(): Stage {
  let shop: TestShop | undefined;
  let screens: Screens | undefined;
  let counter: Counter | undefined;
  let isTurned = false;
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
      await turnDevice(stage.counter.till, stage.shop.now() - Date.now());
    },
    async ordersOf(merchantOrderNo) {
      return (await stage.shop.backOffice.call('listOrders', { query: { merchantOrderNo } })).body.data;
    },
  };
  beforeAll(async () => {
    shop = await openShop();
    screens = await openScreens();
    // The first call of a function reads its code; the stories begin when that is done.
    const order = await shop.open();
    await shop.pay(order);
    await shop.eventually(order.orderId, ({ status }) => status === 'paid');
  }, 120_000);
  afterAll(async () => {
    await screens?.stop();
    await shop?.stop();
  });
  beforeEach(async () => {
    const { api } = stage.shop.stack;
    counter = await openCounter(stage.screens, { api, ahead: stage.shop.now() - Date.now() });
  });
  afterEach(async () => {
    await stage.shop.faults({ reset: true });
    await stage.counter.close();
    // The server's clock is turned a moment before the device's: what is asked in between is asked again.
    if (isTurned) excuse(stage.counter, /status of 401/);
    isTurned = false;
    expect(stage.counter.complaints).toEqual([]);
  });
  return stage;
}
