/**
 * Reports of refunds against a channel that has books: whatever arrives in whatever order, no more is called gone than is gone,
 * and a report is over exactly when the refunds that it was about are known.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LEASE } from '../../functions/deadlines.ts';
import { decide } from '../../functions/order/decide.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import { mustHold } from '../../functions/order/invariants.ts';
import { nextAction } from '../../functions/order/next-action.ts';
import { type Order, openRefunds, requestNo } from '../../functions/order/order.ts';
import { refundable, refunded, reserved, succeededOf, unexplained } from '../../functions/order/sums.ts';
import { MINUTE } from '../../functions/time.ts';
import { anOrder, NOON, orderAfter, paid } from '../support/orders.ts';

const PAID = 1_234;
const cny = (value: number) => ({ currency: 'CNY', value });
const told = (of: object): OrderEvent => ({ type: 'refund_told', n: 1, told: of });
const reported = (channelNo: string, value: number): OrderEvent => ({
  ...{ type: 'refund_reported', n: 1, channelNo, amount: cny(value), at: NOON },
});
const sold = orderAfter(anOrder(), [paid(), NOON]);
const outcome = (order: Order, event: OrderEvent) => {
  const verdict = decide(order, event, NOON);
  return verdict.kind === 'refused' ? verdict.reason : verdict.kind;
};

/** One order and the channel's books of its trade. */
class World {
  order = sold;
  now = NOON;
  /** What has gone back at the channel, by the channel's number. */
  readonly books = new Map<string, number>();
  /** Messages that were sent, each of which may arrive at any time, and more than once. */
  readonly messages: { channelNo: string; returned: number }[] = [];

  get gone(): number {
    return [...this.books.values()].reduce((sum, amount) => sum + amount, 0);
  }

  /** Of the channel's refunds, those that no refund of the order tells. */
  get unknown(): number {
    const names = this.order.refunds.flatMap((it) => [
      ...(it.result?.status === 'succeeded' ? [requestNo(this.order, it)] : []),
      ...(it.named ?? []).map(({ channelNo }) => channelNo),
    ]);
    const isWhole = succeededOf(this.order, 1) >= PAID;
    return isWhole ? 0 : [...this.books].reduce((sum, [no, amount]) => (names.includes(no) ? sum : sum + amount), 0);
  }

  apply(event: OrderEvent): void {
    const before = this.order;
    const verdict = decide(before, event, this.now);
    mustHold(before, verdict.order);
    this.order = verdict.order;
    const { reportedRefunds: reports = [] } = this.order;
    expect(Math.max(0, ...reports.map(({ amount = 0 }) => amount))).toBeLessThanOrEqual(this.unknown);
    const told = reports.flatMap(({ numbers = [] }) => numbers.map(({ amount = 0 }) => amount));
    expect(told.reduce((sum, amount) => sum + amount, 0)).toBeLessThanOrEqual(this.unknown);
    expect(refundable(this.order) + Math.min(PAID, reserved(this.order)) + unexplained(this.order, 1)).toBe(PAID);
    if (reports.length > 0) expect(nextAction(this.order, NOON).action).toBe('do_not_hand_over_goods');
  }

  move(channelNo: string, amount: number): void {
    if (amount > PAID - this.gone) return;
    this.books.set(channelNo, amount);
    this.messages.push({ channelNo, returned: this.gone });
  }

  /** A till asks; the call may be lost on its way (`lost`) or carried out without an answer (`silent`). */
  refund(amount: number, way: 'answered' | 'silent' | 'lost'): void {
    this.now += LEASE;
    const refundNo = `r${this.order.refunds.length}`;
    this.apply({ type: 'refund_requested', refundNo, amount: cny(amount), until: NOON + 1e12 });
    const refund = this.order.refunds.find((it) => it.refundNo === refundNo);
    if (refund?.tries === 1 && way !== 'lost') this.call(refundNo, way === 'answered');
  }

  call(refundNo: string, isAnswered: boolean): void {
    const refund = this.order.refunds.find((it) => it.refundNo === refundNo);
    if (!refund) throw new Error(`no refund ${refundNo}`);
    const number = requestNo(this.order, refund);
    if (!this.books.has(number)) this.move(number, refund.amount);
    if (!isAnswered) return;
    const isDone = this.books.has(number);
    if (isDone) this.apply({ type: 'refund_succeeded', refundNo, at: this.now, returned: this.gone });
    else this.apply({ type: 'refund_refused', refundNo, refusal: { reason: 'refund_amount' } });
  }

  arrives(message: { channelNo: string; returned: number }): void {
    this.apply(told(message));
    // With nothing of ours on its way, the sum is a bound at once.
    if (openRefunds(this.order).length > 0) return;
    expect(refundable(this.order)).toBeLessThanOrEqual(PAID - message.returned);
  }

  /** The query of the channel's refund `number`, by whoever has the number. */
  ask(number: string): void {
    const amount = this.books.get(number);
    if (amount !== undefined) this.apply(reported(number, amount));
  }

  /** The query of the trade, which says only whether it is all back. */
  askTrade(): void {
    if (this.gone < PAID || openRefunds(this.order).length > 0) return;
    const news = { tradeNo: '2026030122001', paidAt: NOON + 60_000, amount: cny(PAID) };
    this.apply({ type: 'reversed', n: 1, news, source: 'query' });
  }

  /** Everything is well again: what is open is asked about until it is over. */
  end(): void {
    for (let round = 0; round < 3; round += 1) {
      for (const { refundNo } of openRefunds(this.order)) {
        this.now += LEASE;
        this.apply({ type: 'refund_called', refundNo });
        this.call(refundNo, true);
      }
    }
    for (const number of this.books.keys()) this.ask(number);
  }
}

const part = fc.integer({ min: 1, max: 700 });
const step: fc.Arbitrary<(world: World) => void> = fc.oneof(
  part.map((amount) => (world: World) => world.move(`console-${world.books.size}`, amount)),
  fc.tuple(part, fc.constantFrom('answered' as const, 'silent' as const, 'lost' as const)).map(
    ([amount, way]) =>
      (world: World) =>
        world.refund(amount, way),
  ),
  fc.nat().map((i) => (world: World) => {
    const message = world.messages[i % Math.max(1, world.messages.length)];
    if (message) world.arrives(message);
  }),
  fc.nat().map((i) => (world: World) => world.ask([...world.books.keys()][i % Math.max(1, world.books.size)] ?? '')),
  fc.nat().map((i) => (world: World) => {
    const [channelNo, amount] = [...world.books][i % Math.max(1, world.books.size)] ?? [];
    if (channelNo !== undefined) world.apply(told({ channelNo, amount }));
  }),
  fc.constant((world: World) => world.askTrade()),
);

test('money F16 a running total counts what a refund of ours might explain, once that has failed', () => {
  const asked = { type: 'refund_requested', refundNo: 'r', amount: cny(PAID), until: NOON } as const;
  const open = orderAfter(sold, [asked, NOON]);
  const known = orderAfter(open, [told({ channelNo: 'console-0', returned: 398 }), NOON]);
  expect([refundable(known), unexplained(known, 1)]).toEqual([0, 0]);
  const refusal = { reason: 'refund_amount' } as const;
  const failed = orderAfter(known, [{ type: 'refund_refused', refundNo: 'r', refusal }, NOON]);
  expect([refundable(failed), unexplained(failed, 1)]).toEqual([PAID - 398, 398]);
  // Whatever the refusal says.
  const disturbed = { type: 'refund_refused', refundNo: 'r', refusal: { reason: 'refund_not_possible' } } as const;
  expect(refundable(orderAfter(known, [disturbed, NOON]))).toBe(PAID - 398);
  // And named, it is over.
  expect(refundable(orderAfter(failed, [reported('console-0', 398), NOON]))).toBe(PAID - 398);
  expect(orderAfter(failed, [reported('console-0', 398), NOON]).reportedRefunds).toBeUndefined();
});

test('money F1 F14 F16 reports are never more than is gone, and over exactly when it is known', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const world = new World();
      for (const run of steps) run(world);
      world.end();
      expect([world.order.reportedRefunds, openRefunds(world.order)]).toEqual([undefined, []]);
      expect(refunded(world.order)).toBe(world.gone);
      expect(refundable(world.order)).toBe(PAID - world.gone);
      expect(world.order.dueAt).toBeUndefined();
    }),
    { numRuns: 3_000, seed: 15 },
  );
});

describe('what is reported', () => {
  const reports = (...events: readonly OrderEvent[]) =>
    orderAfter(sold, ...events.map((event, i) => [event, NOON + i] as const)).reportedRefunds;

  test('is of a payment that there is', () => {
    expect(outcome(anOrder(), told({ channelNo: 'c', returned: 1 }))).toBe('order_not_paid');
    expect(outcome(sold, { type: 'refund_told', n: 2, told: { returned: 1 } })).toBe('order_not_paid');
  });

  test('is kept by number, once, with the larger sum, from when it was told first', () => {
    const once = { attempt: 1, numbers: [{ channelNo: 'c' }], amount: 100, at: NOON };
    expect(reports(told({ channelNo: 'c', returned: 100 }))).toEqual([once]);
    expect(reports(told({ channelNo: 'c', returned: 100 }), told({ channelNo: 'c', returned: 200 }))).toEqual([
      { ...once, amount: 200 },
    ]);
    const order = orderAfter(sold, [told({ channelNo: 'c', returned: 100 }), NOON]);
    for (const old of [{ channelNo: 'c', returned: 99 }, { channelNo: 'c' }, { returned: 100 }, { returned: 0 }])
      expect(outcome(order, told(old))).toBe('unchanged');
    expect(outcome(sold, told({ channelNo: 'c', amount: 0 }))).toBe('unchanged');
    expect(outcome(sold, told({ returned: 0 }))).toBe('unchanged');
  });

  test('a report by amounts of single refunds adds up, and outweighs a smaller total', () => {
    const rows = [told({ channelNo: 'c', amount: 100 }), told({ channelNo: 'd', amount: 250 })];
    const of = (...events: readonly OrderEvent[]) => {
      const order = orderAfter(sold, ...events.map((event) => [event, NOON] as const));
      return [unexplained(order, 1), refundable(order)];
    };
    expect(of(...rows)).toEqual([350, PAID - 350]);
    expect(of(...rows, told({ returned: 300 }))).toEqual([350, PAID - 350]);
    expect(of(...rows, told({ returned: 400 }))).toEqual([400, PAID - 400]);
    expect(of(...rows, told({ channelNo: 'e', returned: 400 }))).toEqual([400, PAID - 400]);
    // One without any sum may be all that is left.
    expect(of(...rows, told({ channelNo: 'e' }))).toEqual([PAID, 0]);
    expect(of(told({}))).toEqual([PAID, 0]);
    expect(of(told({ channelNo: 'e' }), told({ channelNo: 'e', returned: 40 }))).toEqual([40, PAID - 40]);
  });

  test('ends with the refunds that it was about, in whatever order they are told', () => {
    const open = [told({ channelNo: 'd', returned: 250 }), told({ channelNo: 'c', returned: 100 })];
    expect(reports(...open)).toEqual([
      { attempt: 1, numbers: [{ channelNo: 'd' }, { channelNo: 'c' }], amount: 250, at: NOON },
    ]);
    expect(reports(...open, reported('c', 100))).toEqual([
      { attempt: 1, numbers: [{ channelNo: 'd' }], amount: 150, at: NOON },
    ]);
    expect(reports(...open, reported('c', 100), reported('d', 150))).toBeUndefined();
    // What the sum was more has gone back by one that nothing has named.
    expect(reports(...open, reported('c', 100), reported('d', 50))).toEqual([{ attempt: 1, amount: 100, at: NOON }]);
    expect(reports(...open, reported('c', 100), reported('d', 50), reported('e', 100))).toBeUndefined();
    // A number that is left is of a refund that moved something.
    expect(reports(...open, reported('c', 300))).toEqual([
      { attempt: 1, numbers: [{ channelNo: 'd' }], amount: 1, at: NOON },
    ]);
    expect(reports(told({ channelNo: 'c' }), reported('c', 300))).toBeUndefined();
    expect(reports(told({}), reported('c', 300))).toBeUndefined();
  });

  test('in all, while a refund of ours is under way that may be in it, is kept with that until it ends', () => {
    const ask = (refundNo: string, value: number): OrderEvent => ({
      ...{ type: 'refund_requested', refundNo, amount: cny(value), until: NOON + 1 },
    });
    // 600 are under way; of 16 more the channel says that they make 250 in all: 234 may be of the 600, or somebody else's.
    const first = orderAfter(sold, [ask('a', 600), NOON]);
    const second = orderAfter(first, [ask('b', 16), NOON], [{ type: 'refund_called', refundNo: 'b' }, NOON + MINUTE]);
    const known = orderAfter(second, [
      { type: 'refund_succeeded', refundNo: 'b', at: NOON, returned: 250 },
      NOON + MINUTE,
    ]);
    expect([known.refunds[0]?.returnedMeanwhile, known.reportedRefunds]).toEqual([250, undefined]);
    const refusal = { reason: 'refund_not_possible' } as const;
    const failed = orderAfter(known, [{ type: 'refund_refused', refundNo: 'a', refusal }, NOON + MINUTE]);
    expect(failed.reportedRefunds).toEqual([{ attempt: 1, amount: 234, at: NOON + MINUTE }]);
    expect(refundable(failed)).toBe(PAID - 250);
    expect(failed.refunds[0]).not.toHaveProperty('returnedMeanwhile');
    const done = orderAfter(known, [{ type: 'refund_succeeded', refundNo: 'a', at: NOON }, NOON + MINUTE]);
    expect([done.reportedRefunds, refundable(done)]).toEqual([undefined, PAID - 616]);
    expect(done.refunds[0]).not.toHaveProperty('returnedMeanwhile');
  });

  test('of a refund that we called failed is kept, of one that is there is not', () => {
    const asked = orderAfter(sold, [
      { type: 'refund_requested', refundNo: 'a', amount: cny(100), until: NOON + 1 },
      NOON,
    ]);
    const ours = told({ channelNo: `${sold.orderId}_r1`, returned: 100 });
    expect(outcome(asked, ours)).toBe('unchanged');
    const refusal = { reason: 'refund_not_possible' } as const;
    const failed = orderAfter(asked, [{ type: 'refund_refused', refundNo: 'a', refusal }, NOON]);
    expect(outcome(failed, ours)).toBe('moved');
  });

  test('is asked about ten seconds after it was told, the first of several first', () => {
    const one = orderAfter(sold, [told({ channelNo: 'c', returned: 100 }), NOON + 5]);
    expect(one.dueAt).toBe(NOON + 10_005);
    expect(orderAfter(one, [told({ channelNo: 'd', returned: 200 }), NOON + 9]).dueAt).toBe(NOON + 10_005);
    expect(orderAfter(one, [told({ channelNo: 'd', returned: 200 }), NOON + 99_000]).dueAt).toBe(NOON + 99_000);
  });

  test('of one payment takes nothing off another', () => {
    const twice = orderAfter(
      anOrder(),
      [{ type: 'attempt_ended', n: 1, why: 'expired' }, NOON],
      [{ type: 'attempt_requested', n: 2, kind: 'qr_code' }, NOON],
      [paid(1), NOON],
      [paid(2, { tradeNo: 'second' }), NOON],
      [{ type: 'refund_told', n: 2, told: { channelNo: 'c', amount: 500 } }, NOON],
    );
    expect([refundable(twice), unexplained(twice, 1), unexplained(twice, 2)]).toEqual([PAID, 0, 0]);
    expect(nextAction(twice, NOON).action).toBe('do_not_hand_over_goods');
  });
});
