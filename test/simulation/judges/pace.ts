/** How fast sales may be opened: a second's worth at once, and then so many a second, by the instance that is asked. */
import type { Contract } from '../world/contract.ts';
import type { Invocation, Io } from '../world/io.ts';

export class RateLimiter {
  private readonly contract: Contract;
  private readonly io: Io;
  /** What is left of each allowance, and when it was last counted: in sales, and in ms. */
  private readonly left = new Map<string, { sales: number; at: number }>();
  private readonly tooFast = new WeakSet<Invocation>();

  constructor(contract: Contract, io: Io) {
    this.contract = contract;
    this.io = io;
  }

  /** A request has come to an instance. */
  began(its: Invocation): void {
    if (its.asked.op !== 'createOrder') return;
    const { ordersPerSecond, ordersPerSecondPerTerminal } = this.contract.limits;
    const { by } = its.asked;
    const takes = (whose: string, rate: number | undefined) =>
      rate === undefined || this.takes(`${its.instance} ${whose}`, rate);
    // What a till has too much of takes nothing from the others.
    if (!takes(by, ordersPerSecondPerTerminal) || !takes('all', ordersPerSecond)) this.tooFast.add(its);
  }

  private takes(whose: string, rate: number): boolean {
    const { now } = this.io.world;
    const before = this.left.get(whose) ?? { sales: rate, at: now };
    const sales = Math.min(rate, before.sales + ((now - before.at) * rate) / 1_000);
    const isThere = sales >= 1 - 1e-9;
    this.left.set(whose, { sales: isThere ? sales - 1 : sales, at: now });
    return isThere;
  }

  /** Whether it must be refused; undefined: clocks that are off measure otherwise. */
  isTooFast(its: Invocation): boolean | undefined {
    if (this.io.faults.skewMs > 0) return undefined;
    return this.tooFast.has(its);
  }

  /** Whether a rate is agreed at all. */
  get isLimited(): boolean {
    const { ordersPerSecond, ordersPerSecondPerTerminal } = this.contract.limits;
    return ordersPerSecond !== undefined || ordersPerSecondPerTerminal !== undefined;
  }
}
