/** How good it is, as the colour of a badge. Pure. */
import type { OrderView } from '../../functions/contract/answers.ts';

export type Tone = 'good' | 'bad' | 'busy' | 'calm';

export const STATUS_TONES: Readonly<Record<OrderView['status'], Tone>> = {
  created: 'calm',
  awaiting_payment: 'busy',
  closing: 'busy',
  closed: 'calm',
  paid: 'good',
};
