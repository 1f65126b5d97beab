/**
 * I24: what is said of the channel's bills. Every row is counted, and every difference that is told is one, told as it is. Which
 * of them are told also depends on when the bill was read; those that no reading can miss must be there.
 */
import { readyAt } from '../../../bin/local/alipay-simulator/bill.ts';
import { ATTEMPT, isBroken } from '../adversary/broken.ts';
import { type ChannelModel, SELLER_ID } from '../world/channel.ts';
import type { ReportRow } from '../world/port.ts';
import { chargedRows, type Oddity, reportDayOf, unreadOf } from '../world/report.ts';
import { instant } from './calendar.ts';
import { type Movement, SKEW } from './movements.ts';
import type { DifferencePage, ReconciliationPage } from './pages.ts';
import { must, mustBe } from './violation.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The bill is asked for an hour after it can be had. */
const ASKED_AFTER = HOUR;

export interface Posted {
  readonly channel: ChannelModel;
  readonly movements: readonly Movement[];
  /** Nothing was killed, lost or throttled while bills were read, so that each was read once. */
  readonly isCalm: boolean;
}

const nameOf = (it: Pick<ReportRow, 'attemptNo' | 'requestNo'>) => `${it.attemptNo} ${it.requestNo}`;

export function checkReconciliations(it: Posted, days: readonly string[], pages: readonly ReconciliationPage[]): void {
  const { channel } = it;
  const facts = new Map<string, Movement>();
  for (const movement of it.movements) for (const row of movement.rows) facts.set(nameOf(row), movement);
  for (const day of days) {
    const its = pages.filter((page) => page.day === day);
    const [page] = its;
    // What breaks whoever touches it may keep its day open, for a person to look at.
    if (channel.poisoned.size > 0 && !page) continue;
    must(page !== undefined && its.length === 1, 'I24', `${its.length} reconciliations are of ${day}`);
    checkDay(it, page, chargedRows(channel.books, channel.contract, day), facts);
  }
  must(
    pages.every(({ day }) => days.includes(day)),
    'I24',
    'a day is compared that nobody has',
  );
}

function checkDay(
  it: Posted,
  page: ReconciliationPage,
  rows: readonly ReportRow[],
  facts: ReadonlyMap<string, Movement>,
) {
  const { channel } = it;
  const { day, checkedAt, matched, foreign, differences, ...frame } = page;
  const told = { billHash: `bill of ${day}`, why: null, omitted: 0, account: SELLER_ID };
  mustBe(frame, { channel: 'alipay', state: 'compared', ...told }, 'I24', `the reconciliation of ${day}`);
  must(Date.parse(checkedAt) >= readyAt(day, null) - SKEW, 'I24', `${day} was compared at ${checkedAt}`);
  for (const difference of differences) checkDifference(it, day, difference, rows, facts);
  const names = differences.map((one) => `${one.reason} ${nameOf(one)}`);
  must(
    new Set(names.filter(isOfOne)).size === names.filter(isOfOne).length,
    'I24',
    `a difference of ${day} is told twice`,
  );
  const own = rows.filter(({ attemptNo }) => !isBroken(channel, orderOf(attemptNo)));
  const garbled = own.filter((row) => channel.papers.wasGarbled(row.attemptNo, row.requestNo));
  const unread = differences.filter((one) => one.reason === 'unread' && !isBroken(channel, orderOf(one.attemptNo)));
  must(
    unread.length === garbled.length,
    'I24',
    `${garbled.length} rows of ${day} are garbled, and ${unread.length} told`,
  );
  // Where no clock is off, to the millisecond.
  const from = readyAt(day, null) + ASKED_AFTER + (it.isCalm ? 0 : SKEW);
  for (const row of own.filter((one) => !garbled.includes(one)))
    checkFound(row, from, facts.get(nameOf(row)), differences);
  for (const row of own) checkOdd(row, channel.papers.oddityOf(row), differences);
  for (const row of garbled) checkIsOurs(row, garbled, facts.get(nameOf(row)), unread);
  // A poisoned order ends the reading of its day, and what was kept of the rows before it is no difference the next time.
  if (channel.poisoned.size > 0) return;
  for (const row of own.filter((one) => it.isCalm && !garbled.includes(one)))
    checkTold(row, facts.get(nameOf(row)), differences);
  mustBe(foreign, channel.papers.foreignOn(channel.books, channel.contract, day), 'I24', `rows of others of ${day}`);
  mustBe(matched, own.length - garbled.length, 'I24', `rows of ${day} that agree`);
}

/** Rows of which not even the kind can be read may bear one name. */
const isOfOne = (name: string) => !name.startsWith('unread ');
const orderOf = (attemptNo: string) => ATTEMPT.exec(attemptNo)?.[1] ?? '';

/** What no reading of the bill can miss. */
function checkTold(row: ReportRow, fact: Movement | undefined, differences: readonly DifferencePage[]): void {
  if (!fact || fact.rows.length > 1) return;
  const is = (reason: string) => differences.some((one) => one.reason === reason && nameOf(one) === nameOf(row));
  const isAlone = row.type === 'payment' || !hasSeveral(fact);
  const isOther = row.fee !== fact.fee;
  must(
    is('fee') === isOther || !isAlone,
    'I24',
    `the fee of ${nameOf(row)} is ${isOther ? 'not ' : ''}told as different`,
  );
}

/** What nobody knew before the bill did is told as found by it, however often the bill is read. */
function checkFound(
  row: ReportRow,
  from: number,
  fact: Movement | undefined,
  differences: readonly DifferencePage[],
): void {
  if (!fact || fact.rows.length > 1) return;
  const isTold = differences.some((one) => one.reason === 'missing_here' && nameOf(one) === nameOf(row));
  const isFound = learnedAtOf(fact) >= from && isUnasked(fact);
  must(isTold || !isFound, 'I24', `${nameOf(row)} was found by the bill, which nobody is told`);
}

/** Not when the channel named a refund that it had told before without its number. */
const learnedAtOf = (fact: Movement) =>
  (fact.refundNo === null ? fact : fact.sale.refunds.get(fact.refundNo))?.learnedAt ?? 0;

/** What is wrong with a row is told, however often the bill is read. */
function checkOdd(row: ReportRow, oddity: Oddity | undefined, differences: readonly DifferencePage[]): void {
  if (oddity === undefined) return;
  const isTold = differences.some((one) => one.reason === oddity && nameOf(one) === nameOf(row));
  must(isTold, 'I24', `the ${oddity} of ${nameOf(row)} is wrong on the bill, which nobody is told`);
}

/** A row that cannot be read tells of something that we have, and of what, if there is only one that it can be. */
function checkIsOurs(
  row: ReportRow,
  garbled: readonly ReportRow[],
  fact: Movement | undefined,
  unread: readonly DifferencePage[],
): void {
  const isOnly = garbled.filter(({ attemptNo }) => attemptNo === row.attemptNo).length === 1;
  if (!isOnly || !fact || hasSeveral(fact) || fact.rows.length > 1) return;
  const its = unread.find(({ attemptNo }) => attemptNo === row.attemptNo);
  must(
    its?.ours?.gross === row.gross,
    'I24',
    `the row of ${nameOf(row)} cannot be read, and nobody says that it is ours`,
  );
}

const hasSeveral = ({ trade }: Movement) => trade.refunds.length > 1;
/** Nobody had asked for it here. */
const isUnasked = ({ refundNo, sale }: Movement) =>
  refundNo === null || sale.refunds.get(refundNo)?.source === 'channel';

function checkDifference(
  { channel }: Posted,
  day: string,
  told: DifferencePage,
  rows: readonly ReportRow[],
  facts: ReadonlyMap<string, Movement>,
): void {
  const orderId = orderOf(told.attemptNo);
  if (isBroken(channel, orderId)) return;
  const what = `the difference ${told.reason} of ${nameOf(told)} on ${day}`;
  must(
    told.orderId === orderId && told.currency === 'CNY' && told.note === null,
    'I24',
    `${what} is of ${told.orderId}`,
  );
  const at = told.ours?.at ?? told.channelSays?.at;
  const age = at === undefined ? 0 : Math.floor((channel.now - Date.parse(at)) / DAY);
  must(told.ageDays === age, 'I24', `${what} is ${told.ageDays} days old, and not ${age}`);
  if (told.reason === 'unread') checkUnread(channel, what, told, rows, facts);
  else if (told.reason === 'late' || told.reason === 'missing_at_channel') checkOurs(channel, what, told, facts);
  else checkRow(channel, what, { day, told }, rows, facts);
}

/** Of a row that can be read, and of what we have of it. */
function checkRow(
  { papers }: ChannelModel,
  what: string,
  { day, told }: { readonly day: string; readonly told: DifferencePage },
  rows: readonly ReportRow[],
  facts: ReadonlyMap<string, Movement>,
): void {
  const row = rows.find((one) => nameOf(one) === nameOf(told) && one.type === told.type);
  must(row !== undefined, 'I24', `${what} is of no row`);
  const [posted = row] = papers.asPosted(row);
  const side = { gross: posted.gross, fee: row.fee, at: instant(row.at) };
  mustBe([told.tradeNo, told.channelSays, told.unread], [row.tradeNo, side, null], 'I24', what);
  const fact = facts.get(nameOf(row));
  must(fact !== undefined && told.ours?.gross === row.gross, 'I24', `${what} has ${JSON.stringify(told.ours)}`);
  must(
    isTrue(told, row, fact, { day, oddity: papers.oddityOf(row) }),
    'I24',
    `${what} is none: ${JSON.stringify(told)}`,
  );
}

function isTrue(
  { reason, resolution, ours }: DifferencePage,
  row: ReportRow,
  fact: Movement,
  { day, oddity }: { readonly day: string; readonly oddity: Oddity | undefined },
): boolean {
  const isInParts = fact.rows.length > 1;
  const isSure = row.type === 'payment' || !(hasSeveral(fact) || isInParts);
  switch (reason) {
    case 'fee': {
      const isOpen = isInParts || oddity === 'amount' || Math.abs(row.fee) > Math.abs(row.gross);
      const isIts = ours?.fee === fact.fee || !isSure;
      // One that the channel told without a number may have been adjusted under its own.
      const isEnd = resolution === (isOpen ? 'open' : 'healed') || (!isSure && row.fee !== fact.fee);
      return ours?.fee !== row.fee && isIts && isEnd;
    }
    case 'received':
      return resolution === 'open' && (oddity === reason || !isSure);
    case 'amount':
    case 'duplicate':
      return resolution === 'open' && oddity === reason;
    case 'missing_here':
      return resolution === 'healed' && fact.learnedAt >= readyAt(day, null) + ASKED_AFTER - SKEW;
    default:
      return false;
  }
}

/** A row that cannot be read: what of it is certain is told, and which movement it may be. */
function checkUnread(
  { papers }: ChannelModel,
  what: string,
  told: DifferencePage,
  rows: readonly ReportRow[],
  facts: ReadonlyMap<string, Movement>,
): void {
  const its = rows.filter((row) => row.attemptNo === told.attemptNo && papers.wasGarbled(row.attemptNo, row.requestNo));
  const ways = its.map((row) => unreadOf(row));
  const isIts = its.some((_, i) => {
    const way = ways[i];
    const fact = way && facts.get(`${told.attemptNo} ${told.requestNo}`);
    const isSide = told.ours === null || (fact !== undefined && told.ours.at === instant(fact.at));
    const isRead = way?.type === null || (way?.type === told.type && way.requestNo === told.requestNo);
    return isRead && isSide && told.unread?.worth === way?.worth && told.unread?.why === way?.why;
  });
  must(isIts && told.resolution === 'open' && told.channelSays === null, 'I24', `${what} is of no row that is garbled`);
}

/** The channel told first that all was back, and by the time of that it may be of another of its days than its rows are. */
function checkOurs(
  { papers }: ChannelModel,
  what: string,
  told: DifferencePage,
  facts: ReadonlyMap<string, Movement>,
): void {
  const its = [...facts.values()].filter((fact) => fact.trade.outTradeNo === told.attemptNo && fact.refundNo !== null);
  const isElsewhere = its.some(({ at, rows }) => rows.some((row) => reportDayOf(row.at) !== reportDayOf(at)));
  // Its row on that other day's bill could not be read: a person has to find it.
  const isLost = its.some(({ rows }) => rows.some((row) => papers.wasGarbled(row.attemptNo, row.requestNo)));
  const isOver = isLost || (told.reason === 'late' && told.resolution !== 'open');
  must(
    isElsewhere && isOver && told.channelSays === null,
    'I24',
    `${what} is open in the end: ${JSON.stringify(told)}`,
  );
}
