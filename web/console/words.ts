/** Every word of the console, in both languages. */
import type { Words } from '../../functions/http/answers.ts';

export type Lang = keyof Words;

export const words = {
  console: { 'zh-CN': '商户后台', en: 'Back office' },
  help: { 'zh-CN': '帮助', en: 'Help' },
  otherLanguage: { 'zh-CN': 'English', en: '中文' },
  today: { 'zh-CN': '今日', en: 'Today' },
  orders: { 'zh-CN': '订单', en: 'Orders' },
  refunds: { 'zh-CN': '退款', en: 'Refunds' },
  statements: { 'zh-CN': '对账单', en: 'Statements' },
  terminals: { 'zh-CN': '终端', en: 'Terminals' },
  reconciliations: { 'zh-CN': '对账差异', en: 'Reconciliation' },
  loading: { 'zh-CN': '加载中…', en: 'Loading…' },
  more: { 'zh-CN': '加载更多', en: 'Show more' },
  reload: { 'zh-CN': '刷新', en: 'Reload' },
  back: { 'zh-CN': '返回', en: 'Back' },
  all: { 'zh-CN': '全部', en: 'All' },
  total: { 'zh-CN': '合计', en: 'Total' },

  keyTitle: { 'zh-CN': '导入后台密钥', en: 'Bring in the back-office key' },
  keyText: {
    'zh-CN':
      '请选择 npm run admin -- key create 生成的凭证文件，或把内容粘贴到下面。密钥只保存在本浏览器中，导入后不可再导出，也不会发送给任何人；服务器只有公钥。',
    en: 'Choose the credentials file that npm run admin -- key create has written, or paste it. The key stays in this browser, cannot be exported from it again and is sent to nobody; the server has its public half only.',
  },
  keyFile: { 'zh-CN': '凭证文件', en: 'Credentials file' },
  keyPaste: { 'zh-CN': '或粘贴凭证 / PEM 私钥', en: 'Or paste the credentials or the PEM private key' },
  keyId: { 'zh-CN': '密钥编号（仅粘贴 PEM 时需要）', en: 'Key id (for a bare PEM key only)' },
  keyImport: { 'zh-CN': '导入', en: 'Bring in' },
  keyForget: { 'zh-CN': '移除密钥', en: 'Forget the key' },
  keyForgetAsk: {
    'zh-CN': '从本浏览器移除密钥？之后需要凭证文件才能再次登录。',
    en: 'Forget the key in this browser? The credentials file is needed to come back.',
  },
  keyBad: {
    'zh-CN': '无法读取：需要凭证文件，或 PKCS#8 PEM 私钥加密钥编号（如 bko_….1）。',
    en: 'Cannot read this: a credentials file, or a PKCS#8 PEM key and its id (bko_….1), is needed.',
  },
  keyOfTerminal: {
    'zh-CN': '这是收银终端的密钥，请使用后台密钥（bko_…）。',
    en: 'This is the key of a terminal; the console needs one of the back office (bko_…).',
  },

  day: { 'zh-CN': '营业日', en: 'Business day' },
  store: { 'zh-CN': '门店', en: 'Store' },
  status: { 'zh-CN': '状态', en: 'Status' },
  number: { 'zh-CN': '单号', en: 'Number' },
  numberHint: { 'zh-CN': '商户订单号或 ord_…', en: 'Order number, or ord_…' },
  find: { 'zh-CN': '查询', en: 'Find' },
  time: { 'zh-CN': '时间', en: 'Time' },
  subject: { 'zh-CN': '商品', en: 'Subject' },
  amount: { 'zh-CN': '金额', en: 'Amount' },
  refunded: { 'zh-CN': '已退', en: 'Refunded' },
  refundable: { 'zh-CN': '可退', en: 'Refundable' },
  terminal: { 'zh-CN': '终端', en: 'Terminal' },
  operator: { 'zh-CN': '收银员', en: 'Operator' },
  reference: { 'zh-CN': '备注号', en: 'Reference' },
  tradeNo: { 'zh-CN': '支付宝交易号', en: 'Alipay trade no.' },
  orderId: { 'zh-CN': '订单编号', en: 'Order id' },
  noOrders: { 'zh-CN': '没有符合条件的订单。', en: 'No orders fit.' },
  noRefunds: { 'zh-CN': '这一天的订单没有退款。', en: 'No refunds on the orders of this day.' },
  refundsNote: {
    'zh-CN': '按订单所属营业日列出，含之后各日发起的退款。',
    en: 'Listed by the business day of their order, refunds of later days included.',
  },
  created: { 'zh-CN': '待出码', en: 'Opened' },
  awaiting_payment: { 'zh-CN': '待付款', en: 'Awaiting payment' },
  closing: { 'zh-CN': '关闭中', en: 'Closing' },
  closed: { 'zh-CN': '已关闭', en: 'Closed' },
  paid: { 'zh-CN': '已付款', en: 'Paid' },
  late: { 'zh-CN': '关单后付款', en: 'paid late' },

  trail: { 'zh-CN': '订单轨迹', en: 'What happened' },
  opened: { 'zh-CN': '终端开单', en: 'Order opened' },
  showedCode: { 'zh-CN': '显示二维码，第 {n} 次', en: 'Code shown, attempt {n}' },
  scannedCustomer: { 'zh-CN': '扫描顾客付款码，第 {n} 次', en: "Customer's code scanned, attempt {n}" },
  refusedAttempt: { 'zh-CN': '渠道拒绝', en: 'Refused by the channel' },
  wasPaid: { 'zh-CN': '顾客付款成功', en: 'Paid by the customer' },
  wasPaidLate: { 'zh-CN': '关单后顾客付款', en: 'Paid after the close' },
  closedByCashier: { 'zh-CN': '收银员关单', en: 'Closed by the cashier' },
  closedByExpiry: { 'zh-CN': '超时关单', en: 'Closed: nobody paid in time' },
  refundAsked: { 'zh-CN': '申请退款', en: 'Refund requested' },
  refundDone: { 'zh-CN': '退款成功', en: 'Refund succeeded' },
  refundFailed: { 'zh-CN': '退款失败', en: 'Refund failed' },
  byTill: { 'zh-CN': '商户发起', en: 'by the merchant' },
  byAutomatic: { 'zh-CN': '系统自动', en: 'automatic' },
  byChannel: { 'zh-CN': '在支付宝后台发起', en: "in Alipay's own console" },

  requested: { 'zh-CN': '处理中', en: 'Requested' },
  succeeded: { 'zh-CN': '退款成功', en: 'Succeeded' },
  failed: { 'zh-CN': '退款失败', en: 'Failed' },
  refundNo: { 'zh-CN': '退款单号', en: 'Refund no.' },
  source: { 'zh-CN': '发起', en: 'Source' },
  reason: { 'zh-CN': '原因（选填）', en: 'Reason (optional)' },
  refund: { 'zh-CN': '退款', en: 'Refund' },
  refundAmount: { 'zh-CN': '退款金额（{currency}）', en: 'Amount to refund ({currency})' },
  refundCheck: { 'zh-CN': '下一步', en: 'Check' },
  refundAsk: {
    'zh-CN': '向付款顾客原路退回 {amount}？退款提交后不能撤销。',
    en: 'Send {amount} back to the payer? A refund cannot be taken back.',
  },
  refundConfirm: { 'zh-CN': '确认退款', en: 'Refund' },
  refundBadAmount: {
    'zh-CN': '金额须大于 0，且不超过可退金额 {amount}。',
    en: 'The amount must be more than 0 and at most {amount}.',
  },
  refundUnknown: {
    'zh-CN': '暂时没有确定的结果。请再点一次“确认退款”：单号不变，不会重复退款。',
    en: 'No definite answer yet. Press Refund again: the number stays the same, so nothing is refunded twice.',
  },
  refundNotAllowed: {
    'zh-CN': '当前密钥没有退款权限（refunds:write）。',
    en: 'This key may not refund (refunds:write).',
  },

  payments: { 'zh-CN': '收款', en: 'Payments' },
  netSales: { 'zh-CN': '净销售额', en: 'Net sales' },
  fees: { 'zh-CN': '手续费', en: 'Fees' },
  feesReturned: { 'zh-CN': '退回手续费', en: 'Fees returned' },
  netFees: { 'zh-CN': '净手续费', en: 'Net fees' },
  netReceivable: { 'zh-CN': '应收净额', en: 'Net receivable' },
  count: { 'zh-CN': '{n} 笔', en: '{n}' },
  nothingSold: { 'zh-CN': '今天还没有收款。', en: 'Nothing sold today yet.' },
  withoutAgreement: {
    'zh-CN': '{n} 笔收款尚无费率协议，未计入合计。',
    en: '{n} payments have no fee agreement yet and are in no sum.',
  },
  byStore: { 'zh-CN': '按门店', en: 'By store' },
  byTerminal: { 'zh-CN': '按终端和收银员', en: 'By terminal and operator' },
  byHour: { 'zh-CN': '按小时', en: 'By hour' },
  sales: { 'zh-CN': '销售额', en: 'Sales' },
  chartHour: {
    'zh-CN': '{hour} 时：销售 {sales}，退款 {refunds}，手续费 {fees}',
    en: '{hour}:00: sales {sales}, refunds {refunds}, fees {fees}',
  },
  chartStore: {
    'zh-CN': '{store}：销售 {sales}，退款 {refunds}，手续费 {fees}',
    en: '{store}: sales {sales}, refunds {refunds}, fees {fees}',
  },
  lateLines: { 'zh-CN': '补记 {n} 笔', en: '{n} late lines' },
  noStatements: {
    'zh-CN': '还没有对账单：营业日结束后约半小时封存。',
    en: 'No statements yet: a day is sealed about half an hour after its end.',
  },
  sealed: { 'zh-CN': '封存于 {time}', en: 'Sealed {time}' },
  lines: { 'zh-CN': '{n} 行', en: '{n} lines' },
  downloadCsv: { 'zh-CN': '下载明细 CSV', en: 'Download CSV' },
  downloadPrint: { 'zh-CN': '下载打印版', en: 'Download to print' },
  checksHold: { 'zh-CN': '恒等校验全部成立', en: 'All identity checks hold' },
  checksBroken: { 'zh-CN': '恒等校验不成立，请联系服务商', en: 'An identity check fails: tell your operator' },
  holder: {
    'zh-CN': 'Tillgate 只计算收单机构应结算的金额，从不持有或转付资金。',
    en: 'Tillgate computes what the acquirer should settle; it never holds or forwards money.',
  },

  channels: { 'zh-CN': '支付渠道', en: 'Channels' },
  alipay: { 'zh-CN': '支付宝', en: 'Alipay' },
  open: { 'zh-CN': '正常收款', en: 'Open' },
  draining: { 'zh-CN': '不再接新单', en: 'No new orders' },
  channelClosed: { 'zh-CN': '渠道关闭', en: 'Closed' },
  until: { 'zh-CN': '至 {time}', en: 'until {time}' },

  name: { 'zh-CN': '名称', en: 'Name' },
  lastSeen: { 'zh-CN': '最近在线', en: 'Last seen' },
  never: { 'zh-CN': '从未', en: 'never' },
  clock: { 'zh-CN': '时钟偏差', en: 'Clock off by' },
  active: { 'zh-CN': '启用', en: 'Active' },
  revoked: { 'zh-CN': '已吊销', en: 'Revoked' },
  noTerminals: { 'zh-CN': '还没有终端。', en: 'No terminals yet.' },
  seconds: { 'zh-CN': '{n} 秒', en: '{n} s' },

  offline: {
    'zh-CN': '没有得到答复，请检查网络后重试。',
    en: 'No answer: check the network and try again.',
  },
  scopeMissing: { 'zh-CN': '当前密钥没有查看此项的权限。', en: 'This key may not see this.' },
  keyGone: {
    'zh-CN': '密钥已失效或被吊销，请重新导入。',
    en: 'The key is not valid any more: bring in another one.',
  },
} as const satisfies Record<string, Words>;

export type Word = keyof typeof words;

/** A word with its `{places}` filled. */
export function say(lang: Lang, word: Word, values: Readonly<Record<string, string | number>> = {}): string {
  return words[word][lang].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}
