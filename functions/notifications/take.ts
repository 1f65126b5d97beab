import { mismatchOf } from '../channel/account.ts';
import type { News, SentMessage } from '../channel/channel.ts';
import { channelEntry } from '../channel/channels.ts';
import type { ChannelId } from '../channel/registry.ts';
import type { NotificationName } from '../contract/notifications.ts';
import { Problem } from '../contract/problem.ts';
import { type Deadline, INVOCATION } from '../deadlines.ts';
import { faults } from '../http/middleware/faults.ts';
import { observability } from '../http/middleware/observability.ts';
import { rawBody } from '../http/middleware/raw-body.ts';
import { type HttpMiddleware, type HttpResult, httpFunction } from '../http/middleware/request-context.ts';
import { bounded } from '../invocation.ts';
import type { Told } from '../order/channel-facts.ts';
import type { Order } from '../order/order.ts';
import { queryTrade, record, recordTold } from '../payment/advance.ts';
import { hasTimeForCall } from '../payment/channel-call.ts';
import { recordAnomaly } from '../payment/record.ts';
import type { Services } from '../services.ts';

/**
 * Takes one message of `channel` and answers what the channel reads. Its thanks are said only after what the message proves is
 * stored, as a fact or as open work, or after a read that shows that it was; any other answer makes the channel send it again.
 */
export async function takeNotification(
  services: Services,
  channel: ChannelId,
  message: SentMessage,
  deadline: Deadline,
): Promise<string> {
  const { thanks, again } = channelEntry(channel).notification;
  const news = await services.channels[channel].readNotification(message);
  if (news.kind === 'forged') {
    services.metrics.count('forgedNotifications');
    services.log.warn('notification_forged', { reason: news.why });
    return again;
  }
  if (news.kind === 'not_ours') {
    services.log.info('notification_not_ours', { reason: news.why });
    return thanks;
  }
  const found = await orderOf(services, news);
  if (!found) {
    // Perhaps the order is not visible yet, perhaps it is another system's: let it come again, and let it be seen.
    services.metrics.count('unknownNotifications');
    services.log.error('notification_unknown', { attemptNo: shapeOf(news.attemptNo) });
    return again;
  }
  const { order, n } = found;
  const key = news.notificationId;
  const mismatch = mismatchOf(news.account, order.account);
  if (mismatch) {
    await recordAnomaly(services, order, { type: 'anomaly', n, reason: mismatch, key, facts: news.paid ?? {} });
    return thanks;
  }
  const told = news.incomplete ? await lookUp(services, order, n, news, deadline) : order;
  if (!told) return again;
  await learn(services, told, n, news, key, deadline);
  return thanks;
}

/** What a message proves and does not tell is asked for; without a definite answer it must come again. */
async function lookUp(
  services: Services,
  order: Order,
  n: number,
  news: News,
  deadline: Deadline,
): Promise<Order | undefined> {
  if (order.payments.some((payment) => payment.attempt === n)) return order;
  if (!hasTimeForCall(services, deadline)) return undefined;
  const query = { op: 'query', n, why: 'message', told: toldBy(news) } as const;
  const asked = await queryTrade(services, order, query, deadline);
  return asked.answer === 'paid' ? asked.order : undefined;
}

/** A number that is not known here, for the log: characters that no number has are not repeated. */
function shapeOf(number: string): string {
  return number.replace(/[^A-Za-z0-9_-]/g, '?');
}

/** What the message says of money that has gone back. */
function toldBy({ refund }: News): Told | undefined {
  return refund && { channelNo: refund.requestNo, returned: refund.returned?.value };
}

async function learn(
  services: Services,
  seen: Order,
  n: number,
  news: News,
  key: string,
  deadline: Deadline,
): Promise<void> {
  const isKnown = seen.payments.some(({ attempt }) => attempt === n);
  const told = toldBy(news);
  // Of a payment that is known, the channel is asked first: what it answers need not be kept as open work.
  const paid = { type: 'paid', n, source: 'notification', told: isKnown ? undefined : told } as const;
  const order = news.paid
    ? await record(services, seen, { store: [{ ...paid, news: news.paid }], key }, deadline)
    : seen;
  if (news.closedUnpaid)
    await services.orders.apply(order, { type: 'attempt_ended', n, why: 'closed' }, services.now());
  const isOfIt = order.payments.some(
    ({ attempt, tradeNo }) => attempt === n && tradeNo === (news.paid?.tradeNo ?? tradeNo),
  );
  if (told && isOfIt) await recordTold(services, order, { n, told }, deadline);
}

async function orderOf(services: Services, { attemptNo }: News): Promise<{ order: Order; n: number } | undefined> {
  const [, orderId, n] = /^(ord_[a-z2-7]{26})_([1-9][0-9]?)$/.exec(attemptNo) ?? [];
  const order = orderId === undefined ? undefined : await services.orders.get(orderId);
  return order?.attempts.some((attempt) => attempt.n === Number(n)) ? { order, n: Number(n) } : undefined;
}

/** All that the channel reads of an answer. */
const answered = (channel: ChannelId, statusCode: number, word: string): HttpResult => ({
  statusCode,
  headers: { 'content-type': channelEntry(channel).notification.contentType },
  body: word,
});

/** What is not stored for a reason of ours must come again. */
const failed = (channel: ChannelId): HttpMiddleware => ({
  onError(request) {
    if (!request.context.services) return;
    const { again } = channelEntry(channel).notification;
    request.response = answered(channel, request.error instanceof Problem ? request.error.status : 500, again);
  },
});

/** The door for the messages of `channel`. */
export function notificationHandler(channel: ChannelId) {
  const { thanks } = channelEntry(channel).notification;
  const handler = httpFunction()
    .use(observability(`${channel}Notification` satisfies NotificationName))
    .use(failed(channel))
    .use(faults())
    .use(rawBody())
    .handler(async ({ headers }, { services, startedAt, body = Buffer.alloc(0) }) => {
      // What a gateway before us makes of the path is not what the channel was given, and has signed.
      const path = new URL(services.notifyUrls[channel]).pathname;
      const word = await takeNotification(
        services,
        channel,
        { body, headers, path },
        { endsAt: startedAt + INVOCATION },
      );
      return answered(channel, word === thanks ? 200 : 400, word);
    });
  return bounded(handler, INVOCATION);
}
