/** Keeps the health of a channel as sales show it: the model is merchant/channel-health.ts. */
import type { CodeAnswer, Refusal, TillCodeAnswer } from '../channel/channel.ts';
import { HEALTHY, healthOf, meaningOf, nameOf, readHealth, reopened, worse } from '../merchant/channel-health.ts';
import type { Order } from '../order/order.ts';
import { errorText } from '../telemetry.ts';
import type { PaymentServices } from './context.ts';

/** What the answer to a code or a till code says of the channel. A refusal without a signature is not the channel's own word. */
export async function noteHealth(
  services: PaymentServices,
  order: Order,
  answer: CodeAnswer | TillCodeAnswer,
): Promise<void> {
  if (answer.kind === 'refused') return noteRefusal(services, order, answer.refusal, true);
  if (answer.kind !== 'unknown') return noteSale(services, order);
  if (answer.refusal) await noteRefusal(services, order, answer.refusal, false);
}

/** Takes in a refusal of a sale. Never fails: the order's own fact is stored already and stands. */
async function noteRefusal(services: PaymentServices, order: Order, refusal: Refusal, signed: boolean): Promise<void> {
  const meaning = meaningOf(refusal, signed);
  if (meaning === 'nothing') return;
  const { merchantId, orderId } = order;
  const { misconfiguration } = refusal;
  const channelCode = refusal.subCode ?? refusal.code ?? '';
  if (misconfiguration) {
    services.metrics.count('channelMisconfigured');
    services.log.error('channel_misconfigured', { merchantId, orderId, reason: misconfiguration, channelCode });
  }
  await forgivingly(services, order, async () => {
    let closes = false;
    await services.functionState.change(nameOf(merchantId, order.account.channel), readHealth, (current = HEALTHY) => {
      const next = worse(current, meaning, services.now(), misconfiguration);
      closes = next.closedUntil !== current.closedUntil;
      return next === current ? undefined : next;
    });
    if (!closes) return;
    services.metrics.count('channelClosures');
    services.log.error('channel_closed', { merchantId, orderId, channelCode });
  });
}

/** The channel has taken a sale: it is open. Writes only if it was thought otherwise. */
async function noteSale(services: PaymentServices, order: Order): Promise<void> {
  const { merchantId, account } = order;
  await forgivingly(services, order, async () => {
    if (!reopened(await healthOf(services.functionState, merchantId, account.channel))) return;
    await services.functionState.change(nameOf(merchantId, account.channel), readHealth, reopened);
    services.log.warn('channel_opened', { merchantId, orderId: order.orderId });
  });
}

async function forgivingly(services: PaymentServices, { orderId }: Order, note: () => Promise<void>): Promise<void> {
  try {
    await note();
  } catch (error) {
    services.log.warn('channel_health_not_stored', { orderId, error: errorText(error) });
  }
}
