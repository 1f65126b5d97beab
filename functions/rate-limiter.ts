import { type EpochMs, SECOND } from './time.ts';

/** Orders that one sweep visits in a second, if a deployment says nothing else. Most visits are one call to the channel. */
export const SWEEP_PER_SECOND = 80;
/** So many need not wait for each other: what falls due in a usual minute. */
const AT_ONCE = 20;

/**
 * Lets so many pass in a second and no more: the channel has limits, and after an outage the tills come before what fell
 * due meanwhile.
 */
export class RateLimiter {
  private readonly every: EpochMs;
  private readonly now: () => EpochMs;
  private readonly wait: (ms: number) => Promise<void>;
  /** When the last of those who have asked so far passes, had they come evenly. */
  private last: EpochMs = 0;
  /** When the last caller asked. */
  private seen: EpochMs = 0;

  constructor(perSecond: number, now: () => EpochMs, wait: (ms: number) => Promise<void>) {
    this.every = SECOND / perSecond;
    this.now = now;
    this.wait = wait;
  }

  /** Comes back when it is the caller's turn; false, at once and without taking one, if that would be after `by`. */
  async acquire(by: EpochMs): Promise<boolean> {
    const now = this.now();
    // A clock that was set back must not hold anybody for longer than the queue is.
    this.last -= Math.max(0, this.seen - now);
    this.seen = now;
    const next = Math.max(this.last, now - AT_ONCE * this.every) + this.every;
    if (next > by) return false;
    this.last = next;
    if (next > now) await this.wait(next - now);
    return true;
  }
}
