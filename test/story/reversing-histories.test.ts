/**
 * Whatever happens in whichever order at a channel whose close reverses: payments before, after and between the steps of a cancel,
 * answers lost before and after the effect, invocations killed between any two steps. In the end the channel's books are the judge.
 */
import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { Order, Refund } from '../../functions/order/order.ts';
import { MINUTE, SECOND } from '../../functions/time.ts';
import { type BookedTrade, keptOf } from '../support/reversing-yen.ts';
import { type Fate, YenShop } from '../support/yen-shop.ts';

vi.mock('../../functions/channel/registry.ts', async (original) => {
  const { CHANNELS } = await original<typeof import('../../functions/channel/registry.ts')>();
  const { REVERSING_YEN } = await import('../support/reversing-yen.ts');
  return { CHANNELS: { ...CHANNELS, yen: REVERSING_YEN } };
});

const CANCELS = ['cancel', 'cancel', 'cancel'] as const;
/** Most of all answers to cancels are lost, because with those the money is at stake. */
const OPERATIONS = ['createQrCode', 'payWithTillCode', 'query', 'refund', 'queryRefund', ...CANCELS] as const;

const PAYING = [{ do: 'pays' }, { do: 'pays under way' }, { do: 'pays and is heard' }] as const;
const action = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ do: 'poll' } as const) },
  { weight: 3, arbitrary: fc.constantFrom(...PAYING) },
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
  fates: fc.array(fate, { maxLength: 2 }),
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
  knowsFailures: fc.boolean(),
  areMessagesLost: fc.boolean(),
});

type History = typeof history extends fc.Arbitrary<infer H> ? H : never;

class Played {
  readonly shop: YenShop;
  orderId = '';
  readonly messages: ReturnType<YenShop['channel']['pay']>[] = [];
  /** Whether anything was done that may make a payment unwanted. */
  isDisturbed = false;

  constructor({ latePayment, tellsCancelled, isSlowToEnd, knowsFailures }: History) {
    this.shop = new YenShop(latePayment);
    Object.assign(this.shop.channel, { tellsCancelled, isSlowToEnd, knowsFailures });
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
      case 'pays and is heard':
        this.pays();
        return this.hears();
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
    while (this.messages.length > 0) {
      if (areMessagesLost) this.messages.pop();
      else await this.hears();
    }
    for (let sweeps = 0; sweeps < 80 && (await shop.order(this.orderId)).dueAt !== undefined; sweeps += 1) {
      // For some minutes nothing heals.
      if (sweeps === 3) Object.assign(shop.channel, { hasCover: true, knowsFailures: true });
      shop.now += 3 * MINUTE;
      await shop.sweep();
    }
  }

  /** What is wrong in the end, by the channel's books. */
  async complaints({ tellsCancelled }: History): Promise<string[]> {
    const order = await this.shop.order(this.orderId);
    const trades = [...this.shop.channel.trades.values()];
    const { anomalies, errors, sentAgain, openTwice } = this.shop;
    const kept = trades.filter((trade) => keptOf(trade) > 0);
    return [
      ...sentAgain.map((no) => `${no} is sent again after its refusal`),
      ...openTwice.map((nos) => `${nos} are open at once`),
      ...said('there are anomalies', anomalies > 0),
      ...said(`errors are logged: ${JSON.stringify(errors)}`, errors.length > 0),
      ...said('the order is still due', order.dueAt !== undefined),
      ...said('the order is neither paid nor closed', order.payments.length === 0 && !order.closed),
      ...said('two payments are kept', kept.length > 1),
      ...said('money of an order that is not paid is kept', kept.length > 0 && order.payments.length === 0),
      ...trades.flatMap((trade) => this.complaintsOf(order, trade, tellsCancelled)),
    ];
  }

  private complaintsOf(order: Order, trade: BookedTrade, tellsCancelled: boolean): string[] {
    const n = Number(trade.request.attemptNo.slice(-1));
    const attempt = order.attempts.find((it) => it.n === n);
    const payment = order.payments.find((it) => it.attempt === n);
    const refunds = order.refunds.filter((it) => it.attempt === n);
    const { paidAt, cancelledAt, isPaidFirst } = trade;
    const isTaken = paidAt !== undefined && cancelledAt === undefined;
    const kept = keptOf(trade);
    const returned = refunds.reduce((sum, it) => sum + (it.result?.status === 'succeeded' ? it.amount : 0), 0);
    // What came under way after a cancel goes back by itself: a message may tell it, and the channel's report.
    const isTold = isPaidFirst && (tellsCancelled || cancelledAt === undefined);
    const isUnwanted = refunds.some(({ source }) => source !== 'till');
    return [
      ...said(`${n}: its payment is not known`, isTold === true && payment?.tradeNo !== trade.tradeNo),
      ...said(`${n}: a payment that never was is known`, paidAt === undefined && payment !== undefined),
      ...said(`${n}: ${kept} is kept, and ${returned} has gone back`, isTaken && kept !== 450 - returned),
      ...refunds.flatMap((refund) =>
        said(`${n}: ${refund.refundNo} has moved else than it says`, !isMoved(trade, refund)),
      ),
      ...said(
        `${n}: I-b is broken`,
        kept > 0 && (paidAt ?? 0) > (attempt?.cancelRequestedAt ?? Number.POSITIVE_INFINITY),
      ),
      ...said(`${n}: I-c is broken`, kept > 0 && order.closeRequested?.replacedBy !== undefined),
      // The cashier did nothing that makes a payment unwanted.
      ...said(`${n}: a payment that was wanted goes back`, !this.isDisturbed && isTaken && isUnwanted),
      ...said(`${n}: a payment that was wanted is cancelled`, !this.isDisturbed && !isTaken && isPaidFirst === true),
    ];
  }
}

const said = (complaint: string, isSo: boolean): string[] => (isSo ? [complaint] : []);

/** Whether a refund has moved what it says, once, under all of its numbers together. */
function isMoved({ refunds }: BookedTrade, { result, channelNo, amount, k, numbers = [] }: Refund): boolean {
  const its = refunds.filter(({ requestNo }) => [k, ...numbers].includes(Number(/_r(\d+)$/.exec(requestNo)?.[1])));
  const moved = its.reduce((sum, it) => sum + (it.refusal ? 0 : it.amount), 0);
  return moved === (result?.status === 'succeeded' && channelNo === undefined ? amount : 0);
}

const RUNS = 400;

test(`I-b, I-c: of ${RUNS} histories none keeps money that nothing was sold for, or gives back more than was asked`, async () => {
  await fc.assert(
    fc.asyncProperty(history, async (it) => {
      const played = new Played(it);
      await played.plays(it);
      expect(await played.complaints(it)).toEqual([]);
    }),
    { seed: 20260301, numRuns: RUNS },
  );
}, 120_000);
