/** I28: what has been sold so far, as the product adds it up while the day lasts, beside the judge's own books. */
import { APP_ID, type ChannelModel } from '../world/channel.ts';
import { type By, PLACES, type Place } from '../world/tills.ts';
import { dayAfter, dayIn, endOf, instant } from './calendar.ts';
import { feeOn, termsOn } from './fees.ts';
import type { SumsPage, TerminalTotalsPage, TotalsPage } from './pages.ts';
import { storesOf, terminalsOf } from './sums.ts';
import { must, mustBe } from './violation.ts';
import type { Sale, Witness } from './witness.ts';

export interface TotalsQuery {
  readonly since?: number;
  readonly storeId?: string;
  readonly terminal?: 'self';
  readonly operatorId?: string;
  /** The shift that runs, whole. */
  readonly shift?: 'open';
}

interface LivePage {
  readonly since: string;
  readonly until: string;
  readonly zone: string;
  readonly totals: readonly TotalsPage[];
  readonly terminals: readonly TerminalTotalsPage[];
  readonly withoutAgreement: number;
  readonly shift: unknown;
}

type Books = { readonly channel: ChannelModel; readonly witness: Witness };
type Fact = Parameters<typeof terminalsOf>[0][number] & { readonly at: number };

export function checkTotals(books: Books, by: By, query: TotalsQuery, page: LivePage): void {
  const { now, contract } = books.channel;
  const { zone } = contract;
  if (query.shift === 'open') {
    checkOpen(books, by, page);
    return;
  }
  const since = query.since ?? endOf(zone, dayAfter(dayIn(zone, now), -1));
  const what = `the totals that ${by} reads since ${instant(since)}:`;
  mustBe([page.since, page.until, page.zone], [instant(since), instant(now), zone], 'I28', what);
  must((page.shift === null) === (by === 'office'), 'I28', `${what} the shift that runs`);
  must(page.withoutAgreement === 0, 'I28', `${what} payments without terms`);
  const facts = [...books.witness.sales.values()].map((sale) => factsOf(books, sale));
  // Of what the channel named later, the time is not certain.
  if (!facts.every((its) => its !== undefined)) return;
  const lines = facts
    .flat()
    .filter(
      ({ at, storeId, terminalId, operatorId }) =>
        at >= since &&
        (query.storeId === undefined || storeId === query.storeId) &&
        (by === 'office' || terminalId === PLACES[by].terminalId) &&
        (query.operatorId === undefined || operatorId === query.operatorId),
    );
  mustBe(certain(page.totals), certain(storesOf(lines)), 'I28', `${what} stores`);
  mustBe(certain(page.terminals), certain(terminalsOf(lines)), 'I28', `${what} cashiers`);
}

/** What a closing would say now; that it says it, closings are judged by. */
function checkOpen({ channel }: Books, by: By, page: LivePage): void {
  const what = `the open shift that ${by} reads:`;
  const { openedAt } = page.shift as { openedAt: string };
  mustBe([page.since, page.until], [openedAt, instant(Math.max(channel.now, Date.parse(openedAt)))], 'I28', what);
  must(page.withoutAgreement === 0, 'I28', `${what} payments without terms`);
  const [stores, cashiers] = [page.totals, page.terminals].map((rows) =>
    rows.reduce((sum, it) => sum + it.netSales, 0),
  );
  must(stores === cashiers, 'I28', `${what} ${stores} per store is ${cashiers} per cashier`);
}

/** All that moved of it so far, or nothing if it cannot be said. Parts of fees that go back are judged on their lines. */
function factsOf({ channel, witness }: Books, sale: Sale): Fact[] | undefined {
  const { terms, zone } = channel.contract;
  const facts: Fact[] = [];
  const note = (place: Place, at: number, moved: Pick<Fact, 'type' | 'gross' | 'received' | 'fee'>) =>
    facts.push({
      ...place,
      at,
      late: false,
      currency: 'CNY',
      channel: 'alipay',
      ...moved,
      net: moved.received - moved.fee,
    });
  for (const attempt of sale.payments.keys()) {
    const trade = channel.books.trades.get(`${APP_ID}/${sale.orderId}_${attempt}`);
    if (!trade || trade.paidAt === null) return undefined;
    const { amount, received = amount, paidAt } = trade;
    const fee = feeOn(termsOn(terms, dayIn(zone, paidAt)), received);
    note(witness.paidAt(sale, attempt), paidAt, { type: 'payment', gross: amount, received, fee });
  }
  const last = sale.versions.get(Math.max(...sale.versions.keys()));
  for (const { refundNo, result, named } of last?.refunds ?? []) {
    const known = sale.refunds.get(refundNo);
    if (!known || result?.status !== 'succeeded') continue;
    if (named) return undefined;
    note(witness.refundedAt(sale, known), result.at, { type: 'refund', gross: 0 - known.amount, received: 0, fee: 0 });
  }
  return facts;
}

/** What is certain of each row in which money moved. */
function certain<Row extends SumsPage>(rows: readonly Row[]): object[] {
  return rows
    .filter(({ payments, refunds }) => payments.count + refunds.count > 0)
    .map(
      ({
        payments,
        refunds,
        netSales,
        fees,
        feesReturned,
        feeAdjustments,
        netFees,
        netReceivable,
        lateLines,
        netReceived,
        ...row
      }) => {
        return { ...row, payments, fees, netSales, refunds: { count: refunds.count, gross: refunds.gross } };
      },
    );
}
