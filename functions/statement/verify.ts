/**
 * Recomputes a merchant's sealed statements from what is stored, without trusting any of it: the chain of hashes, every
 * chunk, every line from its order and by the terms frozen on it, every total from the lines. It writes nothing.
 *
 * Days are walked backwards from the head, read by their keys and not by an index, so that a statement that was taken out
 * is found by the hash that its successor names. Memory holds one chunk of lines and the sums of one statement.
 */
import { isDeepStrictEqual } from 'node:util';
import { groupsOf } from '../groups.ts';
import { type Agreement, channelOf, type Merchant } from '../merchant/merchant.ts';
import type { Order } from '../order/order.ts';
import { KEYS_MAX } from '../table/table.ts';
import { businessDay, dayAfter, nextDay } from '../time.ts';
import type { StatementServices } from './context.ts';
import { inFirstForm, isOfFirstForm } from './forms.ts';
import { compareMovements, type Line, type Movement, movementsOf } from './lines.ts';
import type { LineSettlement } from './settlement.ts';
import { hashOf, type Statement, statementIdOf } from './statement.ts';
import { Tally } from './totals.ts';

type Reading = Pick<StatementServices, 'orders' | 'directory' | 'statements'>;

export interface Finding {
  readonly day: string;
  /** What does not hold. */
  readonly what: 'chain' | 'hash' | 'chunks' | 'lines' | 'orders' | 'totals' | 'checks';
  readonly detail: string;
}

export interface Verification {
  readonly merchantId: string;
  readonly statements: number;
  readonly lines: number;
  /** Empty: everything holds. At most {@link FINDINGS_MAX}. */
  readonly findings: readonly Finding[];
}

const FINDINGS_MAX = 100;
const DAYS_PER_READ = 100;

/**
 * Verifies all statements of a merchant, the newest first; `onStatement` hears of each as it is done.
 * @throws Error if the merchant or its head is not there, or a table fails
 */
export async function verifyStatements(
  services: Reading,
  merchantId: string,
  onStatement: (statement: Statement, findings: readonly Finding[]) => void = () => {},
): Promise<Verification> {
  const merchant = await services.directory.merchant(merchantId);
  const head = await services.statements.head(merchantId);
  if (!merchant || !head) throw new Error(`there is no merchant ${merchantId} with statements`);

  const findings: Finding[] = [];
  let statements = 0;
  let lines = 0;
  let expected = head.lastHash;
  for await (const { day, statement } of decidedDays(services, merchantId, nextDay(head.lastDay), findings)) {
    if (!statement) continue;
    const its: Finding[] = [];
    const report = (what: Finding['what'], detail: string) => void its.push({ day, what, detail });
    // The head moves after the seal: a run that died in between left one statement before it.
    const isBeforeHead = day > head.lastDay;
    if (isBeforeHead) {
      if (statement.previousHash !== head.lastHash) report('chain', 'it does not follow the statement before it');
    } else if (statement.hash !== expected)
      report('chain', `its successor follows ${expected ?? 'nothing'}, and this is ${statement.hash}`);
    if (!isBeforeHead) expected = statement.previousHash;
    await verifyStatement(services, { merchant, day, statement, isMarked: !isBeforeHead, report });
    statements += 1;
    lines += statement.lineCount;
    findings.push(...its);
    onStatement(statement, its);
  }
  if (expected !== null) findings.push({ day: '', what: 'chain', detail: `the statement ${expected} is missing` });
  return { merchantId, statements, lines, findings: findings.slice(0, FINDINGS_MAX) };
}

/** Every decided day, from `last` back to the first one; a hole between two of them is a finding. */
async function* decidedDays(services: Reading, merchantId: string, last: string, findings: Finding[]) {
  let open: string[] = [];
  for (let day = last, found = true; found; day = dayAfter(day, -DAYS_PER_READ)) {
    const days = Array.from({ length: DAYS_PER_READ }, (_, i) => dayAfter(day, -i));
    const decisions = await services.statements.decisions(merchantId, days);
    found = decisions.size > 0;
    for (const day of days) {
      const decision = decisions.get(day);
      if (decision) {
        for (const hole of open)
          if (hole !== last) findings.push({ day: hole, what: 'chain', detail: 'the day was never decided' });
        open = [];
        yield { day, statement: decision.kind === 'sealed' ? decision.statement : undefined };
      } else open.push(day);
    }
  }
}

interface Verifying {
  readonly merchant: Merchant;
  readonly day: string;
  readonly statement: Statement;
  /** Whether its facts must carry its mark; the newest one's may not yet. */
  readonly isMarked: boolean;
  report(what: Finding['what'], detail: string): void;
}

async function verifyStatement(services: Reading, it: Verifying): Promise<void> {
  const { statement, merchant, day, isMarked, report } = it;
  if (hashOf(statement) !== statement.hash) report('hash', 'its hash is not that of its content');
  if (statement.statementId !== statementIdOf(merchant.merchantId, day) || statement.day !== day)
    report('hash', `it calls itself ${statement.statementId} of ${statement.day}`);
  try {
    const tally = new Tally();
    const facts: FactCount = new Map();
    let last: Line | undefined;
    const firstLines: unknown[] = [];
    for await (const lines of services.statements.linesByChunk(statement)) {
      firstLines.push(lines[0]?.lineNo);
      for (const line of lines) {
        tally.add(line);
        verifyLine(it, line, last);
        last = line;
      }
      if (isMarked) await verifyFacts(services, it, lines, facts);
    }
    if (
      !isDeepStrictEqual(
        firstLines,
        statement.lineChunks.map(({ firstLine }) => firstLine),
      )
    )
      report('lines', 'its chunks do not begin with the lines that it says');
    if ((last?.lineNo ?? 0) !== statement.lineCount) report('lines', `it has not ${statement.lineCount} lines`);
    for (const [orderId, { posted, lines }] of facts)
      if (posted !== lines) report('orders', `${orderId} has ${posted} facts of this statement, on ${lines} lines`);
    await verifyTotals(services, it, tally);
  } catch (error) {
    // A chunk that is missing or was changed: what it held cannot be told.
    report('chunks', error instanceof Error ? error.message : String(error));
  }
}

/** What a line must be, without a look at its order. */
function verifyLine({ statement, report }: Verifying, line: Line, last: Line | undefined): void {
  const { lineNo, gross, received, fee, net, late, type, occurredAt } = line;
  const wrong = (detail: string) => report('lines', `line ${lineNo} ${detail}`);
  if (lineNo !== (last?.lineNo ?? 0) + 1) wrong(`follows line ${last?.lineNo ?? 'none'}`);
  if (last && compareMovements(last, line) >= 0) wrong('is out of order, or the same fact again');
  if (net !== received - fee) wrong(`says net ${net}, and is ${received - fee}`);
  const signs = {
    payment: gross > 0 && received >= 0 && received <= gross && fee >= 0,
    refund: gross < 0 && received <= 0 && received >= gross && fee <= 0,
    fee_adjustment: gross === 0 && received === 0 && fee !== 0,
  };
  if (!signs[type]) wrong('has a wrong sign');
  const settlementFault = line.settlement && settlementFaultOf(line, line.settlement);
  if (settlementFault !== undefined) wrong(settlementFault);
  const day = businessDay(Date.parse(occurredAt), statement.zone);
  if (line.businessDay !== day || late !== day < statement.day) wrong(`is of ${day}`);
  if (day > statement.day) wrong(`is of ${day}, a day to come`);
}

/** What cannot be true of a line's settlement; `undefined`: nothing. */
function settlementFaultOf(line: Line, { currency, gross, fee, net }: LineSettlement): string | undefined {
  if (currency === line.currency) return `says that ${currency} is settled in ${currency}`;
  if (gross === null || fee === null || net === null)
    return gross === fee && fee === net ? undefined : 'knows a part of its settlement only';
  if (net !== gross - fee) return `says settlement net ${net}, and is ${gross - fee}`;
  const isOpposite = line.gross < 0 ? gross > 0 : gross < 0;
  return isOpposite ? 'is settled with a wrong sign' : undefined;
}

/** Per order: its facts that bear the statement's mark, and the lines that were met. */
type FactCount = Map<string, { posted: number; lines: number }>;

/** Makes each line anew from its order, by the terms that are frozen on it. */
async function verifyFacts(services: Reading, it: Verifying, lines: readonly Line[], facts: FactCount): Promise<void> {
  const { day, report } = it;
  const linesOfOrders = Map.groupBy(lines, ({ orderId }) => orderId);
  for (const orderIds of groupsOf([...linesOfOrders.keys()], KEYS_MAX)) {
    const orders = new Map((await services.orders.getMany(orderIds)).map((order) => [order.orderId, order]));
    for (const orderId of orderIds) {
      const order = orders.get(orderId);
      const its = linesOfOrders.get(orderId) ?? [];
      const before = facts.get(orderId)?.lines ?? 0;
      facts.set(orderId, { posted: order ? marksOf(order, day) : 0, lines: before + its.length });
      for (const line of its) {
        const wrong = order ? discrepancyOf(it, asSealed(order, day), line) : 'the order is missing';
        if (wrong) report('orders', `line ${line.lineNo}: ${wrong}`);
      }
    }
  }
}

function marksOf({ payments, refunds, feeAdjustments = [] }: Order, day: string): number {
  return [...payments, ...refunds, ...feeAdjustments].filter(({ posted }) => posted === day).length;
}

/** The order as the seal of `day` saw it: without what later statements carry, and without its own marks. */
function asSealed(order: Order, day: string): Order {
  const before = <Fact extends { readonly posted?: string }>(facts: readonly Fact[]): Fact[] =>
    facts
      .filter(({ posted }) => posted !== undefined && posted <= day)
      .map(({ posted, ...fact }) => (posted === day ? fact : { ...fact, posted }) as Fact);
  const { payments, refunds, feeAdjustments = [] } = order;
  return {
    ...order,
    payments: before(payments),
    refunds: before(refunds),
    feeAdjustments: before(feeAdjustments),
  };
}

/** How `line` differs from what its order comes to; `undefined`: it does not. */
function discrepancyOf({ merchant, statement, day }: Verifying, order: Order, line: Line): string | undefined {
  const { lineNo: _, ...told } = line;
  const { agreementId } = line;
  const agreed = merchant.agreements.find((it) => it.agreementId === agreementId);
  const terms = agreed && termsOnLine(line, agreed);
  if (!agreed || !isDeepStrictEqual(agreed, terms) || channelOf(agreed) !== line.channel)
    return `its terms are not those of agreement ${agreementId}`;

  const always = { ...agreed, validFrom: '' };
  const { movements } = movementsOf(order, { ...merchant, zone: statement.zone, agreements: [always] }, day);
  const made = asLineOf(statement, order, movements).find(
    ({ type, attempt, refundNo, occurredAt }) =>
      type === line.type &&
      attempt === line.attempt &&
      refundNo === line.refundNo &&
      // A movement may have several adjustments, and nothing else several lines.
      (type !== 'fee_adjustment' || occurredAt === line.occurredAt),
  );
  if (!made) return `order ${order.orderId} has no such fact of this statement`;
  const names = new Set([...Object.keys(made), ...Object.keys(told)] as (keyof Movement)[]);
  const name = [...names].find((name) => !isDeepStrictEqual(made[name], told[name]));
  return name && `${name} is ${shown(told[name])}, and ${shown(made[name])} by order ${order.orderId}`;
}

const shown = (member: Movement[keyof Movement]) => (typeof member === 'object' ? JSON.stringify(member) : member);

/** The agreement by what the line says of it; the line does not say its first day, and its channel and settlement otherwise. */
function termsOnLine(line: Line, { validFrom, channel, settlementCurrency }: Agreement): Agreement {
  const { agreementId, currency, ratePpm, feeMinimum, feeCap, feeOnRefund } = line;
  return {
    ...{ agreementId, currency, validFrom, ratePpm, feeOnRefund },
    ...(channel !== undefined && { channel }),
    ...(settlementCurrency !== undefined && { settlementCurrency }),
    ...(feeMinimum !== null && { feeMinimum }),
    ...(feeCap !== null && { feeCap }),
  };
}

/** The movements as lines of `statement`: what was sealed before lines said what was received stays as it is. */
function asLineOf(statement: Statement, order: Order, movements: readonly Movement[]): readonly Movement[] {
  return isOfFirstForm(statement) ? movements.map((movement) => inFirstForm(order, movement)) : movements;
}

async function verifyTotals(services: Reading, { statement, report }: Verifying, tally: Tally): Promise<void> {
  const [totals = []] = await services.statements.totals([statement]);
  if (!isDeepStrictEqual(totals, tally.totals)) report('totals', 'the totals per store are not the sums of the lines');
  const { rows } = await services.statements.terminals(statement, {
    limit: Number.MAX_SAFE_INTEGER,
    cursor: undefined,
  });
  if (!isDeepStrictEqual(rows, tally.terminals))
    report('totals', 'the totals per terminal and operator are not the sums of the lines');
  const checks = isOfFirstForm(statement) ? tally.checksOfFirstForm : tally.checks;
  if (!isDeepStrictEqual(statement.checks, checks)) report('checks', 'the checks are not those of the lines');
  if (checks.some(({ holds }) => !holds)) report('checks', 'it does not add up');
}
