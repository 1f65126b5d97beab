import { orderOperations } from '../contract/orders.ts';
import { Problem } from '../contract/problem.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import { lacksCode, lastAttempt, openAttempt } from '../order/order.ts';
import { isOwed, orderView } from '../order/view.ts';
import { getCode, syncOnRead } from '../payment/advance.ts';
import { ownOrder } from './own-order.ts';

export { warmUp } from '../services.ts';

/** Starts attempt n by a QR code. An attempt that exists answers the order as it is: a replay never starts anything. */
export const createQrCode: Run<typeof orderOperations.createQrCode> = async (
  services,
  { params, body, caller, deadline },
) => {
  const stored = await ownOrder(services, caller, params.orderId);
  // Only an ended attempt makes room for the next one, and the channel may know by now that it is ended, or paid.
  const isNext = body.attempt === (lastAttempt(stored)?.n ?? 0) + 1;
  const seen = isNext && openAttempt(stored) ? await syncOnRead(services, stored, deadline) : stored;
  const verdict = await services.orders.apply(
    seen,
    { type: 'attempt_requested', n: body.attempt, kind: 'qr_code' },
    services.now(),
  );
  if (verdict.kind === 'refused') {
    if (
      verdict.reason === 'attempt_out_of_order' ||
      verdict.reason === 'order_not_open' ||
      verdict.reason === 'too_many_attempts'
    )
      throw new Problem(verdict.reason, { orderId: stored.orderId });
    throw new Error(`an attempt is refused as ${verdict.reason}`);
  }
  const attempt = openAttempt(verdict.order);
  const isMissing = attempt && lacksCode(verdict.order) && attempt.expiresAt > services.now();
  const order = isMissing ? await getCode(services, verdict.order, attempt.n, deadline) : verdict.order;
  return { status: isOwed(order) ? 202 : 200, body: orderView(order, services.now(), { svg: body.svg, isLive: true }) };
};

export const handler = endpoint(orderOperations.createQrCode, createQrCode);
