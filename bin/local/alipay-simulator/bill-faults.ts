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
  /** Fen as printed: a fee that is taken is negative. */
  change?: { number: string; amount?: number; fee?: number; tradeNo?: string; outTradeNo?: string }[];
  /** Rows that the books do not have; with `outRequestNo` a refund. */
  add?: { outTradeNo: string; outRequestNo?: string; amount: number; fee?: number; at: number }[];
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

export function falsified(rows: readonly BillRow[], fault: BillFault): BillRow[] {
  const { drop = [], repeat = [], change = [], add = [], empty = false } = fault;
  const numberOf = ({ type, outTradeNo, outRequestNo }: BillRow) => (type === '退款' ? outRequestNo : outTradeNo);
  const kept = (empty ? [] : rows).flatMap((row) => {
    const number = numberOf(row);
    if (drop.includes(number)) return [];
    const { number: _, ...changes } = change.find((it) => it.number === number) ?? { number };
    const changed: BillRow = { ...row, ...changes };
    return repeat.includes(number) ? [changed, { ...changed }] : [changed];
  });
  return [...kept, ...add.map(addedRow)];
}

function addedRow({ outTradeNo, outRequestNo, amount, fee = 0, at }: NonNullable<BillFault['add']>[number]): BillRow {
  return {
    type: outRequestNo === undefined ? '交易' : '退款',
    tradeNo: `20990101220014${String(at).padStart(14, '0').slice(-14)}`,
    outTradeNo,
    outRequestNo: outRequestNo ?? '',
    subject: '不明, "商品"',
    ...{ storeId: '', operatorId: '', terminalId: '' },
    createdAt: at,
    finishedAt: at,
    amount: outRequestNo === undefined ? amount : -Math.abs(amount),
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
  change: isList(isObject({ number: isText, amount: isWhole, fee: isWhole, tradeNo: isText, outTradeNo: isText })),
  add: isList(isObject({ outTradeNo: isText, outRequestNo: isText, amount: isWhole, fee: isWhole, at: isWhole })),
  broken: (value) => (BROKEN as readonly unknown[]).includes(value),
  link: isObject({ elsewhere: isText, redirect: isText, silent: isFlag }),
});
