/** What may be sent to the channel for a till code, judged at the moment it is sent. */
import type { Order } from '../../functions/order/order.ts';
import type { Invocation } from './io.ts';
import { must } from './must.ts';
import type { Store } from './table.ts';

export interface Sent {
  paySent(attemptNo: string): void;
  querySent(invocation: Invocation, attemptNo: string): void;
  cancelSent(invocation: Invocation, attemptNo: string): void;
}

const nothing = () => {};
export const nobody: Sent = { paySent: nothing, querySent: nothing, cancelSent: nothing };

/** `blame` hears of what must not be. */
export function judgeOf(orders: Store, blame: (error: unknown) => void): Sent {
  const paid = new Set<string>();
  /** By attempt: the invocations that have asked for it. */
  const asked = new Map<string, Set<Invocation>>();
  const judge = (check: () => void) => {
    try {
      check();
    } catch (error) {
      blame(error);
    }
  };
  const attemptOf = (attemptNo: string) => {
    const [orderId = '', n] = attemptNo.split(/_(?=\d+$)/);
    const order = orders.get(orderId) as unknown as Order | undefined;
    return order?.attempts.find((attempt) => attempt.n === Number(n));
  };
  return {
    paySent: (attemptNo) =>
      judge(() => {
        must(!paid.has(attemptNo), 'I17', `${attemptNo} is asked for twice`);
        must(attemptOf(attemptNo) !== undefined, 'I17', `${attemptNo} is asked for and not stored`);
        paid.add(attemptNo);
      }),
    querySent: (invocation, attemptNo) =>
      asked.set(attemptNo, (asked.get(attemptNo) ?? new Set<Invocation>()).add(invocation)),
    cancelSent: (invocation, attemptNo) =>
      judge(() => {
        must(
          asked.get(attemptNo)?.has(invocation) === true,
          'I18',
          `${attemptNo} is cancelled without a query just before`,
        );
        // Nobody may be told to hand over goods for money that a cancel under way takes back.
        must(
          attemptOf(attemptNo)?.cancelAskedAt !== undefined,
          'I18',
          `${attemptNo} is cancelled and nobody stored it`,
        );
      }),
  };
}
