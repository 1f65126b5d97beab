/** The bill of a day as Alipay writes it, ready at nine on the next morning. It can be told to write something else (`faults.bill`). */
import { appliesTo, type BillFault, falsified, isGarbled } from './bill-faults.ts';
import { gbk, zip } from './bill-file.ts';
import { type BillRow, beginOf, DAY } from './bill-rows.ts';
import { chinaTime, yuan } from './wire.ts';

const HOUR = 3_600_000;

export function readyAt(day: string, fault: BillFault | null): number {
  const late = fault && appliesTo(fault, day) ? (fault.lateMs ?? 0) : 0;
  return (beginOf(day) ?? 0) + DAY + 9 * HOUR + late;
}

const DETAIL =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注';
const SUMMARY =
  '门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）';

/** The zip that is downloaded, falsified if `fault` speaks of that day. `now` is the time of export. */
export function billFile(
  rows: readonly BillRow[],
  of: { sellerId: string; day: string; now: number },
  told: BillFault | null,
): Buffer {
  const fault = told && appliesTo(told, of.day) ? told : {};
  const shown = falsified(rows, fault, beginOf(of.day) ?? 0);
  const { broken } = fault;
  const account = `${broken === 'account' ? '2088999999999999' : of.sellerId}0156`;
  const day = broken === 'day' ? chinaTime((beginOf(of.day) ?? 0) - DAY).slice(0, 10) : of.day;
  const { head, foot } = detailFrame(account, day, of.now);
  if (broken === 'columns') head.push(head.pop()?.replace('服务费（元）', '手续费（元）') ?? '');
  const encode = broken === 'encoding' ? (text: string) => Buffer.from(text, 'utf8') : gbk;
  const contentOf = (lines: readonly string[]) => encode(`${lines.join('\r\n')}\r\n`);
  const name = `${account}_${of.day.replaceAll('-', '')}_业务明细`;
  const details = inParts(shown, fault.parts ?? 1).map((part, i, all) => {
    const sums = foot(totalsOf(broken === 'sums' ? part.slice(1) : part));
    const lines = [...head, ...part.map((row) => detailLine(row, isGarbled(row, fault))), ...sums];
    return { name: gbk(`${name}${all.length > 1 ? `_${i + 1}` : ''}.csv`), content: contentOf(lines) };
  });
  const summary = [
    ...frameOf(account, day)('业务汇总'),
    SUMMARY,
    ...summaryLines(shown),
    marker('业务汇总列表结束'),
    exportedAt(of.now),
  ];
  const file = zip([...details, { name: gbk(`${name}(汇总).csv`), content: contentOf(summary) }]);
  if (broken === 'zip') return Buffer.from('<html><body>502 Bad Gateway</body></html>');
  return broken === 'torn' ? file.subarray(0, Math.floor(file.length / 2)) : file;
}

/** What stands around the rows of a detail. `account` is printed with the currency's number behind it. */
export function detailFrame(account: string, day: string, now: number) {
  return {
    head: [...frameOf(account, day)('业务明细'), DETAIL],
    foot: (totals: Totals) => [marker('业务明细列表结束'), ...sumsOf(totals), exportedAt(now)],
  };
}

function inParts(rows: readonly BillRow[], count: number): BillRow[][] {
  const size = Math.ceil(rows.length / count);
  return Array.from({ length: count }, (_, i) => rows.slice(i * size, (i + 1) * size));
}

const marker = (name: string) => `#${'-'.repeat(41)}${name}${'-'.repeat(40)}`;

function frameOf(account: string, day: string) {
  const inWords = (at: number) => {
    const [date = '', time] = chinaTime(at).split(' ');
    return `${date.replace(/^(....)-(..)-(..)$/, '$1年$2月$3日')} ${time}`;
  };
  const begin = beginOf(day) ?? 0;
  return (what: string) => [
    `#支付宝${what}查询`,
    `#账号：[${account}]`,
    `#起始日期：[${inWords(begin)}]   终止日期：[${inWords(begin + DAY)}]`,
    marker(`${what}列表`),
  ];
}

/** Tabs keep spreadsheets from making numbers of long digits. */
const line = (cells: readonly (string | number)[]) => cells.map((cell) => `${cell}\t`).join(',');
const signed = (fen: number) => (fen < 0 ? `-${yuan(-fen)}` : yuan(fen));

/** `isGarbled`: its amounts are none. */
export function detailLine(row: BillRow, isGarbled = false): string {
  const amounts = [signed(row.amount), signed(row.received)].map((amount) => (isGarbled ? '--' : amount));
  const discount = signed(row.amount - row.received);
  const nothing = '0.00';
  return line([
    ...[row.tradeNo, row.outTradeNo, row.type, row.subject, chinaTime(row.createdAt), chinaTime(row.finishedAt)],
    ...[row.storeId, '', row.operatorId, row.terminalId, '*明(138****5678)'],
    ...[...amounts, nothing, nothing, nothing, discount, nothing, '', nothing, nothing],
    ...[row.outRequestNo, signed(row.fee), nothing, ''],
  ]);
}

/** Of payments, and of refunds: how many, and what was received and given as a discount, in fen. */
export type Totals = Record<BillRow['type'], { count: number; received: number; discount: number }>;

export function totalsOf(rows: Iterable<BillRow>): Totals {
  const totals = {
    ...{ 交易: { count: 0, received: 0, discount: 0 }, 退款: { count: 0, received: 0, discount: 0 } },
  };
  for (const { type, amount, received } of rows) {
    const sum = totals[type];
    sum.count += 1;
    sum.received += received;
    sum.discount += amount - received;
  }
  return totals;
}

function sumsOf({ 交易: paid, 退款: back }: Totals): string[] {
  return [
    `#交易合计：${paid.count}笔，商家实收共${signed(paid.received)}元，商家优惠共${signed(paid.discount)}元`,
    `#退款合计：${back.count}笔，商家实收退款共${signed(back.received)}元，商家优惠退款共${signed(back.discount)}元`,
  ];
}

function exportedAt(now: number): string {
  const [date = '', time] = chinaTime(now).split(' ');
  return `#导出时间：[${date.replace(/^(....)-(..)-(..)$/, '$1年$2月$3日')} ${time}]`;
}

function summaryLines(rows: readonly BillRow[]): string[] {
  const lineOf = (storeId: string, some: readonly BillRow[]) => {
    const amount = some.reduce((total, row) => total + row.amount, 0);
    const received = some.reduce((total, row) => total + row.received, 0);
    const fee = some.reduce((total, row) => total + row.fee, 0);
    const count = (type: BillRow['type']) => some.filter((row) => row.type === type).length;
    const zero = '0.00';
    return line([
      ...[storeId, '', count('交易'), count('退款'), signed(amount), signed(received)],
      ...[zero, signed(amount - received), zero, signed(fee), zero, signed(received + fee)],
    ]);
  };
  const stores = Map.groupBy(rows, ({ storeId }) => storeId);
  return [...[...stores].map(([storeId, some]) => lineOf(storeId, some)), lineOf('合计', rows)];
}
