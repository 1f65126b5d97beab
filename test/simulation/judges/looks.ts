/**
 * What those who look on ask for, each by chance, and what they must be told: orders as they were stored, lists of all there is,
 * totals by the judge's own books, and refusals of what nobody may ask for.
 */
import { APP_ID, type ChannelModel } from '../world/channel.ts';
import { type By, MERCHANT_ID, operatorOf, PLACES, TILLS, type Till } from '../world/tills.ts';
import type { Replied } from '../world/wire.ts';
import type { Chance } from '../world/world.ts';
import { dayIn } from './calendar.ts';
import type { ShiftPage } from './pages.ts';
import { type Replies, type Told, wordlessRefund } from './replies.ts';
import { checkTotals, type TotalsQuery } from './totals.ts';
import { refundViewOf } from './views.ts';
import { must, mustBe } from './violation.ts';
import type { Sale, Witness } from './witness.ts';

export type Found = { readonly kind: 'found'; readonly attemptNo: string } | { readonly kind: 'absent' } | Silent;
type Silent = { readonly kind: 'unknown'; readonly why: string };

/** `by` reads, or asks for what must be refused as `refusal`. */
export type Look = { readonly by: By; readonly refusal?: string } & (
  | { readonly of: 'order'; readonly orderId: string; readonly isLive: boolean }
  | { readonly of: 'refund'; readonly orderId: string; readonly refundNo: string }
  | { readonly of: 'number'; readonly merchantOrderNo: string }
  /** `channel`: what the channel says when it is asked whose the trade is. */
  | { readonly of: 'trade'; readonly tradeNo: string; readonly channel: Found }
  | {
      readonly of: 'day';
      readonly query: { readonly day: string; readonly storeId: string; readonly terminal?: 'self' };
    }
  | { readonly of: 'totals'; readonly query: TotalsQuery }
  | { readonly of: 'shifts'; readonly query: { readonly terminal?: string } }
  | { readonly of: 'sale' | 'closing'; readonly body: object }
);

export type Looked = Replied | { readonly code: string };

export interface Ground {
  readonly channel: ChannelModel;
  readonly witness: Witness;
  readonly replies: Replies;
  readonly closings: ReadonlyMap<string, ShiftPage>;
  /** Whether all indexes have heard of all writes. */
  isCurrent(): boolean;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Something to look at; nothing, where there is nothing of that kind. */
export function lookFor(ground: Ground, chance: Chance): Look | undefined {
  const { channel, witness, closings } = ground;
  const { now, contract } = channel;
  const sales = [...witness.sales.values()];
  const sale = sales.length > 0 ? chance.pick(sales) : undefined;
  const till = chance.pick(TILLS);
  const by = chance.pick([...TILLS, 'office'] as const);
  // Before there is any, there is little to see.
  if (!sale && !chance.hit(0.1)) return undefined;
  const kind = sale ? chance.int(0, 15) : 15;
  if (kind <= 3 && sale) return { by, of: 'order', orderId: sale.orderId, isLive: chance.hit(0.5) };
  if (kind <= 5 && sale && sale.refunds.size > 0)
    return { by, of: 'refund', orderId: sale.orderId, refundNo: chance.pick([...sale.refunds.keys()]) };
  if (kind === 6 && sale) return { by, of: 'number', merchantOrderNo: sale.asked.merchantOrderNo };
  if (kind === 7 && sale) return tradeOf(ground, chance, by, sale);
  if (kind === 8) return refusedTotals(by, now);
  if (kind === 13 && by !== 'office' && chance.hit(0.3))
    return { by, of: 'totals', query: { terminal: 'self', shift: 'open' } };
  if (kind === 9) return refusedSale(till, chance);
  if (kind === 10) return refusedClosing(till, chance, closings);
  if (kind === 11) return shiftsOf(by, till, chance.int(0, 3));
  if (!ground.isCurrent()) return undefined;
  if (kind === 12) {
    const { storeId } = PLACES[till];
    const terminal = chance.hit(0.5) ? ({ terminal: 'self' } as const) : {};
    return { by: till, of: 'day', query: { day: dayIn(contract.zone, now), storeId, ...terminal } };
  }
  const since = chance.hit(0.5) ? {} : { since: now - chance.int(0, 3 * HOUR) };
  const operatorId = chance.hit(0.2) ? { operatorId: operatorOf(chance.pick(TILLS)) } : {};
  const whose =
    by === 'office' ? (chance.hit(0.6) ? { storeId: PLACES[till].storeId } : {}) : { terminal: 'self' as const };
  return { by, of: 'totals', query: { ...since, ...operatorId, ...whose } };
}

/** Whose a trade is. The channel says so, or has forgotten it, or is silent. */
function tradeOf({ channel }: Ground, chance: Chance, by: By, sale: Sale): Look | undefined {
  const [attempt] = sale.payments.keys();
  const trade = channel.books.trades.get(`${APP_ID}/${sale.orderId}_${attempt}`);
  if (!trade?.tradeNo) return undefined;
  const found = { kind: 'found', attemptNo: trade.outTradeNo } as const;
  const silent = { kind: 'unknown', why: 'silence' } as const;
  return {
    by,
    of: 'trade',
    tradeNo: trade.tradeNo,
    channel: chance.pick([found, { kind: 'absent' } as const, silent]),
  };
}

function refusedTotals(by: By, now: number): Look {
  const whose = by === 'office' ? {} : ({ terminal: 'self' } as const);
  const since = now % 2 === 0 ? now + 1 : now - 7 * DAY - 1;
  if (now % 5 === 0) return { by, of: 'totals', query: { since: now, shift: 'open', ...whose }, refusal: 'malformed' };
  return { by, of: 'totals', query: { since, ...whose }, refusal: 'malformed' };
}

/** At another store's till, or with a card's number in it. */
function refusedSale(till: Till, chance: Chance): Look {
  const { storeId } = PLACES[till];
  const sale = {
    ...{ merchantOrderNo: 'nowhere', amount: { currency: 'CNY', value: 1 }, subject: 'tea' },
    ...{ operatorId: operatorOf(till), expiresInSeconds: 90, qrCode: false, svg: false },
  };
  if (chance.hit(0.3))
    return { by: till, of: 'sale', body: { ...sale, reference: 'card 4111111111111111' }, refusal: 'malformed' };
  return { by: till, of: 'sale', body: { ...sale, storeId: `not ${storeId}` }, refusal: 'other_store' };
}

/** Of a shift that is closed, by a cashier who did not close it; or by an office, which has none. */
function refusedClosing(till: Till, chance: Chance, closings: ReadonlyMap<string, ShiftPage>): Look | undefined {
  const body = { shiftNo: 'another', operatorId: 'cashier nobody' };
  if (chance.hit(0.1)) return { by: 'office', of: 'closing', body, refusal: 'malformed' };
  const its = [...closings.values()].filter(({ terminalId }) => terminalId === PLACES[till].terminalId);
  if (its.length === 0) return undefined;
  const { shiftNo } = chance.pick(its);
  return { by: till, of: 'closing', body: { ...body, shiftNo }, refusal: 'shift_exists_with_different_operatorId' };
}

function shiftsOf(by: By, till: Till, kind: number): Look {
  const { terminalId } = PLACES[till];
  const shifts = (terminal: string | undefined, refusal?: string): Look => ({
    ...{ by, of: 'shifts', query: terminal === undefined ? {} : { terminal } },
    ...(refusal !== undefined && { refusal }),
  });
  if (by === 'office') return kind === 0 ? shifts(undefined, 'malformed') : shifts(terminalId);
  return [shifts(undefined), shifts('self'), shifts(terminalId, 'malformed'), shifts(MERCHANT_ID, 'malformed')][
    kind
  ] as Look;
}

export function checkLook(ground: Ground, look: Look, looked: Looked): void {
  const what = `${look.by} looks at ${look.of}`;
  const code = 'code' in looked ? looked.code : undefined;
  if (look.of === 'trade' && code === 'channel_silent') {
    checkTrade(ground, look, undefined, what);
    return;
  }
  must(
    code === look.refusal,
    'I23',
    `${what} ${'query' in look ? JSON.stringify(look.query) : ''} is ${code ?? 'taken'}`,
  );
  if ('code' in looked) return;
  must(looked.status === 200, 'I25', `${what} has the status ${looked.status}`);
  checkPage(ground, look, looked.body, what);
}

type Rows = { readonly data: readonly Told[] };

function checkPage(ground: Ground, look: Look, body: unknown, what: string): void {
  const { replies } = ground;
  switch (look.of) {
    case 'order':
      replies.told({ what, skew: 0, by: look.by, isLive: look.isLive }, body as Told);
      break;
    case 'refund':
      mustBe(wordlessRefund(body as never), refundOf(ground, look), 'I25', what);
      break;
    case 'number': {
      const [page, ...more] = (body as Rows).data;
      must(page?.merchantOrderNo === look.merchantOrderNo && more.length === 0, 'I25', `${what}: it is not there`);
      replies.told({ what, skew: 0, by: look.by, isLive: false }, page);
      break;
    }
    case 'trade':
      checkTrade(ground, look, (body as Rows).data, what);
      break;
    case 'day':
      checkDay(ground, look, (body as Rows).data, what);
      break;
    case 'totals':
      checkTotals(ground, look.by, look.query, body as never);
      break;
    case 'shifts':
      checkShifts(ground, look, (body as { data: readonly ShiftPage[] }).data, what);
  }
}

function refundOf({ witness }: Ground, { orderId, refundNo }: Look & { of: 'refund' }): object {
  const sale = witness.sales.get(orderId);
  const last = sale?.versions.get(Math.max(...sale.versions.keys()));
  const claim = last?.refunds.find((it) => it.refundNo === refundNo);
  must(sale !== undefined && claim !== undefined, 'I5', `refund ${refundNo} of ${orderId} was there, and is gone`);
  return refundViewOf(witness, sale, claim);
}

/** What the channel does not say is in our own facts; an index that lags may not have heard of the newest. */
function checkTrade(
  ground: Ground,
  look: Look & { of: 'trade' },
  rows: readonly Told[] | undefined,
  what: string,
): void {
  const isSure = look.channel.kind === 'found' || ground.isCurrent();
  const [page, ...more] = rows ?? [];
  must(page !== undefined || !isSure, 'I25', `${what}: nobody finds ${look.tradeNo}`);
  if (!page) return;
  const { payment } = page as unknown as { payment: { tradeNo: string } };
  must(payment.tradeNo === look.tradeNo && more.length === 0, 'I25', `${what}: another order is found`);
  ground.replies.told({ what, skew: 0, by: look.by, isLive: false }, page);
}

/** The newest first, of that store, and of the reader's own till if it asks for its own. */
function checkDay(
  { witness, replies, channel }: Ground,
  { by, query }: Look & { of: 'day' },
  rows: readonly Told[],
  what: string,
): void {
  const sales = [...witness.sales.values()].filter((sale) => {
    const { storeId, terminalId } = witness.openedBy(sale);
    const isOwn = query.terminal === undefined || (by !== 'office' && terminalId === PLACES[by].terminalId);
    return storeId === query.storeId && isOwn && dayIn(channel.contract.zone, createdAt(sale)) === query.day;
  });
  sales.sort((a, b) => createdAt(b) - createdAt(a) || (a.orderId < b.orderId ? 1 : -1));
  mustBe(
    rows.map(({ orderId }) => orderId),
    sales.map(({ orderId }) => orderId),
    'I25',
    `${what}: the list`,
  );
  for (const page of rows) replies.told({ what, skew: 0, by, isLive: false }, page);
}

const createdAt = (sale: Sale) => sale.versions.get(1)?.createdAt ?? 0;

/** All that were told are there, as they were told, and only those of that till. */
function checkShifts(
  { closings }: Ground,
  { by, query }: Look & { of: 'shifts' },
  rows: readonly ShiftPage[],
  what: string,
): void {
  const terminalId = by === 'office' ? query.terminal : PLACES[by].terminalId;
  const known = new Map(
    [...closings.values()].filter((it) => it.terminalId === terminalId).map((it) => [it.shiftNo, it]),
  );
  for (const row of rows) {
    must(row.terminalId === terminalId, 'I25', `${what}: shift ${row.shiftNo} is another till's`);
    const told = known.get(row.shiftNo);
    if (told) mustBe(row, told, 'I25', `${what}: shift ${row.shiftNo}`);
    known.delete(row.shiftNo);
  }
  must(known.size === 0, 'I25', `${what}: a closed shift is missing`);
}
