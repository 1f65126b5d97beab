/** Every word of the console, in both languages. */

import { words as printed } from '../../functions/statement/export/messages.ts';
import type { Words } from '../../functions/words.ts';
import { sayer } from '../shared/say.ts';

export const messages = {
  // What the printed statement says is said here by the same words; some are said otherwise below.
  ...printed,
  console: { 'zh-CN': '商户后台', en: 'Back office' },
  help: { 'zh-CN': '帮助', en: 'Help' },
  today: { 'zh-CN': '今日', en: 'Today' },
  orders: { 'zh-CN': '订单', en: 'Orders' },
  statements: { 'zh-CN': '对账单', en: 'Statements' },
  terminals: { 'zh-CN': '终端', en: 'Terminals' },
  reconciliations: { 'zh-CN': '渠道对账', en: 'Reconciliation' },
  loading: { 'zh-CN': '加载中…', en: 'Loading…' },
  more: { 'zh-CN': '加载更多', en: 'Show more' },
  reload: { 'zh-CN': '刷新', en: 'Reload' },
  back: { 'zh-CN': '返回', en: 'Back' },
  all: { 'zh-CN': '全部', en: 'All' },

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

  status: { 'zh-CN': '状态', en: 'Status' },
  number: { 'zh-CN': '单号', en: 'Number' },
  numberHint: { 'zh-CN': '商户订单号、渠道交易号或 ord_…', en: "Order number, the channel's, or ord_…" },
  find: { 'zh-CN': '查询', en: 'Find' },
  time: { 'zh-CN': '时间', en: 'Time' },
  subject: { 'zh-CN': '商品', en: 'Subject' },
  amount: { 'zh-CN': '金额', en: 'Amount' },
  shopDiscount: { 'zh-CN': '商家优惠 {amount}', en: 'Discount paid by the shop {amount}' },
  refunded: { 'zh-CN': '已退', en: 'Refunded' },
  refundable: { 'zh-CN': '可退', en: 'Refundable' },
  reference: { 'zh-CN': '备注号', en: 'Reference' },
  tradeNo: { 'zh-CN': '渠道交易号', en: 'Trade no. at the channel' },
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
  paidAtTime: { 'zh-CN': '已收款 {time}', en: 'Paid {time}' },
  wasPaidLate: { 'zh-CN': '关单后顾客付款', en: 'Paid after the close' },
  closedByCashier: { 'zh-CN': '收银员关单', en: 'Closed by the cashier' },
  closedByExpiry: { 'zh-CN': '超时关单', en: 'Closed: nobody paid in time' },
  refundRequested: { 'zh-CN': '申请退款', en: 'Refund requested' },
  refundDone: { 'zh-CN': '退款成功', en: 'Refund succeeded' },
  refundFailed: { 'zh-CN': '退款失败', en: 'Refund failed' },
  byTill: { 'zh-CN': '商户发起', en: 'by the merchant' },
  byAutomatic: { 'zh-CN': '系统自动', en: 'automatic' },
  byChannel: { 'zh-CN': '在渠道后台发起', en: "in the channel's own console" },

  requested: { 'zh-CN': '处理中', en: 'Requested' },
  succeeded: { 'zh-CN': '退款成功', en: 'Succeeded' },
  failed: { 'zh-CN': '退款失败', en: 'Failed' },
  refund: { 'zh-CN': '退款', en: 'Refund' },
  refundNo: { 'zh-CN': '退款单号', en: 'Refund no.' },
  source: { 'zh-CN': '发起', en: 'Source' },
  refundNotAllowed: {
    'zh-CN': '当前密钥没有退款权限（refunds:write）。',
    en: 'This key may not refund (refunds:write).',
  },

  payment: { 'zh-CN': '收款', en: 'Payment' },
  count: { 'zh-CN': '{n} 笔', en: '×{n}' },
  nothingSold: { 'zh-CN': '今天还没有收款。', en: 'Nothing sold today yet.' },
  withoutAgreement: {
    'zh-CN': '{n} 笔收款尚无费率协议，未计入合计。',
    en: '{n} payments have no fee agreement yet and are in no sum.',
  },
  byHour: { 'zh-CN': '按小时', en: 'By hour' },
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

  reconciliationsNote: {
    'zh-CN':
      '每天上午十点起，取渠道前一天的账单，与我方记录逐笔核对（按中国时间划分日期）。差异由服务商核实后写明说明。',
    en: "From ten in the morning, the channel's bill of the day before is compared with our records, one movement at a time. Days are China's. Your operator looks into differences and writes down what they were.",
  },
  reportDay: { 'zh-CN': '账单日', en: 'Day' },
  account: { 'zh-CN': '收款账户', en: 'Account' },
  upTo: { 'zh-CN': '截至账单日', en: 'Week up to' },
  compared: { 'zh-CN': '已核对', en: 'Compared' },
  no_bill: { 'zh-CN': '没有账单', en: 'No bill' },
  unreadable: { 'zh-CN': '账单不可用', en: 'Unreadable' },
  notCompared: { 'zh-CN': '尚未核对', en: 'Not yet' },
  noBillText: {
    'zh-CN': '渠道三天内都没有提供这一天的账单，请联系服务商。',
    en: 'The channel had no bill of this day three days later: tell your operator.',
  },
  unreadableText: {
    'zh-CN': '这一天的账单有错误，没有采用其中任何一行；系统会继续重新获取。',
    en: 'The bill of this day is faulty and not one row of it was used. It is asked for again.',
  },
  checked: { 'zh-CN': '核对于 {time}', en: 'Looked at {time}' },
  matched: { 'zh-CN': '一致', en: 'Agree' },
  settled: { 'zh-CN': '已处理', en: 'Settled' },
  foreign: { 'zh-CN': '其他系统的流水', en: 'Of other systems' },
  allAgree: { 'zh-CN': '逐笔一致，没有差异。', en: 'Everything agrees.' },
  omitted: {
    'zh-CN': '另有 {n} 笔差异未列出，请联系服务商。',
    en: '{n} more differences are not shown: tell your operator.',
  },
  bill: { 'zh-CN': '渠道账单', en: "The channel's bill" },
  ours: { 'zh-CN': '我方记录', en: 'Our records' },
  fee: { 'zh-CN': '手续费', en: 'Fee' },
  age: { 'zh-CN': '距今', en: 'Age' },
  note: { 'zh-CN': '说明', en: 'Note' },

  openDifference: { 'zh-CN': '待处理', en: 'Open' },
  waitingDifference: { 'zh-CN': '等待次日账单', en: 'Waiting' },
  acceptedDifference: { 'zh-CN': '已说明', en: 'Explained' },
  healedDifference: { 'zh-CN': '已补齐', en: 'Settled by itself' },
  missing_here: { 'zh-CN': '仅账单有', en: 'only on the bill' },
  missing_hereText: {
    'zh-CN': '账单上有，我方原来没有。系统会先向渠道查询，查到即补记。',
    en: 'The bill has it and we had not. The channel is asked first, and what it confirms is booked.',
  },
  missing_at_channel: { 'zh-CN': '账单没有', en: 'not on the bill' },
  missing_at_channelText: {
    'zh-CN': '我方有，账单上没有：可能没有结算给您。',
    en: 'We have it and the bill has not: it may not be settled with you.',
  },
  different_amount: { 'zh-CN': '金额不同', en: 'another amount' },
  different_amountText: { 'zh-CN': '双方记录的金额不同。', en: 'The two sides name different amounts.' },
  different_received: { 'zh-CN': '商家实收不同', en: 'another sum received' },
  different_receivedText: {
    'zh-CN': '账单上的商家实收（扣手续费前）与我们记录的不同。',
    en: 'The bill says that the shop received another sum before the fee than we have.',
  },
  different_fee: { 'zh-CN': '手续费不同', en: 'another fee' },
  different_feeText: {
    'zh-CN': '渠道收取的手续费与协议不同。',
    en: 'The channel has charged another fee than the agreement says.',
  },
  different_status: { 'zh-CN': '状态不同', en: 'another status' },
  different_statusText: {
    'zh-CN': '我方记录为退款失败，账单上却已退款。',
    en: 'The refund failed by our records, and the bill says that it was made.',
  },
  duplicate: { 'zh-CN': '账单重复', en: 'twice on the bill' },
  duplicateText: { 'zh-CN': '同一笔在账单上出现不止一次。', en: 'The bill has the same movement more than once.' },
  around_midnight: { 'zh-CN': '午夜前后', en: 'around midnight' },
  around_midnightText: {
    'zh-CN': '可能记在次日的账单上，最多等三天。',
    en: 'It may stand on the bill of the next day. It is waited for, three days at most.',
  },
  unread_row: { 'zh-CN': '账单行无法读取', en: 'not to be read' },
  unread_rowText: {
    'zh-CN': '账单上这一行无法确定内容，其余各行不受影响。请在渠道的商家平台核对这一笔。',
    en: 'What this row of the bill says is not certain; the other rows are. Look this one up at the channel.',
  },
  billReceived: { 'zh-CN': '账单实收', en: 'Received by the bill' },
  reasonWhy: { 'zh-CN': '原因', en: 'Why' },

  channels: { 'zh-CN': '支付渠道', en: 'Channels' },
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
  shifts: { 'zh-CN': '班次', en: 'Shifts' },
  shiftsOf: { 'zh-CN': '{terminal} 的班次', en: 'Shifts of {terminal}' },
  shiftNo: { 'zh-CN': '班次号', en: 'Shift' },
  shiftOpenedAt: { 'zh-CN': '开始', en: 'From' },
  shiftClosedAt: { 'zh-CN': '交班时间', en: 'Closed' },
  shiftReceived: { 'zh-CN': '实收', en: 'Received' },
  shiftLate: {
    'zh-CN': '其中 {n} 笔发生在本班次之前、本班次才得知',
    en: '{n} of it moved before this shift and was learned of in it',
  },
  shiftWithoutAgreement: { 'zh-CN': '尚未约定费率，未计入合计', en: 'No fee is agreed, in no sum' },
  nothingInShift: { 'zh-CN': '本班次没有收款。', en: 'Nothing was sold in this shift.' },
  noShifts: { 'zh-CN': '这个终端还没有交过班。', en: 'No shift of this terminal was closed yet.' },
  seconds: { 'zh-CN': '{n} 秒', en: '{n} s' },

  offline: {
    'zh-CN': '没有得到答复，请检查网络后重试。',
    en: 'No answer: check the network and try again.',
  },
  tooManyRows: {
    'zh-CN': '数据超过 {n} 条，只算一部分会出错，请使用命令行。',
    en: 'There are more than {n} rows, and the sum of a part would be wrong: use the command line.',
  },
  scopeMissing: { 'zh-CN': '当前密钥没有查看此项的权限。', en: 'This key may not see this.' },
  keyGone: {
    'zh-CN': '密钥已失效或被吊销，请重新导入。',
    en: 'The key is not valid any more: bring in another one.',
  },
} as const satisfies Record<string, Words>;

export type Word = keyof typeof messages;

export const say = sayer(messages);
