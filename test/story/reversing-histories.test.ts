/**
 * Whatever happens in whichever order at a channel whose close reverses: payments before, after and between the steps of a cancel,
 * answers lost before and after the effect, invocations killed between any two steps. In the end the channel's books are the judge.
 */
import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { MINUTE, SECOND } from '../../functions/time.ts';
import { type BookedTrade, keptOf } from '../support/reversing-yen.ts';
import { type Fate, YenShop } from '../support/yen-shop.ts';

vi.mock('../../functions/channel/registry.ts', async (original) => {
  const { CHANNELS } = await original<typeof import('../../functions/channel/registry.ts')>();
  const { REVERSING_YEN } = await import('../support/reversing-yen.ts');
  return { CHANNELS: { ...CHANNELS, yen: REVERSING_YEN } };
});

const OPERATIONS = ['createQrCode', 'payWithTillCode', 'query', 'cancel', 'refund', 'queryRefund'] as const;

const action = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ do: 'poll' } as const) },
  { weight: 3, arbitrary: fc.constantFrom({ do: 'pays' } as const, { do: 'pays under way' } as const) },
  { weight: 2, arbitrary: fc.constant({ do: 'hears' } as const) },
  { weight: 2, arbitrary: fc.constant({ do: 'close' } as const) },
  fc.constantFrom(
    { do: 'scan' } as const,
    { do: 'code' } as const,
    { do: 'sweep' } as const,
    { do: 'replace' } as const,
  ),
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 450 }).map((value) => ({ do: 'refund', value }) as const) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 150 }).map((seconds) => ({ do: 'wait', seconds }) as const) },
  fc.boolean().map((hasCover) => ({ do: 'cover', hasCover }) as const),
);
const fate = fc.tuple(fc.constantFrom(...OPERATIONS), fc.constantFrom<Fate>('lost before', 'lost after'));
const step = fc.record({
  action,
  fates: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(fate, { maxLength: 2 })),
  payment: fc.option(
    fc.tuple(fc.constantFrom('query', 'cancel'), fc.constantFrom('before' as const, 'after' as const)),
  ),
  stepsLeft: fc.option(
    fc.integer({ min: 0, max: 24 }).map((halves) => halves / 2),
    { freq: 4 },
  ),
});
const history = fc.record({
  steps: fc.array(step, { minLength: 3, maxLength: 18 }),
  latePayment: fc.constantFrom('refund' as const, 'keep' as const),
  tellsCancelled: fc.boolean(),
  isSlowToEnd: fc.boolean(),
  areMessagesLost: fc.boolean(),
});

type History = typeof history extends fc.Arbitrary<infer H> ? H : never;

class Played {
  readonly shop: YenShop;
  orderId = '';
  readonly messages: ReturnType<YenShop['channel']['pay']>[] = [];
  /** Whether anything was done that may make a payment unwanted. */
  isDisturbed = false;

  constructor({ latePayment, tellsCancelled, isSlowToEnd }: History) {
    this.shop = new YenShop(latePayment);
    Object.assign(this.shop.channel, { tellsCancelled, isSlowToEnd });
  }

  private pays(isUnderWay = false): void {
    for (const attemptNo of this.shop.channel.trades.keys())
      this.messages.push(this.shop.channel.pay(attemptNo, isUnderWay));
  }

  private async hears(): Promise<void> {
    const message = this.messages.shift();
    if (message) await this.shop.hears(message);
  }

  private async takes(it: History['steps'][number]['action']): Promise<void> {
    const { shop, orderId } = this;
    const next = async () => (await shop.order(orderId)).attempts.length + 1;
    if (it.do === 'close' || it.do === 'replace' || it.do === 'scan') this.isDisturbed = true;
    switch (it.do) {
      case 'poll':
        return void (await shop.poll(orderId));
      case 'pays':
        return this.pays();
      case 'pays under way':
        return this.pays(true);
      case 'hears':
        return this.hears();
      case 'close':
        return void (await shop.close(orderId));
      case 'scan':
        return void (await shop.scan(orderId, await next()));
      case 'code':
        return void (await shop.code(orderId, await next()));
      case 'sweep':
        return shop.sweep();
      case 'replace':
        return shop.replace(orderId);
      case 'refund':
        return void (await shop.refund(orderId, `r${it.value}`, it.value));
      case 'wait':
        shop.now += it.seconds * SECOND;
        return;
      case 'cover':
        shop.channel.hasCover = it.hasCover;
    }
  }

  async plays({ steps, areMessagesLost }: History): Promise<void> {
    const { shop } = this;
    ({ orderId: this.orderId } = await shop.open());
    for (const { action: it, fates, payment, stepsLeft } of steps) {
      shop.now += SECOND;
      shop.fates.splice(0, Number.POSITIVE_INFINITY, ...fates);
      const [operation = '', when = 'before'] = payment ?? [];
      shop.hooks.splice(0);
      if (payment) shop.hooks.push({ operation, when, run: () => this.pays() });
      // A hand that waits and a customer who pays make no calls: the kill is the next one's.
      shop.stepsLeft = it.do === 'scan' || it.do === 'code' ? undefined : (stepsLeft ?? undefined);
      await this.takes(it);
    }
    shop.fates.splice(0);
    shop.hooks.splice(0);
    shop.stepsLeft = undefined;
    shop.channel.hasCover = true;
    while (this.messages.length > 0) {
      if (areMessagesLost) this.messages.pop();
      else await this.hears();
    }
    for (let sweeps = 0; sweeps < 80 && (await shop.order(this.orderId)).dueAt !== undefined; sweeps += 1) {
      shop.now += 3 * MINUTE;
      await shop.sweep();
    }
  }

  /** The channel's books against the order, in the end. */
  async judge({ tellsCancelled }: History): Promise<void> {
    const order = await this.shop.order(this.orderId);
    const trades = [...this.shop.channel.trades.values()];
    expect([order.dueAt, this.shop.anomalies, this.shop.errors, this.shop.sentAgain]).toEqual([undefined, 0, [], []]);
    expect(order.payments.length > 0 || order.closed !== undefined).toBe(true);
    for (const trade of trades) {
      const n = Number(trade.request.attemptNo.slice(-1));
      const attempt = order.attempts.find((it) => it.n === n);
      const payment = order.payments.find((it) => it.attempt === n);
      const kept = keptOf(trade);
      // What came under way after a cancel goes back by itself: a message may tell it, and the channel's report.
      const { paidAt = Number.POSITIVE_INFINITY, cancelledAt = Number.POSITIVE_INFINITY } = trade;
      if (paidAt < cancelledAt && (tellsCancelled || trade.cancelledAt === undefined))
        expect(payment?.tradeNo).toBe(trade.tradeNo);
      if (trade.paidAt === undefined) expect(payment).toBeUndefined();
      const its = order.refunds.filter((it) => it.attempt === n);
      // Money that is kept is that of an order that is paid: each refund has moved what it says, once.
      for (const refund of its) {
        const moved = refund.result?.status === 'succeeded' && refund.channelNo === undefined ? refund.amount : 0;
        expect([refund.refundNo, movedBy(trade, refund)]).toEqual([refund.refundNo, moved]);
      }
      const isTaken = trade.paidAt !== undefined && trade.cancelledAt === undefined;
      const returned = its.reduce((sum, it) => sum + (it.result?.status === 'succeeded' ? it.amount : 0), 0);
      if (isTaken) expect(kept).toBe(450 - returned);
      const { cancelRequestedAt = Number.POSITIVE_INFINITY } = attempt ?? {};
      if ((trade.paidAt ?? 0) > cancelRequestedAt) expect(['I-b', kept]).toEqual(['I-b', 0]);
      if (order.closeRequested?.replacedBy !== undefined) expect(['I-c', kept]).toEqual(['I-c', 0]);
      // The cashier did nothing that makes a payment unwanted, and the channel has no other to reverse.
      if (!this.isDisturbed && isTaken && n === order.payments[0]?.attempt)
        expect(its.every(({ source }) => source === 'till')).toBe(true);
      if (!this.isDisturbed) expect([trade.cancelledAt === undefined, trade.paidAt === undefined]).toContain(true);
    }
    const kept = trades.filter((trade) => keptOf(trade) > 0);
    expect(kept.length <= 1).toBe(true);
    if (kept.length > 0) expect(order.payments.length > 0).toBe(true);
  }
}

function movedBy({ refunds }: BookedTrade, { k, numbers = [] }: { k?: number; numbers?: readonly number[] }): number {
  const its = refunds.filter(({ requestNo }) => [k, ...numbers].includes(Number(/_r(\d+)$/.exec(requestNo)?.[1])));
  return its.reduce((sum, { amount, refusal }) => sum + (refusal ? 0 : amount), 0);
}

const RUNS = 400;

test(`I-b, I-c: of ${RUNS} histories none keeps money that nothing was sold for, or gives back more than was asked`, async () => {
  await fc.assert(
    fc.asyncProperty(history, async (it) => {
      const played = new Played(it);
      await played.plays(it);
      await played.judge(it);
    }),
    { seed: 20260301, numRuns: RUNS },
  );
}, 120_000);
