/** I4, I12: what must hold of the lines of all statements at the end of a history. */
import type { LineView } from '../../functions/http/answers.ts';
import type { Order } from '../../functions/order/order.ts';
import { type Difference, keyOf } from '../../functions/statement/reconcile.ts';
import type { Reconciliation } from '../../functions/statement/reconciliations.ts';
import { chargedRows } from './bill.ts';
import { APP_ID, type ChannelModel, SELLER_ID } from './channel.ts';
import { must } from './must.ts';
import type { Stores } from './shop.ts';

export function checkLines(stores: Stores, channel: ChannelModel, orders: readonly Order[], zone: string): void {
  const lines = allLines(stores);
  for (const line of lines) checkDay(line, zone);
  checkEachOnce(stores, orders, lines);
  checkFees(stores, channel, orders, lines);
}

/** Every fact stands on one line, and every line is of a fact. */
function checkEachOnce(stores: Stores, orders: readonly Order[], lines: readonly LineView[]): void {
  const roots = rootsOf(stores);
  must(roots.length === new Set(roots.map(({ id }) => id)).size, 'I12', 'a day is sealed twice');
  const count = (orderId: string, type: string, key: string | null) =>
    lines.filter(
      (line) =>
        line.orderId === orderId &&
        line.type === type &&
        (type === 'payment' ? line.channelTradeNo === key : line.refundNo === key),
    ).length;
  for (const order of orders) {
    const succeeded = order.refunds.filter(({ result }) => result?.status === 'succeeded');
    const facts = order.payments.length + succeeded.length + (order.feeAdjustments?.length ?? 0);
    const its = lines.filter(({ orderId }) => orderId === order.orderId).length;
    must(its === facts, 'I4', `${order.orderId} has ${facts} facts and ${its} lines`);
    for (const { tradeNo } of order.payments) {
      const times = count(order.orderId, 'payment', tradeNo);
      must(times === 1, 'I4', `payment ${tradeNo} of ${order.orderId} stands on ${times} lines`);
    }
    for (const { refundNo } of succeeded) {
      const times = count(order.orderId, 'refund', refundNo);
      must(times === 1, 'I4', `refund ${refundNo} of ${order.orderId} stands on ${times} lines`);
    }
  }
  for (const line of lines) {
    must(line.net === line.received - line.fee, 'I12', `line ${line.lineNo} does not add up`);
    if (line.type === 'payment')
      must(line.fee === agreedFee(line.received), 'I12', `line ${line.lineNo} has another fee than was agreed`);
  }
}

/** 0.6 %, rounded half up. */
function agreedFee(received: number): number {
  return Math.floor((6 * received + 500) / 1_000);
}

/**
 * What lines say of a fee comes to what the channel's bill charged, wherever the two were compared and nothing else differs.
 * Of what is of another of our days (`borrowed`) only the money is compared.
 */
function checkFees(stores: Stores, channel: ChannelModel, orders: readonly Order[], lines: readonly LineView[]): void {
  const isSettled = ({ reason, resolution }: Difference) => reason === 'fee' && resolution === 'healed';
  for (const { billDay, differences, borrowed } of comparedDays(stores)) {
    const rows = chargedRows(channel.books, APP_ID, SELLER_ID, billDay);
    const unsettled = new Set(differences.filter((it) => !isSettled(it)).map(({ attemptNo }) => attemptNo));
    for (const row of rows) {
      const { attemptNo, requestNo, fee } = row;
      const order = orders.find(({ orderId }) => attemptNo.startsWith(orderId));
      if (!order || unsettled.has(attemptNo) || borrowed.includes(keyOf(row))) continue;
      const { orderId } = order;
      const refund = order.refunds.find(
        (it) => attemptNo === `${orderId}_${it.attempt}` && requestNo === (it.channelNo ?? `${orderId}_r${it.k}`),
      );
      if (requestNo !== null && !refund) continue;
      const { tradeNo } = order.payments.find(({ attempt }) => attemptNo === `${orderId}_${attempt}`) ?? {};
      const its = lines.filter(
        (line) =>
          line.orderId === orderId && line.channelTradeNo === tradeNo && line.refundNo === (refund?.refundNo ?? null),
      );
      const told = its.reduce((sum, line) => sum + line.fee, 0);
      must(told === fee, 'I3', `lines say a fee of ${told} for ${requestNo ?? attemptNo}, the channel charged ${fee}`);
    }
  }
}

export function comparedDays(stores: Stores): Reconciliation[] {
  const items = stores.statements.all() as unknown as Reconciliation[];
  return items.filter(({ state }) => state === 'compared');
}

/** I12: a line is of the day that a calendar on the merchant's wall shows, and late on any later statement. */
function checkDay({ businessDay, occurredAt, late, statementDay, orderId }: DatedLine, zone: string): void {
  const day = dayIn(zone, Date.parse(occurredAt));
  must(businessDay === day, 'I12', `a line of ${orderId} says ${businessDay}, and it was ${day}`);
  must(day <= statementDay, 'I12', `a line of ${orderId} is of ${day}, and stands on ${statementDay}`);
  must(late === day < statementDay, 'I12', `a line of ${orderId} is late on the wrong day`);
}

const calendars = new Map<string, Intl.DateTimeFormat>();

/** The judge's own calendar: Swedes write days like that. */
function dayIn(zone: string, at: number): string {
  const calendar = calendars.get(zone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone });
  calendars.set(zone, calendar);
  return calendar.format(at);
}

/** Chunks of a run that died before its root are not of any statement. */
function rootsOf(stores: Stores) {
  return stores.statements.all().filter((item) => Array.isArray(item.lineChunks));
}

export type DatedLine = LineView & { readonly statementDay: string };

export function allLines(stores: Stores): DatedLine[] {
  return rootsOf(stores).flatMap((root) =>
    (root.lineChunks as { hash: string }[]).flatMap(({ hash }) => {
      const lines = JSON.parse(String(stores.statements.get(`chk_${hash}`)?.text)) as LineView[];
      // What is the rule is left out: all was received, and at the sale's own till.
      return lines.map((line) => ({ ...line, received: line.received ?? line.gross, statementDay: String(root.day) }));
    }),
  );
}
