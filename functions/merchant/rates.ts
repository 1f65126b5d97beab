/**
 * Token buckets of this function instance, one per merchant and one per terminal. Other instances have their own, so the
 * rate is approximate: what it stops is a flood, and the API's own throttling stands before it.
 */
import { type EpochMs, SECOND } from '../time.ts';

const MOST_BUCKETS = 10_000;

export class Rates {
  private readonly buckets = new Map<string, { tokens: number; at: EpochMs }>();

  /** Takes one token of `key`. 0: it was there; else the milliseconds until there is one. A second's worth can be saved up. */
  take(key: string, perSecond: number, now: EpochMs): EpochMs {
    const most = Math.max(1, perSecond);
    const bucket = this.buckets.get(key) ?? this.add(key, { tokens: most, at: now });
    bucket.tokens = Math.min(most, bucket.tokens + (Math.max(0, now - bucket.at) * perSecond) / SECOND);
    bucket.at = now;
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * SECOND) / perSecond);
    bucket.tokens -= 1;
    return 0;
  }

  private add(key: string, bucket: { tokens: number; at: EpochMs }): { tokens: number; at: EpochMs } {
    if (this.buckets.size >= MOST_BUCKETS) this.buckets.clear();
    this.buckets.set(key, bucket);
    return bucket;
  }
}
