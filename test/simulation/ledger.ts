/**
 * What the channel's books hold for the merchant beside what all statements say: I3, trade by trade. And F14: what is
 * different in the end is only what nothing can mend.
 */
import type { BillLine } from '../../functions/channel/channel.ts';
import type { Order } from '../../functions/order/order.ts';
import type { Difference } from '../../functions/statement/reconcile.ts';
import type { Reconciliation } from '../../functions/statement/reconciliations.ts';
import { chargedRows } from './bill.ts';
import { APP_ID, type ChannelModel, FIRST_TOKEN, SELLER_ID } from './channel.ts';
import { allLines, comparedDays } from './lines.ts';
import { must } from './must.ts';
import type { Stores } from './shop.ts';

const ACCOUNT = { channel: 'alipay', appId: APP_ID, sellerId: SELLER_ID, appAuthToken: FIRST_TOKEN } as const;
const CHINA = 8 * 3_600_000;

export function checkBooks(stores: Stores, channel: ChannelModel, orders: readonly Order[]): void {
  const days = comparedDays(stores);
  const isBroken = (attemptNo: string) => [...channel.poisoned].some((orderId) => attemptNo.startsWith(orderId));
  const open = days.flatMap((day) => day.differences.filter(({ resolution }) => resolution === 'open'));
  for (const it of open) if (!isBroken(it.attemptNo)) checkOpen(channel, orders, it);
  if (channel.poisoned.size === 0) for (const day of days) checkForeign(channel, day);
  const rows = Map.groupBy(rowsOfBooks(channel), ({ tradeNo }) => tradeNo);
  const lines = Map.groupBy(allLines(stores), ({ channelTradeNo }) => channelTradeNo);
  for (const tradeNo of lines.keys()) must(rows.has(tradeNo), 'I3', `lines of trade ${tradeNo}, which has no money`);
  const all = { held: 0, told: 0 };
  for (const [tradeNo, its] of rows) {
    const attemptNo = its[0]?.attemptNo ?? '';
    if (isBroken(attemptNo)) continue;
    const told = lines.get(tradeNo) ?? [];
    const received = sum(told.map((line) => line.received));
    const holds = sum(its.map((row) => row.received));
    must(received === holds, 'I3', `lines of ${attemptNo} say that ${received} were received, and ${holds} were`);
    if (open.some((it) => it.attemptNo === attemptNo)) continue;
    const net = sum(told.map((line) => line.net));
    const held = holds - sum(its.map((row) => row.fee));
    must(net === held, 'I3', `lines of ${attemptNo} come to ${net}, and the channel's books hold ${held}`);
    all.held += held;
    all.told += net;
  }
  must(all.held === all.told, 'I3', `the books hold ${all.held} for the merchant, statements say ${all.told}`);
}

/** Every movement that the books have, on whichever day. */
function rowsOfBooks({ books }: ChannelModel): BillLine[] {
  const moments = [...books.trades.values()].flatMap(({ paidAt, refunds }) =>
    paidAt === null ? [] : [paidAt, ...refunds.map(({ at }) => at)],
  );
  const days = new Set(moments.map((at) => new Date(at + CHINA).toISOString().slice(0, 10)));
  return [...days].flatMap((day) => chargedRows(books, APP_ID, SELLER_ID, day));
}

/** F14: of what books and orders agree on, nothing is open but a row that cannot be read, and what has no line of its own. */
function checkOpen(channel: ChannelModel, orders: readonly Order[], it: Difference): void {
  const { reason, attemptNo, requestNo, type, orderId } = it;
  const what = `${reason} of ${requestNo ?? attemptNo}`;
  if (reason === 'unread') {
    const trade = channel.find(attemptNo);
    const numbers = [null, ...(trade?.refunds ?? []).map(({ outRequestNo }) => outRequestNo)];
    const isGarbled = numbers.some((number) => channel.papers.wasGarbled(attemptNo, number));
    must(isGarbled, 'F14', `${attemptNo} is called unread, and its rows can be read`);
    return;
  }
  const order = orders.find((one) => one.orderId === orderId);
  const n = Number(/_(\d+)$/.exec(attemptNo)?.[1]);
  const its = order?.refunds.filter(({ attempt }) => attempt === n) ?? [];
  // A refund that was told as one is several at the channel, each rounded alone.
  const isInParts = type === 'refund' && its.some(({ named }) => named !== undefined);
  const isRounded = type === 'refund' && its.length > 1;
  must(
    (reason === 'fee' && isInParts) || (reason === 'received' && (isInParts || isRounded)),
    'F14',
    `${what} is open in the end: ${JSON.stringify(it)}`,
  );
}

/** Other systems' rows are counted as theirs, readable or not. */
function checkForeign({ books, papers }: ChannelModel, { billDay, foreign }: Reconciliation): void {
  const theirs = papers.foreignOn(books, ACCOUNT, billDay);
  must(foreign === theirs, 'F14', `${theirs} rows of ${billDay} are of other systems, and ${foreign} are counted`);
}

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
