/** The bill of a day as Alipay writes it, ready at nine on the next morning. It can be told to write something else (`faults.bill`). */
import { appliesTo, type BillFault, falsified } from './bill-faults.ts';
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
  const shown = falsified(rows, fault);
  const { broken } = fault;
  const account = `${broken === 'account' ? '2088999999999999' : of.sellerId}0156`;
  const frame = frameOf(account, broken === 'day' ? chinaTime((beginOf(of.day) ?? 0) - DAY).slice(0, 10) : of.day);
  const header = broken === 'columns' ? DETAIL.replace('服务费（元）', '手续费（元）') : DETAIL;
  const sums = sumsOf(broken === 'sums' ? shown.slice(1) : shown, of.now);
  const detail = [...frame('业务明细'), header, ...shown.map(detailLine), marker('业务明细列表结束'), ...sums];
  const summary = [
    ...frame('业务汇总'),
    SUMMARY,
    ...summaryLines(shown),
    marker('业务汇总列表结束'),
    sums.at(-1) ?? '',
  ];
  const encode = broken === 'encoding' ? (text: string) => Buffer.from(text, 'utf8') : gbk;
  const name = `${account}_${of.day.replaceAll('-', '')}_业务明细`;
  const file = zip([
    { name: gbk(`${name}.csv`), content: encode(`${detail.join('\r\n')}\r\n`) },
    { name: gbk(`${name}(汇总).csv`), content: encode(`${summary.join('\r\n')}\r\n`) },
  ]);
  if (broken === 'zip') return Buffer.from('<html><body>502 Bad Gateway</body></html>');
  return broken === 'torn' ? file.subarray(0, Math.floor(file.length / 2)) : file;
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

function detailLine(row: BillRow): string {
  const amount = signed(row.amount);
  const nothing = '0.00';
  return line([
    ...[row.tradeNo, row.outTradeNo, row.type, row.subject, chinaTime(row.createdAt), chinaTime(row.finishedAt)],
    ...[row.storeId, '', row.operatorId, row.terminalId, '*明(138****5678)'],
    ...[amount, amount, nothing, nothing, nothing, nothing, nothing, '', nothing, nothing],
    ...[row.outRequestNo, signed(row.fee), nothing, ''],
  ]);
}

function sumsOf(rows: readonly BillRow[], now: number): string[] {
  const of = (type: BillRow['type']) => rows.filter((row) => row.type === type);
  const sum = (some: readonly BillRow[]) => signed(some.reduce((total, { amount }) => total + amount, 0));
  const [date = '', time] = chinaTime(now).split(' ');
  return [
    `#交易合计：${of('交易').length}笔，商家实收共${sum(of('交易'))}元，商家优惠共0.00元`,
    `#退款合计：${of('退款').length}笔，商家实收退款共${sum(of('退款'))}元，商家优惠退款共0.00元`,
    `#导出时间：[${date.replace(/^(....)-(..)-(..)$/, '$1年$2月$3日')} ${time}]`,
  ];
}

function summaryLines(rows: readonly BillRow[]): string[] {
  const lineOf = (storeId: string, some: readonly BillRow[]) => {
    const amount = some.reduce((total, row) => total + row.amount, 0);
    const fee = some.reduce((total, row) => total + row.fee, 0);
    const count = (type: BillRow['type']) => some.filter((row) => row.type === type).length;
    const zero = '0.00';
    return line([
      ...[storeId, '', count('交易'), count('退款'), signed(amount), signed(amount)],
      ...[zero, zero, zero, signed(fee), zero, signed(amount + fee)],
    ]);
  };
  const stores = Map.groupBy(rows, ({ storeId }) => storeId);
  return [...[...stores].map(([storeId, some]) => lineOf(storeId, some)), lineOf('合计', rows)];
}
