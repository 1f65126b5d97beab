/** I21: every fact of a terminal is in exactly one of its shifts, by the judge's own list of facts. */
import type { Order, Refund } from '../../functions/order/order.ts';
import type { ClosedShift } from '../../functions/shift/shift.ts';
import { must } from './must.ts';
import type { Stores } from './shop.ts';
import { PLACES, TILLS } from './tills.ts';

interface Sums {
  readonly payments: number;
  readonly paid: number;
  readonly received: number;
  readonly refunds: number;
  readonly back: number;
}

/** Whose a movement is: the one who scanned or refunded, else the sale's. `null`: a back office's. */
type Place = { readonly terminalId: string | null; readonly operatorId: string | null };

export function checkShifts(stores: Stores, orders: readonly Order[]): void {
  const items = stores.statements.all().filter(({ id }) => String(id).startsWith('shf_'));
  for (const till of TILLS) {
    const { terminalId } = PLACES[till];
    const shifts = (items as unknown as ClosedShift[])
      .filter((shift) => shift.terminalId === terminalId)
      .sort((a, b) => a.sequence - b.sequence);
    checkChain(shifts, terminalId);
    const cashiers = new Map<string | null, Sums>();
    for (const order of orders) addFacts(cashiers, order, terminalId);
    const told = new Map<string | null, Sums>();
    for (const { operatorId, payments, refunds } of shifts.flatMap(({ terminals }) => terminals))
      add(told, operatorId, {
        ...{ payments: payments.count, paid: payments.gross, received: payments.received },
        ...{ refunds: refunds.count, back: refunds.gross },
      });
    for (const operatorId of new Set([...cashiers.keys(), ...told.keys()])) {
      const [facts, sums] = [cashiers, told].map((it) => JSON.stringify(it.get(operatorId) ?? NOTHING));
      must(facts === sums, 'I21', `facts of ${operatorId} at ${terminalId} are ${facts}, its shifts say ${sums}`);
    }
    must(
      shifts.every(({ withoutAgreement }) => withoutAgreement.length === 0),
      'I21',
      `a shift of ${terminalId} has money without terms`,
    );
  }
}

/** Each begins where the one before ended, and no number is given twice. */
function checkChain(shifts: readonly ClosedShift[], terminalId: string): void {
  const numbers = new Set(shifts.map(({ shiftNo }) => shiftNo));
  must(numbers.size === shifts.length, 'I21', `two shifts of ${terminalId} have one number`);
  shifts.forEach(({ sequence, openedAt, closedAt, previousShiftNo }, i) => {
    const before = shifts[i - 1];
    const follows =
      sequence === i + 1 && previousShiftNo === before?.shiftNo && (!before || openedAt === before.closedAt);
    must(follows && openedAt <= closedAt, 'I21', `shift ${sequence} of ${terminalId} does not follow the one before`);
  });
}

const NOTHING: Sums = { payments: 0, paid: 0, received: 0, refunds: 0, back: 0 };

function add(rows: Map<string | null, Sums>, operatorId: string | null, more: Sums): void {
  const { payments, paid, received, refunds, back } = rows.get(operatorId) ?? NOTHING;
  rows.set(operatorId, {
    payments: payments + more.payments,
    paid: paid + more.paid,
    received: received + more.received,
    refunds: refunds + more.refunds,
    back: back + more.back,
  });
}

function addFacts(rows: Map<string | null, Sums>, order: Order, terminalId: string): void {
  const { amount } = order.ask;
  for (const { attempt, received = amount.value } of order.payments) {
    const place = scanner(order, attempt);
    if (place.terminalId === terminalId)
      add(rows, place.operatorId, { ...NOTHING, payments: 1, paid: amount.value, received });
  }
  for (const refund of order.refunds) {
    const place = refunder(order, refund);
    if (refund.result?.status === 'succeeded' && place.terminalId === terminalId)
      add(rows, place.operatorId, { ...NOTHING, refunds: 1, back: 0 - refund.amount });
  }
}

function scanner({ ask, attempts }: Order, n: number): Place {
  const attempt = attempts.find((it) => it.n === n);
  const own = ask.terminalId ?? null;
  const terminalId = attempt?.terminalId === undefined ? own : attempt.terminalId;
  const opener = terminalId === own ? (ask.operatorId ?? null) : null;
  return { terminalId, operatorId: attempt?.operatorId ?? opener };
}

function refunder({ ask }: Order, { terminalId, operatorId }: Refund): Place {
  return {
    terminalId: terminalId === undefined ? (ask.terminalId ?? null) : terminalId,
    operatorId: operatorId ?? null,
  };
}
