/** What goes wrong with one call to the channel while it is there, and what the payer does meanwhile. */
import type { Trade } from '../../../bin/local/alipay-simulator/books.ts';
import type { Io } from '../world/io.ts';
import type { Unknown } from '../world/port.ts';
import { unknown } from '../world/till-codes.ts';

/** The call has arrived: it is carried out, or not, and answered, or not. */
export function carryOut<T>(io: Io, effect: () => T): T | Unknown {
  if (io.strikes('serverError')) return unknown('status 500');
  if (io.strikes('systemErrorWithEffect')) {
    effect();
    return unknown('SYSTEM_ERROR');
  }
  if (io.strikes('garbage')) {
    if (io.world.chance.hit(0.5)) effect();
    return unknown('the answer is not JSON');
  }
  return effect();
}

/** Once a cancel has given money back, the query that must tell of it is lost more often than others: that is rare enough. */
export function isForgotten(io: Io, label: string, find: (attemptNo: string) => Trade | undefined): boolean {
  const { requestLost, answerLost } = io.faults;
  if (!label.startsWith('query ord_') || requestLost + answerLost === 0) return false;
  const attemptNo = label.slice('query '.length);
  const isReversed = find(attemptNo)?.refunds.some(({ outRequestNo }) => outRequestNo === attemptNo) ?? false;
  if (!isReversed || !io.world.chance.hit(0.7)) return false;
  io.count('requestLost');
  return true;
}

/** The payer enters the password within 400 ms of our question, before or after it. */
export function race(io: Io, latency: number, likely: boolean, pay: () => unknown): void {
  // Closes and cancels are rare, and being paid meanwhile is what they have to survive.
  const again = likely && io.faults.race > 0 && io.world.chance.hit(0.8);
  if (!io.strikes('race') && !again) return;
  io.world.in(Math.max(0, latency + io.world.chance.int(-400, 400)), pay);
}
