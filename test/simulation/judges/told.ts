/** What the channel has told us of refunds, and what terminals may be told from then on. */
import type { Trade } from '../../../bin/local/alipay-simulator/books.ts';
import type { ChannelModel } from '../world/channel.ts';
import type { Invocation } from '../world/io.ts';
import type { News, ReportRow } from '../world/port.ts';
import type { Stores } from '../world/shop.ts';
import type { OrderPage } from '../world/wire.ts';
import type { OrderClaim, RefundClaim } from './claims.ts';
import { must } from './violation.ts';

type Refunded = { readonly attemptNo: string; readonly returned: number };

export class Told {
  private readonly channel: ChannelModel;
  private readonly thanks: (Refunded & { readonly at: number })[] = [];

  constructor(channel: ChannelModel) {
    this.channel = channel;
  }

  /** A message was thanked for. One whose amount or trade is another's is kept for a person, and tells nothing. */
  thanked({ attemptNo, paid, refund }: News): void {
    const trade = this.channel.find(attemptNo);
    if (!refund || !trade || !fits(trade, paid)) return;
    this.thanks.push({ attemptNo, returned: refund.returned?.value ?? 0, at: this.channel.now });
  }

  /** I20: no goods for money that the channel has told us is gone, and no more refundable than is left of it. */
  check(view: OrderPage, { beganAt, told }: Invocation): void {
    const { orderId, payment, nextAction, refundable } = view;
    if (!payment) return;
    const known: Refunded[] = [...this.thanks.filter(({ at }) => at < beganAt), ...told];
    const its = known.filter(({ attemptNo }) => attemptNo.startsWith(orderId));
    if (its.length === 0) return;
    must(nextAction !== 'hand_over_goods', 'I20', `goods of ${orderId} are handed over, and a refund of it was told`);
    for (const { attemptNo, returned } of its) {
      const trade = this.channel.find(attemptNo);
      if (trade?.tradeNo !== payment.tradeNo) continue;
      const left = trade.amount - returned;
      must(refundable.value <= left, 'I20', `${refundable.value} of ${attemptNo} are refundable, and ${left} are left`);
    }
  }
}

function fits(trade: Trade, paid: News['paid']): boolean {
  return !paid || (paid.tradeNo === trade.tradeNo && paid.amount.value === trade.amount);
}

const numberOf = ({ orderId }: OrderClaim, { channelNo, k }: RefundClaim) => channelNo ?? `${orderId}_r${k}`;

/** I6: who thanks for the news of a refund has stored it, as a fact or as open work, and so much as it says is gone. */
export function checkRefundThanks(order: OrderClaim | undefined, channel: ChannelModel, news: News): void {
  const { attemptNo, paid, refund } = news;
  const trade = channel.find(attemptNo);
  if (!refund || !trade || !fits(trade, paid)) return;
  const n = Number(/_(\d+)$/.exec(attemptNo)?.[1]);
  const its = (order?.refunds ?? []).filter((it) => it.attempt === n && it.result?.status !== 'failed');
  const report = order?.reportedRefunds?.find(({ attempt }) => attempt === n);
  const numbers = report?.numbers ?? [];
  const gone = its.reduce((total, { amount }) => total + amount, 0);
  const isNamed = (it: RefundClaim) =>
    (order && numberOf(order, it) === refund.requestNo) ||
    it.named?.some(({ channelNo }) => channelNo === refund.requestNo);
  const isKept = its.some(isNamed) || numbers.some(({ channelNo }) => channelNo === refund.requestNo);
  must(
    isKept || gone >= trade.amount || refund.requestNo === undefined,
    'I6',
    `refund ${refund.requestNo} of ${attemptNo} was thanked for and is not kept`,
  );
  const isWhole = report && report.amount === undefined && numbers.some(({ amount }) => amount === undefined);
  const told = gone + (report?.amount ?? 0);
  const returned = refund.returned?.value ?? 0;
  must(isWhole === true || told >= returned, 'I6', `${returned} of ${attemptNo} were told, and ${told} are kept`);
}

/** I6: a refund is stored as carried out together with all that its answer has told of the trade. */
export function checkToldKept(before: OrderClaim | undefined, order: OrderClaim, told: Invocation['told']): void {
  for (const { attemptNo, returned } of told) {
    const n = Number(/_(\d+)$/.exec(attemptNo)?.[1]);
    const its = order.refunds.filter(({ attempt }) => attempt === n && attemptNo === `${order.orderId}_${attempt}`);
    const isNews = its.some(({ refundNo, result }) => {
      const was = before?.refunds.find((it) => it.refundNo === refundNo);
      return result?.status === 'succeeded' && was?.result === undefined;
    });
    if (!isNews) continue;
    const report = order.reportedRefunds?.find(({ attempt }) => attempt === n);
    const isUnknown = report !== undefined && report.amount === undefined;
    const counted = its.filter(({ result }) => result?.status !== 'failed');
    const kept = counted.reduce((sum, { amount }) => sum + amount, report?.amount ?? 0);
    must(isUnknown || kept >= returned, 'I6', `${returned} of ${attemptNo} were told, and ${kept} are kept`);
  }
}

/** Whether an order has the fact of a row of the bill. */
export function knownBy(stores: Stores): (row: ReportRow) => boolean {
  return ({ attemptNo, requestNo }) => {
    const [orderId = '', n] = attemptNo.split(/_(?=\d+$)/);
    const order = stores.orders.get(orderId) as unknown as OrderClaim | undefined;
    if (requestNo === null) return order?.payments.some(({ attempt }) => attempt === Number(n)) ?? false;
    const its = order?.refunds.filter(({ result }) => result?.status === 'succeeded') ?? [];
    return order !== undefined && its.some((it) => it.attempt === Number(n) && numberOf(order, it) === requestNo);
  };
}
