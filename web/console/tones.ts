/** How a badge looks, by what it is about. Pure. */
import type { OrderView, RefundView } from '../../functions/contract/answers.ts';
import { STATUS_TONES, type Tone } from '../shared/status-tones.ts';
import type { Word } from './messages.ts';

/** Of an order; of one that was paid late in two words. */
export function statusBadge({ status, payment }: Pick<OrderView, 'status' | 'payment'>): {
  tone: Tone;
  words: readonly Word[];
} {
  return payment?.late ? { tone: 'bad', words: [status, 'late'] } : { tone: STATUS_TONES[status], words: [status] };
}

export const REFUND_TONES = {
  requested: 'busy',
  succeeded: 'good',
  failed: 'bad',
} as const satisfies Record<RefundView['status'], Tone>;

export const REFUND_SOURCES = {
  till: 'byTill',
  automatic: 'byAutomatic',
  channel: 'byChannel',
} as const satisfies Record<RefundView['source'], Word>;

export const CHANNEL_STATES = {
  open: { tone: 'good', word: 'open' },
  draining: { tone: 'busy', word: 'draining' },
  closed: { tone: 'bad', word: 'channelClosed' },
} as const satisfies Record<string, { tone: Tone; word: Word }>;
