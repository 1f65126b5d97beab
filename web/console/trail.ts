/** What happened to an order, as a list. Pure. */
import type { OrderView, RefundView } from '../../functions/contract/answers.ts';
import { isolated } from '../../functions/text.ts';
import { type Lang, showMoney } from '../shared/say.ts';
import type { Word } from './messages.ts';

export interface Step {
  readonly at: string;
  /** The step that this one is shown after, also where its time is earlier: the channel tells times in whole seconds. */
  readonly after?: string;
  readonly word: Word;
  readonly n?: number;
  readonly more?: string;
}

/** A terminal as people know it, by its id. */
export type TerminalName = (id: string | null) => string;

/** Whose refund it is: its till and cashier, and its store where that is not the sale's. Empty where no till asked for it. */
export function askedBy(refund: RefundView, sale: OrderView, terminal: TerminalName): string[] {
  const { source, terminalId, operatorId, storeId } = refund;
  if (source !== 'till') return [];
  const store = storeId === sale.storeId ? null : storeId;
  return [store, terminalId && terminal(terminalId), operatorId].filter((it) => it !== null);
}

/** The order's facts in the order of their times; what opened it comes first. */
export function trailOf(order: OrderView, lang: Lang, terminal: TerminalName): Step[] {
  const { attempt, payment, closed, refunds, createdAt } = order;
  const first: Step[] = [{ at: createdAt, word: 'opened' }];
  if (attempt)
    first.push({ at: createdAt, word: attempt.kind === 'qr_code' ? 'showedCode' : 'scannedCustomer', n: attempt.n });
  if (attempt?.refused) first.push({ at: createdAt, word: 'refusedAttempt', more: attempt.refused.text[lang] });
  const then: Step[] = [];
  if (payment) then.push({ at: payment.paidAt, word: payment.late ? 'wasPaidLate' : 'wasPaid', more: payment.tradeNo });
  if (closed) then.push({ at: closed.at, word: closed.reason === 'cashier' ? 'closedByCashier' : 'closedByExpiry' });
  then.push(...refunds.flatMap((refund) => stepsOf(refund, order, lang, terminal)));
  return [...first, ...then.sort((a, b) => placeOf(a) - placeOf(b))];
}

function stepsOf(refund: RefundView, order: OrderView, lang: Lang, terminal: TerminalName): Step[] {
  const { amount, refundNo, reason, requestedAt, finishedAt, status, failure } = refund;
  const what = [showMoney(lang, amount), refundNo, ...(reason ? [reason] : [])];
  const asked: Step = {
    at: requestedAt,
    word: 'refundRequested',
    more: [...what, ...askedBy(refund, order, terminal)].map(isolated).join(' · '),
  };
  if (!finishedAt) return [asked];
  if (status === 'failed') return [asked, { at: finishedAt, word: 'refundFailed', more: failure?.text[lang] ?? '' }];
  return [asked, { at: finishedAt, after: requestedAt, word: 'refundDone', more: what.map(isolated).join(' · ') }];
}

const placeOf = ({ at, after = at }: Step) => Math.max(Date.parse(at), Date.parse(after));
