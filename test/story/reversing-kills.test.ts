/**
 * F43 at a channel whose close reverses: an invocation is killed before and after each of its steps, to a table or the channel, and
 * the next one goes on from what is stored. In the end the channel's books and the order agree.
 */
import { expect, test, vi } from 'vitest';
import { MINUTE, SECOND } from '../../functions/time.ts';
import { keptOf } from '../support/reversing-yen.ts';
import { YenShop } from '../support/yen-shop.ts';

vi.mock('../../functions/channel/registry.ts', async (original) => {
  const { CHANNELS } = await original<typeof import('../../functions/channel/registry.ts')>();
  const { REVERSING_YEN } = await import('../support/reversing-yen.ts');
  return { CHANNELS: { ...CHANNELS, yen: REVERSING_YEN } };
});

interface Flow {
  /** What comes before the invocation that is killed. */
  before?(shop: YenShop, id: string): Promise<unknown>;
  killed(shop: YenShop, id: string): Promise<unknown>;
  readonly status: 'paid' | 'closed';
  /** What is kept in the end, and of what the refunds are. */
  readonly kept: number;
  readonly refunds: readonly string[];
}

const paysAt = (shop: YenShop, id: string, operation: string) => {
  shop.hooks.push({ operation, when: 'before', run: () => void shop.channel.pay(`${id}_1`) });
};
const paysNow = async (shop: YenShop, id: string) => {
  const message = shop.channel.pay(`${id}_1`);
  if (message) await shop.hears(message);
};

const FLOWS: Readonly<Record<string, Flow>> = {
  'closes what is not paid': { killed: (shop, id) => shop.close(id), status: 'closed', kept: 0, refunds: [] },
  'closes what is paid in between': {
    before: async (shop, id) => paysAt(shop, id, 'cancel'),
    killed: (shop, id) => shop.close(id),
    ...{ status: 'paid', kept: 0, refunds: ['auto_1 succeeded'] },
  },
  'hears of a payment after the close was asked': {
    before: async (shop, id) => {
      shop.fates.push(['cancel', 'lost before']);
      await shop.close(id);
    },
    killed: paysNow,
    ...{ status: 'paid', kept: 0, refunds: ['auto_1 succeeded'] },
  },
  'gives money back under a second number': {
    before: async (shop, id) => {
      await paysNow(shop, id);
      shop.channel.hasCover = false;
      await shop.refund(id, 'a', 100);
      shop.channel.hasCover = true;
      shop.now += MINUTE;
    },
    killed: (shop, id) => shop.poll(id),
    ...{ status: 'paid', kept: 350, refunds: ['a succeeded'] },
  },
  'is refused a refund': {
    before: async (shop, id) => {
      await paysNow(shop, id);
      shop.now += MINUTE;
      shop.channel.refusal = { reason: 'refund_not_possible' };
    },
    killed: (shop, id) => shop.refund(id, 'a', 100),
    ...{ status: 'paid', kept: 450, refunds: ['a failed'] },
  },
};

async function lives({ before, killed }: Flow, stepsLeft: number) {
  const shop = new YenShop();
  const { orderId } = await shop.open();
  shop.now += 9 * SECOND;
  await before?.(shop, orderId);
  shop.stepsLeft = stepsLeft;
  await killed(shop, orderId);
  const isKilled = shop.wasKilled;
  shop.hooks.splice(0);
  for (let sweeps = 0; sweeps < 20; sweeps += 1) {
    shop.now += 2 * MINUTE;
    await shop.sweep();
  }
  const { status } = await shop.view(orderId);
  const order = await shop.order(orderId);
  const refunds = order.refunds.map(({ refundNo, result }) => `${refundNo} ${result?.status}`);
  const kept = [...shop.channel.trades.values()].reduce((sum, trade) => sum + keptOf(trade), 0);
  const faults = [...shop.errors, ...shop.sentAgain, ...shop.openTwice, order.dueAt].filter((it) => it !== undefined);
  return { isKilled, end: { status, kept, refunds, faults, anomalies: shop.anomalies } };
}

test.each(Object.entries(FLOWS))('F43 an invocation that %s ends the same after any kill', async (_, flow) => {
  const { status, kept, refunds } = flow;
  const ends = [];
  for (let stepsLeft = 0; ; stepsLeft += 0.5) {
    const { isKilled, end } = await lives(flow, stepsLeft);
    if (!isKilled) break;
    ends.push({ stepsLeft, ...end });
  }
  expect(ends.length).toBeGreaterThan(6);
  const right = { status, kept, refunds, faults: [], anomalies: 0 };
  // A request that was never stored may be asked for again, or not at all: the till decides. Its money is where it was.
  const isAsked = (it: { readonly refunds: readonly string[] }) => it.refunds.length === refunds.length;
  expect(ends.filter(isAsked)).toEqual(ends.filter(isAsked).map(({ stepsLeft }) => ({ stepsLeft, ...right })));
  expect(ends.filter((it) => !isAsked(it) && it.faults.length + it.anomalies > 0)).toEqual([]);
});
