/** How the bill lies on demand: `POST /wallet/faults {"bill": {…}}`, and `{"bill": null}` for the truth. */
import type { BillRow } from './bill-rows.ts';

/**
 * A number is a payment's `out_trade_no`, or a refund's `out_request_no`. What changes rows changes the sums with them, as
 * books that are wrong would; only `broken` makes a file that contradicts itself.
 */
export interface BillFault {
  /** Only the bill of this day; absent: every bill. */
  day?: string;
  /** Ready so much later than at nine. */
  lateMs?: number;
  empty?: boolean;
  /** Numbers whose rows are left out, or stand there twice. */
  drop?: string[];
  repeat?: string[];
  /** Fen as printed: a fee that is taken is negative. Without `received` it is the amount, where that changes. */
  change?: ({ number: string } & Partial<Pick<BillRow, 'amount' | 'received' | 'fee' | 'tradeNo' | 'outTradeNo'>>)[];
  /** Rows that the books do not have; with `outRequestNo` a refund. */
  add?: { outTradeNo: string; outRequestNo?: string; amount: number; fee?: number; at: number }[];
  /** Numbers whose rows do not say what they are worth. The sums do. */
  garble?: string[];
  /** So many rows of other systems, with commas, times and amounts in their texts. */
  foreign?: number;
  /** In so many part files, each with its own frame and sums. */
  parts?: number;
  /**
   * `zip`: a page instead of the file. `torn`: half of it. `encoding`: UTF-8. `columns`: the fee has another name. `sums`: a
   * row more than the file's own sums count. `account`, `day`: those of another one.
   */
  broken?: (typeof BROKEN)[number];
  /** The link leads to another place, or is answered with a way there, or with silence. */
  link?: { elsewhere?: string; redirect?: string; silent?: boolean };
}

const BROKEN = ['zip', 'torn', 'encoding', 'columns', 'sums', 'account', 'day'] as const;

/** Whether it is the bill of `day` that lies. */
export function appliesTo({ day: only }: BillFault, day: string): boolean {
  return only === undefined || only === day;
}

const numberOf = ({ type, outTradeNo, outRequestNo }: BillRow) => (type === '退款' ? outRequestNo : outTradeNo);

export function isGarbled(row: BillRow, { garble = [] }: BillFault): boolean {
  return garble.includes(numberOf(row));
}

/** The rows of the bill of a day that begins at `begin`. */
export function falsified(rows: readonly BillRow[], fault: BillFault, begin: number): BillRow[] {
  const { drop = [], repeat = [], change = [], add = [], empty = false, foreign = 0 } = fault;
  const kept = (empty ? [] : rows).flatMap((row) => {
    const number = numberOf(row);
    if (drop.includes(number)) return [];
    const { number: _, ...changes } = change.find((it) => it.number === number) ?? { number };
    const received = changes.received ?? changes.amount ?? row.received;
    const changed: BillRow = { ...row, ...changes, received };
    return repeat.includes(number) ? [changed, { ...changed }] : [changed];
  });
  const others = Array.from({ length: foreign }, (_, i) => foreignRow(i, begin));
  return [...kept, ...add.map(addedRow), ...others];
}

/** A sale of another cash register on the same account: one in four goes back. */
function foreignRow(i: number, begin: number): BillRow {
  const at = begin + (i % 86_400) * 1000;
  const no = String(i).padStart(10, '0');
  const sold = {
    tradeNo: `209901012200140000${no}`,
    outTradeNo: `POS-${no}`,
    subject: `米饭,汤,"2099-01-01 00:00:00,2099-01-01 00:00:00,1",-1.00,0.00,退款,${i}`,
    ...{ storeId: '', operatorId: 'a,b,1.00', terminalId: '', createdAt: at, finishedAt: at },
  };
  const amount = 100 + (i % 10_000);
  return i % 4 === 3
    ? { ...sold, type: '退款', outRequestNo: `R-${no}`, amount: -amount, received: -amount, fee: 0 }
    : { ...sold, type: '交易', outRequestNo: '', amount, received: amount, fee: -1 };
}

function addedRow({ outTradeNo, outRequestNo, amount, fee = 0, at }: NonNullable<BillFault['add']>[number]): BillRow {
  const signed = outRequestNo === undefined ? amount : -Math.abs(amount);
  return {
    type: outRequestNo === undefined ? '交易' : '退款',
    tradeNo: `20990101220014${String(at).padStart(14, '0').slice(-14)}`,
    outTradeNo,
    outRequestNo: outRequestNo ?? '',
    subject: '不明, "商品"',
    ...{ storeId: '', operatorId: '', terminalId: '' },
    createdAt: at,
    finishedAt: at,
    ...{ amount: signed, received: signed },
    fee,
  };
}

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === 'string';
const isWhole: Check = (value) => Number.isSafeInteger(value);
const isFlag: Check = (value) => typeof value === 'boolean';
const isList =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const isObject =
  (members: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(([name, member]) => members[name]?.(member) ?? false);

export const isBillFault: Check = isObject({
  day: isText,
  lateMs: isWhole,
  empty: isFlag,
  drop: isList(isText),
  repeat: isList(isText),
  change: isList(
    isObject({
      ...{ number: isText, tradeNo: isText, outTradeNo: isText },
      ...{ amount: isWhole, received: isWhole, fee: isWhole },
    }),
  ),
  garble: isList(isText),
  foreign: isWhole,
  parts: isWhole,
  add: isList(isObject({ outTradeNo: isText, outRequestNo: isText, amount: isWhole, fee: isWhole, at: isWhole })),
  broken: (value) => (BROKEN as readonly unknown[]).includes(value),
  link: isObject({ elsewhere: isText, redirect: isText, silent: isFlag }),
});
