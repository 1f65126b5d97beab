/** Sends a visit's calls to the channel, and notes what was not answered or was refused. */
import type { AttemptRef, CodeRequest, RefundRequest } from '../channel/channel.ts';
import type { Account } from '../channel/registry.ts';
import { CHANNEL_CALL, type Deadline, TABLE_CALL } from '../deadlines.ts';
import { authorised } from '../merchant/merchant.ts';
import { tradeEnd } from '../order/due.ts';
import { type Attempt, attemptNo, type Order, type Refund, requestNo } from '../order/order.ts';
import { scannedBy } from '../order/places.ts';
import type { Call, CallOf, Heard } from './call.ts';
import type { PaymentServices } from './context.ts';

/** The least time left in which a channel call and the write of its answer fit. */
const STEP = CHANNEL_CALL + TABLE_CALL;

export function hasTimeForCall(services: PaymentServices, deadline: Deadline): boolean {
  return services.now() + STEP <= deadline.endsAt;
}

/** Asks the channel. Repeats carry the same numbers, amounts and ends. */
export async function ask(services: PaymentServices, order: Order, call: Call): Promise<Heard> {
  if (call.op !== 'close' && call.op !== 'cancel') markSynced(services, order);
  const askedAt = services.now();
  const heard = { ...(await send(services, order, call)), askedAt };
  noteAnswer(services, order, heard);
  return heard;
}

type Unstamped<H> = H extends Heard ? Omit<H, 'askedAt'> : never;

async function send(services: PaymentServices, order: Order, call: Call): Promise<Unstamped<Heard>> {
  const channel = services.channels[order.account.channel];
  switch (call.op) {
    case 'createQrCode':
      return { ...call, answer: await channel.createQrCode(await qrCodeOf(services, order, call.n), CHANNEL_CALL) };
    case 'payWithTillCode':
      return { ...call, answer: await channel.payWithTillCode(await tillCodeOf(services, order, call), CHANNEL_CALL) };
    case 'query':
      return { ...call, answer: await channel.query(await refOf(services, order, call.n), CHANNEL_CALL) };
    case 'close':
      return { ...call, answer: await channel.close(await refOf(services, order, call.n), CHANNEL_CALL) };
    case 'cancel':
      return { ...call, answer: await channel.cancel(await refOf(services, order, call.n), CHANNEL_CALL) };
    case 'refund':
      return { ...call, answer: await channel.refund(await refundOf(services, order, call.refundNo), CHANNEL_CALL) };
    case 'queryRefund': {
      const ref = { ...(await refOf(services, order, call.n)), requestNo: channelNoOf(order, call) };
      return { ...call, answer: await channel.queryRefund(ref, CHANNEL_CALL) };
    }
  }
}

async function qrCodeOf(services: PaymentServices, order: Order, n: number): Promise<CodeRequest> {
  const { storeId, terminalId, operatorId } = order.request;
  const { expiresAt } = attemptOf(order, n);
  return {
    ...(await saleOf(services, order, n)),
    storeId,
    terminalId: terminalId ?? 'back-office',
    ...(operatorId !== undefined && { operatorId }),
    expiresAt,
  };
}

async function tillCodeOf(services: PaymentServices, order: Order, { n, tillCode }: CallOf<'payWithTillCode'>) {
  const attempt = attemptOf(order, n);
  const { storeId, terminalId, operatorId } = scannedBy(order, attempt);
  return {
    ...(await saleOf(services, order, n)),
    storeId,
    terminalId: terminalId ?? 'back-office',
    ...(operatorId !== null && { operatorId }),
    expiresAt: tradeEnd(attempt),
    tillCode,
  };
}

async function saleOf(services: PaymentServices, order: Order, n: number) {
  const { amount, subject } = order.request;
  const ref = await refOf(services, order, n);
  return { ...ref, amount, subject, notifyUrl: services.notifyUrls[order.account.channel] };
}

async function refundOf(services: PaymentServices, order: Order, refundNo: string): Promise<RefundRequest> {
  const refund = knownRefund(order, refundNo);
  return {
    ...(await refOf(services, order, refund.attempt)),
    requestNo: requestNo(order, refund),
    amount: { ...order.request.amount, value: refund.amount },
    ...(refund.reason !== undefined && { reason: refund.reason }),
    ...(refund.operatorId !== undefined && { operatorId: refund.operatorId }),
  };
}

function channelNoOf(order: Order, call: CallOf<'queryRefund'>): string {
  return call.why === 'reported' ? call.channelNo : requestNo(order, knownRefund(order, call.refundNo));
}

function attemptOf(order: Order, n: number): Attempt {
  const attempt = order.attempts.find((it) => it.n === n);
  if (!attempt) throw new Error(`${order.orderId} has no attempt ${n}`);
  return attempt;
}

function knownRefund(order: Order, refundNo: string): Refund {
  const refund = order.refunds.find((it) => it.refundNo === refundNo);
  if (!refund) throw new Error(`${order.orderId} has no refund ${refundNo}`);
  return refund;
}

/** The order's account, with the authorisation that its merchant gives today: kept for 30 s, so usually no read. */
async function accountOf(services: PaymentServices, { account, merchantId }: Order): Promise<Account> {
  return authorised(await services.directory.merchant(merchantId), account);
}

async function refOf(services: PaymentServices, order: Order, n: number): Promise<AttemptRef> {
  const tradeNo = order.payments.find(({ attempt }) => attempt === n)?.tradeNo;
  const ref = { account: await accountOf(services, order), attemptNo: attemptNo(order, n) };
  return tradeNo === undefined ? ref : { ...ref, tradeNo };
}

function markSynced(services: PaymentServices, order: Order): void {
  if (services.lastSynced.size >= 10_000) services.lastSynced.clear();
  services.lastSynced.set(order.orderId, services.now());
}

function noteAnswer(services: PaymentServices, order: Order, heard: Heard): void {
  const { answer } = heard;
  if (answer.kind === 'unknown') noteUnknown(services, order, heard.op, answer.why);
  const refusal = 'refusal' in answer ? answer.refusal : undefined;
  if (!refusal) return;
  const { orderId } = order;
  const why = { reason: refusal.reason, channelCode: refusal.subCode ?? refusal.code ?? '' };
  if (heard.op === 'createQrCode') services.log.warn('qr_code_refused', { orderId, ...why });
  if (answer.kind !== 'refused') return;
  if (heard.op === 'payWithTillCode') services.log.warn('till_code_refused', { orderId, ...why });
  // A cancel that is refused settles nothing; one that was only repeated is followed by a refund.
  const isCancel = heard.op === 'cancel' && heard.why !== 'paid';
  if (refusal.reason === 'no_cover' && (isCancel || heard.op === 'refund'))
    services.metrics.count('refundsWithoutCover');
  if (isCancel) noteUnknown(services, order, 'cancel', refusal.subCode ?? refusal.reason);
  if (heard.op !== 'refund') return;
  services.log.warn('refund_refused', { orderId, refundNo: heard.refundNo, ...why });
}

function noteUnknown(services: PaymentServices, order: Order, operation: Call['op'], why: string): void {
  services.metrics.count('channelUnknown');
  services.log.warn('channel_unknown', { orderId: order.orderId, channelOperation: operation, reason: why });
}
