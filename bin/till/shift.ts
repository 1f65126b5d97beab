/** The till's shifts: closed by a number, listed, and shown as the slip has them. */

import type { MoneyRowView } from '../../functions/contract/shift-answers.ts';
import type { ShiftView } from '../../functions/contract/shifts.ts';
import { toDecimalText } from '../../functions/money.ts';
import { localTime } from '../../functions/time.ts';
import { UsageError } from '../cli/exit.ts';
import { orHow } from './outcomes.ts';
import { allOf, type Terminal } from './terminal.ts';

interface ShiftOptions {
  readonly no?: string | undefined;
  readonly operator?: string | undefined;
  /** Whose, for a back office. */
  readonly terminal?: string | undefined;
}

export async function shift(
  till: Terminal,
  words: readonly (string | undefined)[],
  options: ShiftOptions,
): Promise<number> {
  const [what, shiftNo] = words;
  switch (what) {
    case 'close':
      return closeShift(till, options);
    case 'list':
      return listShifts(till, options);
    case 'show':
      return showShift(till, shiftNo, options);
    default:
      throw new UsageError('shift close, shift list, or shift show NUMBER');
  }
}

async function closeShift(till: Terminal, { no, operator }: ShiftOptions): Promise<number> {
  const shiftNo = no ?? (await nextNumber(till));
  // Said before it is sent: without an answer, the same number is the one to repeat.
  till.say(`Closing shift ${shiftNo}; if no answer comes, repeat with --no ${shiftNo}`);
  const body = { shiftNo, ...(operator !== undefined && { operatorId: operator }) };
  const reply = await orHow(
    `npm run till -- shift close --no ${shiftNo} may be repeated: it closes nothing twice.`,
    till.client.call('closeShift', { body }),
  );
  for (const line of shiftLines(reply.body)) till.say(line);
  if (reply.replayed) till.say('It was closed already.');
  till.tell(reply.body);
  return 0;
}

/** `shift-<sequence>`: the same until it is closed. */
async function nextNumber(till: Terminal): Promise<string> {
  const { body } = await till.client.call('getTotals', { query: { terminal: 'self' } });
  return `shift-${body.shift?.sequence ?? 1}`;
}

async function listShifts(till: Terminal, { terminal }: ShiftOptions): Promise<number> {
  const shifts = await allOf((cursor) =>
    till.client.call('listShifts', { query: { limit: '100', cursor, ...(terminal !== undefined && { terminal }) } }),
  );
  for (const it of shifts)
    till.say(`${it.shiftNo}  ${timeIn(it, it.openedAt)} – ${timeIn(it, it.closedAt)}  ${netSales(it)}`);
  if (shifts.length === 0) till.say('No shift was closed yet.');
  till.tell({ data: shifts });
  return 0;
}

async function showShift(till: Terminal, shiftNo: string | undefined, { terminal }: ShiftOptions): Promise<number> {
  if (!shiftNo) throw new UsageError('name the shift: shift show NUMBER');
  const query = terminal === undefined ? {} : { terminal };
  const { body } = await till.client.call('getShift', { params: { shiftNo }, query });
  for (const line of shiftLines(body)) till.say(line);
  till.tell(body);
  return 0;
}

const timeIn = ({ zone }: ShiftView, instant: string) =>
  localTime(Date.parse(instant), zone).slice(0, 19).replace('T', ' ');
const amount = (currency: string, value: number) => `${currency} ${toDecimalText({ currency, value })}`;
const netSales = ({ totals }: ShiftView) =>
  totals.map((row) => amount(row.currency, row.netSales)).join(', ') || 'nothing sold';

function moneyText({ currency, payments, refunds }: MoneyRowView): string {
  const sums = [payments, refunds].map(({ count, gross }) => `${count}: ${amount(currency, gross)}`);
  return `payments ${sums[0]}  refunds ${sums[1]}`;
}

function shiftLines(it: ShiftView): string[] {
  const { terminals, withoutAgreement, late } = it;
  return [
    `Shift ${it.shiftNo} (${it.sequence}) of ${it.terminalId}, store ${it.storeId}, closed by ${it.operatorId ?? '-'}`,
    `  ${timeIn(it, it.openedAt)} – ${timeIn(it, it.closedAt)} (${it.zone})`,
    ...it.totals.map((row) => `  ${moneyText(row)}  received ${amount(row.currency, row.netReceived)}`),
    ...(it.totals.length === 0 ? ['  nothing sold'] : []),
    ...terminals.map((row) => `  cashier ${row.operatorId ?? '-'}: ${moneyText(row)}`),
    ...withoutAgreement.map((row) => `  no fee agreed, in no total: ${moneyText(row)}`),
    ...late.sums.map((row) => `  late, moved before this shift began: ${moneyText(row)}`),
    ...late.facts.map(
      ({ type, occurredAt, merchantOrderNo, currency, gross }) =>
        `    ${timeIn(it, occurredAt)}  ${type}  ${merchantOrderNo}  ${amount(currency, gross)}`,
    ),
  ];
}
