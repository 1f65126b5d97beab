/** Keeps the health of a channel as sales show it: the model is merchant/channel-health.ts. */
import type { Refusal } from '../channel/channel.ts';
import {
  type ChannelHealth,
  HEALTHY,
  healthOf,
  meaningOf,
  nameOf,
  reopened,
  worse,
} from '../merchant/channel-health.ts';
import type { Order } from '../order/order.ts';
import { errorText } from '../telemetry.ts';
import type { PaymentServices } from './context.ts';

/** Takes in a refusal of a sale. Never fails: the order's own fact is stored already and stands. */
export async function noteRefusal(s: PaymentServices, order: Order, refusal: Refusal, signed: boolean): Promise<void> {
  const meaning = meaningOf(refusal, signed);
  if (meaning === 'nothing') return;
  const { merchantId, orderId } = order;
  const { misconfiguration } = refusal;
  const channelCode = refusal.subCode ?? refusal.code ?? '';
  if (misconfiguration) {
    s.metrics.count('channelMisconfigured');
    s.log.error('channel_misconfigured', { merchantId, orderId, reason: misconfiguration, channelCode });
  }
  await forgivingly(s, order, async () => {
    let closes = false;
    await s.functionState.change<ChannelHealth>(nameOf(merchantId, order.account.channel), (current = HEALTHY) => {
      const next = worse(current, meaning, s.now(), misconfiguration);
      closes = next.closedUntil !== current.closedUntil;
      return next === current ? undefined : next;
    });
    if (!closes) return;
    s.metrics.count('channelClosures');
    s.log.error('channel_closed', { merchantId, orderId, channelCode });
  });
}

/** The channel has taken a sale: it is open. Writes only if it was thought otherwise. */
export async function noteSale(s: PaymentServices, order: Order): Promise<void> {
  const { merchantId, account } = order;
  await forgivingly(s, order, async () => {
    if (!reopened(await healthOf(s.functionState, merchantId, account.channel))) return;
    await s.functionState.change<ChannelHealth>(nameOf(merchantId, account.channel), reopened);
    s.log.warn('channel_opened', { merchantId, orderId: order.orderId });
  });
}

async function forgivingly(s: PaymentServices, { orderId }: Order, note: () => Promise<void>): Promise<void> {
  try {
    await note();
  } catch (error) {
    s.log.warn('channel_health_not_stored', { orderId, error: errorText(error) });
  }
}
