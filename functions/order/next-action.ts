/** What a terminal does about an order, read from its facts: the one word that goods are handed over on. Pure. */
import { HAND_OVER_LOOK, HAND_OVER_WINDOW } from '../deadlines.ts';
import { type EpochMs, SECOND } from '../time.ts';
import { isLate, isWaiting, type Order, openAttempt, openRefunds, type Payment, shownEnd } from './order.ts';

export type NextAction =
  | 'show_qr_code'
  | 'get_qr_code'
  | 'wait'
  | 'hand_over_goods'
  | 'do_not_hand_over_goods'
  | 'start_new_order'
  | 'none';

type Told = { readonly action: NextAction; readonly pollAfterMs: number | null };

/**
 * What the terminal does now, and after how many milliseconds it asks again (null: it need not). First match wins.
 * `isLive`: the terminal goes on with this sale, and has perhaps not heard yet that it is paid.
 */
export function nextAction(order: Order, now: EpochMs, isLive = false): Told {
  const payment = order.payments[0];
  if (payment) return nextActionWhenPaid(order, payment, now, isLive);
  if (order.closed) return { action: 'start_new_order', pollAfterMs: null };
  const isIdle = order.closeRequested?.trade === 'absent' || order.attempts.every(({ ended }) => ended);
  if (order.closeRequested && isIdle) return { action: 'start_new_order', pollAfterMs: null };
  if (order.closeRequested) return { action: 'do_not_hand_over_goods', pollAfterMs: 2_000 };

  const attempt = openAttempt(order);
  if (attempt?.kind === 'till_code')
    return { action: isWaiting(attempt) ? 'wait' : 'do_not_hand_over_goods', pollAfterMs: 3_000 };
  // A payment of a code that was given up goes back.
  if (attempt?.cancelRequestedAt !== undefined) return { action: 'do_not_hand_over_goods', pollAfterMs: 3_000 };
  if (attempt && shownEnd(attempt) <= now) return { action: 'wait', pollAfterMs: 5_000 };
  if (attempt?.payload !== undefined) {
    const shownSince = attempt.expiresAt - order.request.expiresInSeconds * SECOND;
    return { action: 'show_qr_code', pollAfterMs: now - shownSince < 30 * SECOND ? 2_000 : 5_000 };
  }
  if (attempt) return { action: 'wait', pollAfterMs: 1_000 };
  return { action: 'get_qr_code', pollAfterMs: null };
}

function nextActionWhenPaid(order: Order, payment: Payment, now: EpochMs, isLive: boolean): Told {
  // Once a refund was requested, done or not, the goods may lie on the counter again.
  const isFresh = now - payment.at < (isLive ? HAND_OVER_WINDOW : HAND_OVER_LOOK);
  if (isFresh && order.refunds.length === 0 && !order.reportedRefunds && !isLate(order))
    return { action: 'hand_over_goods', pollAfterMs: null };
  const open = openRefunds(order);
  if (order.reportedRefunds || open.some((refund) => refund.source === 'automatic'))
    return { action: 'do_not_hand_over_goods', pollAfterMs: 5_000 };
  return { action: 'none', pollAfterMs: open.length > 0 ? 5_000 : null };
}
