/** The words of the printed statement. */
import type { Words } from '../../words.ts';

export type Lang = keyof Words;

export const words = {
  title: { 'zh-CN': '手续费对账单', en: 'Fee statement' },
  day: { 'zh-CN': '营业日', en: 'Business day' },
  sealed: { 'zh-CN': '封存时间', en: 'Sealed' },
  lines: { 'zh-CN': '笔数', en: 'Lines' },
  previous: { 'zh-CN': '上一份对账单 SHA-256', en: 'SHA-256 of the statement before' },
  first: { 'zh-CN': '（首份对账单）', en: '(this is the first)' },
  hash: { 'zh-CN': '本对账单 SHA-256', en: 'SHA-256 of this statement' },
  byStore: { 'zh-CN': '按门店', en: 'By store' },
  byTerminal: { 'zh-CN': '按终端和收银员', en: 'By terminal and operator' },
  store: { 'zh-CN': '门店', en: 'Store' },
  channel: { 'zh-CN': '渠道', en: 'Channel' },
  terminal: { 'zh-CN': '终端', en: 'Terminal' },
  operator: { 'zh-CN': '收银员', en: 'Operator' },
  payments: { 'zh-CN': '收款', en: 'Payments' },
  refunds: { 'zh-CN': '退款', en: 'Refunds' },
  netSales: { 'zh-CN': '净销售额', en: 'Net sales' },
  netReceived: { 'zh-CN': '商家实收', en: 'Received' },
  fees: { 'zh-CN': '手续费', en: 'Fees' },
  feesReturned: { 'zh-CN': '退回手续费', en: 'Fees returned' },
  feeAdjustments: { 'zh-CN': '手续费调整（含于净手续费）', en: 'Adjusted (in net fees)' },
  netFees: { 'zh-CN': '净手续费', en: 'Net fees' },
  netReceivable: { 'zh-CN': '应收净额', en: 'Net receivable' },
  youReceive: { 'zh-CN': '您将收到', en: 'You receive' },
  settledIn: { 'zh-CN': '结算币种', en: 'Settled in' },
  settlementGross: { 'zh-CN': '结算总额', en: 'Gross' },
  settlementFees: { 'zh-CN': '手续费', en: 'Fees' },
  settlementNet: { 'zh-CN': '净额', en: 'Net' },
  provisionalLines: {
    'zh-CN': '{n} 笔为暂估，以渠道结算报告为准',
    en: "{n} of the lines provisional, until the channel's settlement report says them",
  },
  unknownLines: {
    'zh-CN': '{n} 笔的结算金额尚未得知，未计入',
    en: '{n} of the lines not known yet, and in no sum',
  },
  total: { 'zh-CN': '合计', en: 'Total' },
  lateLines: { 'zh-CN': '补记', en: 'Late lines' },
  hours: { 'zh-CN': '按小时：销售额与手续费', en: 'Sales and fees by hour' },
  sales: { 'zh-CN': '销售额', en: 'Sales' },
  checks: { 'zh-CN': '恒等校验', en: 'Identity checks' },
  every_line_is_counted: {
    'zh-CN': '明细笔数 = 收款 + 退款 + 手续费调整笔数',
    en: 'lines = payments + refunds + fee adjustments',
  },
  payments_and_refunds_are_net_sales: {
    'zh-CN': '明细总额之和 = 收款 + 退款',
    en: 'sum of gross on the lines = payments + refunds',
  },
  gross_less_fees_is_net_receivable: {
    'zh-CN': '总额 − 手续费 = 应收净额',
    en: 'gross − fees on the lines = net receivable',
  },
  payments_and_refunds_are_net_received: {
    'zh-CN': '明细商家实收之和 = 收款与退款的商家实收',
    en: 'sum of received on the lines = received of payments + refunds',
  },
  received_less_fees_is_net_receivable: {
    'zh-CN': '商家实收 − 手续费 = 应收净额',
    en: 'received − fees on the lines = net receivable',
  },
  lines_are_net_receivable: { 'zh-CN': '明细净额之和 = 应收净额', en: 'sum of net on the lines = net receivable' },
  terminals_are_net_receivable: {
    'zh-CN': '各终端净额之和 = 应收净额',
    en: 'sum over terminals and operators = net receivable',
  },
  settlement_lines_are_settlement_net: {
    'zh-CN': '明细结算净额之和 = 结算总额 − 结算手续费',
    en: 'sum of settlement net on the lines = settlement gross − settlement fees',
  },
  holds: { 'zh-CN': '成立', en: 'holds' },
  broken: { 'zh-CN': '不成立', en: 'does not hold' },
  holder: {
    'zh-CN':
      '本系统只计算并列明收单机构应与商户结算的金额，从不持有或转付资金。手续费为正数，退款与退回的手续费为负数；净额 = 商家实收 − 手续费。',
    en: 'This system computes and states what the acquirer should settle with the merchant; it never holds or pays out money. Fees are positive, refunds and returned fees negative; net = received − fee. Received is less than gross where the shop pays a discount.',
  },
  late: {
    'zh-CN': '其中 {n} 笔为以前营业日的补记，列在明细中，不在小时图内。',
    en: '{n} of the lines are late: they are of earlier business days, stand on this statement, and are not in the chart.',
  },
  adjusted: {
    'zh-CN': '其中 {n} 笔按渠道账单调整以前的手续费，共 {amount}，已计入净手续费。',
    en: "{n} of the lines adjust fees of earlier lines to what the channel's report charged: {amount} in all, within net fees.",
  },
  negative: {
    'zh-CN': '应收净额为负：{amount}，由以后的应收抵扣。',
    en: 'Net receivable is negative: {amount} is carried forward to later days.',
  },
  more: { 'zh-CN': '另有 {n} 行，见 CSV 文件。', en: '{n} more rows are in the CSV files.' },
  nobody: { 'zh-CN': '—', en: '—' },
} as const satisfies Record<string, Words>;
