/**
 * Token buckets of this function instance, such as one per merchant and one per terminal. Other instances have their own, so the
 * rate is approximate: what it stops is a flood, and the API's own throttling stands before it.
 */
import { type EpochMs, SECOND } from '../time.ts';

const BUCKETS_MAX = 10_000;

export class TokenBuckets {
  /** `spare` in thousandths of a token, so that a whole rate makes whole numbers: sums of fractions would come a millisecond late. */
  private readonly buckets = new Map<string, { spare: number; at: EpochMs }>();

  /** Takes one token of `key`. 0: it was there; else the milliseconds until there is one. `burst` can be saved up: a second's worth. */
  take(key: string, perSecond: number, now: EpochMs, burst = Math.max(1, perSecond)): EpochMs {
    const most = burst * SECOND;
    const bucket = this.buckets.get(key) ?? this.add(key, { spare: most, at: now });
    bucket.spare = Math.min(most, bucket.spare + Math.max(0, now - bucket.at) * perSecond);
    bucket.at = now;
    if (bucket.spare < SECOND) return Math.ceil((SECOND - bucket.spare) / perSecond);
    bucket.spare -= SECOND;
    return 0;
  }

  /** Gives back what was taken for something that does not count. */
  give(key: string): void {
    const bucket = this.buckets.get(key);
    if (bucket) bucket.spare += SECOND;
  }

  private add(key: string, bucket: { spare: number; at: EpochMs }): { spare: number; at: EpochMs } {
    if (this.buckets.size >= BUCKETS_MAX) this.buckets.clear();
    this.buckets.set(key, bucket);
    return bucket;
  }
}
