/** Which screen belongs to what is known of the sale, how it looks and what it sounds like. Pure. */
import type { OrderView } from '../../functions/contract/answers.ts';
import { type EpochMs, SECOND } from '../../functions/time.ts';
import type { Sound } from '../shared/tones.ts';
import type { SaleState } from './sale-state.ts';

/** A code is hidden a little before it ends, so that no customer begins to pay what is over. */
const HIDE_BEFORE_END = 3 * SECOND;

export type Tone = 'calm' | 'busy' | 'good' | 'bad';

/** What every screen looks like and sounds like when it comes up. */
export const SCREENS = {
  starting: { tone: 'calm', sound: null },
  ready: { tone: 'calm', sound: null },
  locked: { tone: 'bad', sound: 'failure' },
  offline: { tone: 'bad', sound: 'failure' },
  busy: { tone: 'busy', sound: 'attention' },
  refused: { tone: 'bad', sound: 'failure' },
  opening: { tone: 'calm', sound: null },
  code: { tone: 'calm', sound: null },
  scan: { tone: 'calm', sound: null },
  confirming: { tone: 'busy', sound: null },
  cancelling: { tone: 'busy', sound: null },
  checking: { tone: 'busy', sound: null },
  unknown: { tone: 'busy', sound: 'attention' },
  paid: { tone: 'good', sound: 'success' },
  settled: { tone: 'calm', sound: null },
  late: { tone: 'bad', sound: 'attention' },
  expired: { tone: 'calm', sound: 'neutral' },
  cancelled: { tone: 'calm', sound: 'neutral' },
  failed: { tone: 'bad', sound: 'failure' },
} as const satisfies Record<string, { readonly tone: Tone; readonly sound: Sound | null }>;

export type Screen = keyof typeof SCREENS;

export function screenOf(state: SaleState, now: EpochMs): Screen {
  if (state.phase === 'locked') return 'locked';
  // What is final stays true, whether the server can be heard or not.
  if (state.phase === 'settled') return screenOfOrder(state.order, now, state.intent.told);
  if (!state.online) return 'offline';
  // Woken up between two sales: what was typed stays, and the key pad sells nothing until the server has spoken.
  const isKnown = state.phase === 'ready' && state.channels.length > 0;
  if (!state.synced && !isKnown) return 'starting';
  if (state.phase === 'ready' && state.refusal) return state.refusal.code === 'terminal_busy' ? 'busy' : 'refused';
  if (state.phase === 'ready') return 'ready';
  const { order, intent } = state;
  if (!order) return 'opening';
  if (intent.cancel && order.status !== 'closing') return 'cancelling';
  return screenOfOrder(order, now);
}

/** `told`: the till has said before that the goods of this order are to be handed over. */
function screenOfOrder(order: OrderView, now: EpochMs, told = false): Screen {
  const { status, nextAction, payment, attempt, qrCode } = order;
  if (status === 'paid') {
    if (payment?.late || nextAction === 'do_not_hand_over_goods') return 'late';
    // A refund that was only asked for is the end of it, too.
    return order.refunds.length === 0 && (told || nextAction === 'hand_over_goods') ? 'paid' : 'settled';
  }
  if (status === 'closed') return order.closed?.reason === 'expiry' ? 'expired' : 'cancelled';
  switch (nextAction) {
    case 'start_new_order':
      return 'cancelled';
    case 'show_qr_code':
      return qrCode && now < Date.parse(qrCode.expiresAt) - HIDE_BEFORE_END ? 'code' : 'checking';
    case 'get_qr_code':
      return attempt ? 'failed' : 'scan';
    case 'wait':
      if (attempt?.kind === 'till_code') return 'confirming';
      return now < Date.parse(order.expiresAt) ? 'opening' : 'checking';
    default:
      return 'unknown';
  }
}
