import { frozen } from '../channel/account.ts';
import { traitsOf } from '../channel/channels.ts';
import { holdsCardNumber } from '../contract/card-number.ts';
import { CARD_NUMBER } from '../contract/fields.ts';
import type { Parsed } from '../contract/operation.ts';
import { orderOperations } from '../contract/orders.ts';
import { Problem, type ProblemCode } from '../contract/problem.ts';
import { type Deadline, REPLAY_WINDOW } from '../deadlines.ts';
import type { Caller } from '../http/caller.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import type { Reply } from '../http/reply.ts';
import { orderIdOf } from '../ids.ts';
import { healthsOf } from '../merchant/channel-health.ts';
import { currenciesSold, limitsIn, type Merchant, offersOf, receivingAccounts } from '../merchant/merchant.ts';
import { OPEN_AGAIN, takeOpenOrder } from '../merchant/open-orders.ts';
import { type Candidate, earliestUntil, offering, type Route, type RouteAsk, routeOf } from '../merchant/route.ts';
import { equals, exceeds } from '../money.ts';
import { codeEnd, lacksCode, type Order, type OrderRequest, openAttempt, statusOf } from '../order/order.ts';
import { isOwed, orderView } from '../order/view.ts';
import { getCode, syncOnRead } from '../payment/advance.ts';
import { hasTimeForCall } from '../payment/channel-call.ts';
import { acquireTerminal } from '../payment/terminal-lock.ts';
import type { Services } from '../services.ts';
import { isSpeltAlike } from '../text.ts';
import { businessDay, type EpochMs, toInstant } from '../time.ts';
import { replaceOrder } from './replace-order.ts';

export { warmUp } from '../services.ts';

type Body = Parsed<typeof orderOperations.createOrder>['body'];

/**
 * Opens an order. Safe to repeat: the merchant's number is the key. The order and its first attempt are stored in one
 * write, before the channel hears of them.
 */
export const createOrder: Run<typeof orderOperations.createOrder> = async (services, { body, caller, deadline }) => {
  const now = services.now();
  const merchant = await services.directory.merchant(caller.merchantId);
  if (!merchant) throw new Error(`key ${caller.keyid} belongs to no merchant`);
  mustNotHoldCardNumber(merchant, body);
  const request = askOf(body, caller);
  const orderId = orderIdOf(merchant.id, request.merchantOrderNo);

  const ask = { currency: request.amount.currency, channel: body.channel };
  const route = await routeFor(services, merchant, ask, now);
  const refusal =
    tooFast(services, merchant, request) ??
    refusalOf(merchant, request, ask, route, now) ??
    (await tooManyOpen(services, merchant));
  const takesTurns = merchant.limits.oneOpenOrderPerTerminal === true;
  const { replaces } = request;
  if (refusal || takesTurns || replaces !== undefined) {
    // What is refused today may have been taken yesterday: a replay gets its answer, and is never routed anew.
    const known = await services.orders.get(orderId);
    if (known) return replay(services, known, request, body, deadline);
    if (refusal) throw refusal;
    if (replaces !== undefined)
      await replaceOrder(services, { orderId, merchantId: merchant.id, request, replaces }, deadline);
    if (takesTurns) await acquireTerminal(services, orderId, request, deadline);
  }
  const { order, isNew } = await services.orders.create({
    merchantId: merchant.id,
    request,
    account: frozen(accountOf(route), request.amount.currency),
    latePayment: merchant.latePayment,
    day: businessDay(now, merchant.zone),
    createdAt: now,
    attempts: body.qrCode ? [{ n: 1, kind: 'qr_code', expiresAt: codeEnd({ request }, now) }] : [],
  });
  if (!isNew) return replay(services, order, request, body, deadline);
  const attempt = openAttempt(order);
  // Closing the order before may have taken long; the code is then asked for by the terminal's next poll.
  const collected =
    attempt && hasTimeForCall(services, deadline) ? await getCode(services, order, attempt.n, deadline) : order;
  return {
    status: isOwed(collected) ? 202 : 201,
    body: orderView(collected, services.now(), { svg: body.svg, isLive: true }),
  };
};

export const handler = endpoint(orderOperations.createOrder, createOrder);

/** A reference, as all other texts, unless the merchant's own system makes numbers that look like a card's. */
function mustNotHoldCardNumber({ referenceMayLookLikeCard }: Merchant, { reference }: Body): void {
  if (referenceMayLookLikeCard || reference === undefined || !holdsCardNumber(reference)) return;
  const errors = [{ pointer: '/reference', detail: CARD_NUMBER }];
  throw new Problem('malformed', { detail: `/reference: ${CARD_NUMBER}`, errors });
}

function askOf(body: Body, caller: Caller): OrderRequest {
  const { merchantOrderNo, amount, subject, reference, operatorId, expiresInSeconds, replaces } = body;
  if (caller.storeId !== undefined && body.storeId !== undefined && body.storeId !== caller.storeId)
    throw new Problem('other_store', { detail: `This terminal belongs to the store ${caller.storeId}.` });
  return {
    merchantOrderNo,
    amount,
    subject,
    ...(reference !== undefined && { reference }),
    storeId: caller.storeId ?? body.storeId ?? 'main',
    ...(operatorId !== undefined && { operatorId }),
    expiresInSeconds,
    ...(caller.terminalId !== undefined && { terminalId: caller.terminalId }),
    ...(replaces !== undefined && { replaces }),
  };
}

/** The route of a new order, by what is known of the health of the channels that could take it. */
async function routeFor(services: Services, merchant: Merchant, ask: RouteAsk, now: EpochMs): Promise<Route> {
  const channels = offering(merchant, ask, now).map(({ channel }) => channel);
  return routeOf(merchant, ask, await healthsOf(services.functionState, merchant.id, channels), now);
}

/** Why this merchant cannot take this order now, if so. */
function refusalOf(
  merchant: Merchant,
  request: OrderRequest,
  ask: RouteAsk,
  route: Route,
  now: EpochMs,
): Problem | undefined {
  if (route.kind === 'not_offered') return notOffered(merchant, ask, now);
  const { account } = route.kind === 'taken' ? route : route.candidates[0];
  const { amount } = request;
  const { largestOrder = Number.POSITIVE_INFINITY } = limitsIn(merchant, amount.currency);
  const { largest = largestOrder } = traitsOf(account.channel).currencies[amount.currency] ?? {};
  const limit = { currency: amount.currency, value: Math.min(largestOrder, largest) };
  if (exceeds(amount, limit))
    return new Problem('amount_over_limit', {
      detail: `An order has ${limit.value} minor units at the most.`,
      limit,
    });
  const { longestExpirySeconds = Number.POSITIVE_INFINITY } = merchant.limits;
  if (request.expiresInSeconds > longestExpirySeconds)
    return new Problem('expiry_over_limit', {
      detail: `A code of this merchant lives for ${longestExpirySeconds} seconds at the most: send expiresInSeconds.`,
      limit: { expiresInSeconds: longestExpirySeconds },
    });
  return route.kind === 'none_open' ? noneOpen(route.candidates) : undefined;
}

function notOffered(merchant: Merchant, { channel }: RouteAsk, now: EpochMs): Problem {
  const accounts = receivingAccounts(merchant);
  if (accounts.length === 0) return noAccount();
  const channels = accounts.map((account) => account.channel);
  if (channel !== undefined && !channels.includes(channel))
    return new Problem('no_account', {
      detail: `This merchant has no account at ${channel}; it has one at ${channels.join(', ')}.`,
    });
  const offered = offersOf(merchant, now);
  const currencies =
    channel === undefined
      ? currenciesSold(merchant, now)
      : offered.flatMap((offer) => (offer.channel === channel ? offer.currencies : []));
  const by = channel === undefined ? '' : ` at ${channel}`;
  return new Problem('different_currency', {
    detail: `This merchant sells in ${currencies.join(', ') || 'no currency yet'}${by}.`,
    offered,
  });
}

function noneOpen(candidates: readonly [Candidate, ...Candidate[]]): Problem {
  const channels = candidates.map(({ account, state: { state, until, reason } }) => ({
    channel: account.channel,
    state,
    until: until === undefined ? null : toInstant(until),
    reason: reason ?? null,
  }));
  const until = earliestUntil(candidates);
  return new Problem('channel_closed', {
    executed: false,
    until: until === undefined ? null : toInstant(until),
    reason: candidates[0].state.reason ?? null,
    channels,
  });
}

/** Why this order comes too soon, if so. Of this instance, and so approximate: the API's own throttling stands before it. */
function tooFast(services: Services, { id, limits }: Merchant, { terminalId }: OrderRequest): Problem | undefined {
  const { ordersPerSecond, ordersPerSecondPerTerminal } = limits;
  // The terminal's own first: what that refuses takes nothing of the merchant's, which other terminals share.
  const buckets = [
    { of: 'terminal', key: terminalId, perSecond: ordersPerSecondPerTerminal },
    { of: 'merchant', key: id, perSecond: ordersPerSecond },
  ];
  for (const { of, key, perSecond } of buckets) {
    if (key === undefined || perSecond === undefined) continue;
    const waitMs = services.tokenBuckets.take(key, perSecond, services.now());
    if (waitMs > 0)
      return new Problem('too_many_requests', {
        detail: `This ${of} opens ${perSecond} orders per second at the most.`,
        executed: false,
        limit: { ordersPerSecond: perSecond, of },
        headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) },
      });
  }
  return undefined;
}

/** Why this order is one too many, if so: what is open wants the sweep's time and the channel's, which others want, too. */
async function tooManyOpen(services: Services, merchant: Merchant): Promise<Problem | undefined> {
  if (await takeOpenOrder(services.functionState, merchant, services.now())) return undefined;
  const { openOrders } = merchant.limits;
  return new Problem('too_many_requests', {
    detail: `This merchant has ${openOrders} orders open at once at the most.`,
    executed: false,
    limit: { openOrders },
    headers: { 'retry-after': String(OPEN_AGAIN / 1000) },
  });
}

function accountOf(route: Route) {
  if (route.kind !== 'taken') throw new Error(`an order without a channel was not refused: ${route.kind}`);
  return route.account;
}

function noAccount(): Problem {
  return new Problem('no_account', {
    detail:
      "Money goes straight to the merchant's own account at its licensed acquirer, and none is connected yet: ask the operator.",
  });
}

async function replay(
  services: Services,
  order: Order,
  request: OrderRequest,
  body: Body,
  deadline: Deadline,
): Promise<Reply> {
  const { orderId } = order;
  const difference = firstDiscrepancy(order.request, request) ?? routedElsewhere(order, request, body);
  if (difference) throw new Problem(`order_exists_with_different_${difference}` satisfies ProblemCode, { orderId });
  const final = order.payments.length > 0 || order.closed !== undefined;
  if (final && services.now() > order.createdAt + REPLAY_WINDOW)
    throw new Problem('order_number_already_used', {
      detail: 'A new sale needs a new merchantOrderNo. Look the earlier one up before handing anything over.',
      orderId,
      createdAt: toInstant(order.createdAt),
      orderStatus: statusOf(order),
    });
  const current = await collected(services, order, body, deadline);
  return {
    status: isOwed(current) ? 202 : 200,
    body: orderView(current, services.now(), { svg: body.svg, isLive: true }),
    headers: { 'idempotency-replayed': 'true' },
  };
}

/** The order with the code that was requested: a repeat of the request goes on with its work. */
async function collected(services: Services, order: Order, body: Body, deadline: Deadline): Promise<Order> {
  const fresh = body.qrCode && order.attempts.length === 0 && !order.closeRequested;
  const asked = fresh
    ? (await services.orders.apply(order, { type: 'attempt_requested', n: 1, kind: 'qr_code' }, services.now())).order
    : order;
  return lacksCode(asked) ? getMissingCode(services, asked, deadline) : syncOnRead(services, asked, deadline);
}

async function getMissingCode(services: Services, order: Order, deadline: Deadline): Promise<Order> {
  const attempt = openAttempt(order);
  return attempt && attempt.expiresAt > services.now() ? getCode(services, order, attempt.n, deadline) : order;
}

const COMPARED = ['amount', 'subject', 'reference', 'storeId', 'operatorId', 'expiresInSeconds', 'terminalId'] as const;

function firstDiscrepancy(stored: OrderRequest, asked: OrderRequest): (typeof COMPARED)[number] | undefined {
  return COMPARED.find((field) => {
    if (field === 'amount') return !equals(stored.amount, asked.amount);
    const [before, now] = [stored[field], asked[field]];
    return typeof before === 'string' && typeof now === 'string' ? !isSpeltAlike(before, now) : before !== now;
  });
}

/** What a repeat may leave out, and then means as it is stored. */
function routedElsewhere(order: Order, { replaces }: OrderRequest, { channel }: Body) {
  if (channel !== undefined && channel !== order.account.channel) return 'channel';
  return replaces !== undefined && replaces !== order.request.replaces ? 'replaces' : undefined;
}
