import { type EpochMs, MINUTE, SECOND } from '../time.ts';

/** Orders that one sweep visits in a second, if a deployment says nothing else. Most visits are one call to the channel. */
export const SWEEP_PER_SECOND = 80;
/** So many need not wait for each other: what falls due in a usual minute. */
const AT_ONCE = 20;

/**
 * Lets so many pass in a second and no more: the channel has limits, and after an outage the tills come before what fell
 * due meanwhile.
 */
export class Pace {
  private readonly every: EpochMs;
  private readonly now: () => EpochMs;
  private readonly wait: (ms: number) => Promise<void>;
  /** When the last of those who have asked so far passes, had they come evenly. */
  private last: EpochMs = 0;

  constructor(perSecond: number, now: () => EpochMs, wait: (ms: number) => Promise<void>) {
    this.every = SECOND / perSecond;
    this.now = now;
    this.wait = wait;
  }

  /** Comes back when it is the caller's turn. */
  async turn(): Promise<void> {
    const now = this.now();
    const early = now - AT_ONCE * this.every;
    // A clock that was set back must not hold anybody for longer than the queue is.
    this.last = this.last > now + MINUTE ? now : Math.max(this.last, early) + this.every;
    if (this.last > now) await this.wait(this.last - now);
  }
}
