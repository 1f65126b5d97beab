/** The help page's words: what merchants ask, answered in both languages. `{places}` are filled with the merchant's terms. */
import type { Words } from '../../functions/words.ts';
import { sayer } from '../shared/say.ts';

export const messages = {
  title: { 'zh-CN': '商户帮助', en: 'Help for merchants' },
  console: { 'zh-CN': '商户后台', en: 'Back office' },
  contents: { 'zh-CN': '目录', en: 'Contents' },
  own: { 'zh-CN': '{name}的约定', en: 'The terms of {name}' },
  notOwn: {
    'zh-CN': '在保存了商户密钥的浏览器中打开本页（先登录商户后台），就能看到您自己的费率、退款期限和币种。',
    en: 'Open this page in a browser that holds your key (sign in to the back office first) to see your own rate, refund window and currencies.',
  },
  termsFault: {
    'zh-CN': '暂时读不到您的约定，以下为通用说明。',
    en: 'Your terms cannot be read just now; what follows holds for everybody.',
  },

  feeTitle: { 'zh-CN': '手续费怎么算？', en: 'How is the fee computed?' },
  feeText: {
    'zh-CN':
      '每笔收款单独计算：实收金额 × 费率，按分四舍五入，再套用保底和封顶。费率以顾客付款当天的协议为准，之后调整协议不会重算旧账。每一笔的费率和手续费都写在当天的对账单上。',
    en: 'For every payment on its own: what was received × the rate, rounded half up to the smallest unit, then not less than the minimum and not more than the cap. The agreement of the day of payment counts; a later one never restates old payments. Each line of the statement shows its rate and its fee.',
  },
  rate: { 'zh-CN': '费率', en: 'Rate' },
  minimum: { 'zh-CN': '每笔保底', en: 'Minimum per payment' },
  cap: { 'zh-CN': '每笔封顶', en: 'Cap per payment' },
  none: { 'zh-CN': '无', en: 'none' },
  since: { 'zh-CN': '生效日', en: 'In force since' },
  onRefund: { 'zh-CN': '退款时的手续费', en: 'The fee on a refund' },
  kept: { 'zh-CN': '不退还', en: 'is kept' },
  returned: { 'zh-CN': '按退款比例退还', en: 'is returned in proportion' },
  returned_same_day: {
    'zh-CN': '当日退款按比例退还，隔日不退',
    en: 'is returned in proportion on the day of payment, kept later',
  },
  keptText: {
    'zh-CN': '退款不退还已收的手续费。',
    en: 'A refund does not give the fee back.',
  },
  returnedText: {
    'zh-CN': '退款时，手续费按退款金额的比例退还；分几次退也一样，全额退款时手续费分毫不差全部退还。',
    en: 'A refund gives back the same share of the fee. Several partial refunds add up: when all is refunded, the whole fee has come back, to the cent.',
  },
  returned_same_dayText: {
    'zh-CN': '付款当天退款，手续费按比例退还；隔日退款，手续费不退。',
    en: 'A refund on the day of payment gives back the same share of the fee; a later one gives none back.',
  },
  example: { 'zh-CN': '举例', en: 'For example' },
  sale: { 'zh-CN': '收款', en: 'Payment' },
  fee: { 'zh-CN': '手续费', en: 'Fee' },
  net: { 'zh-CN': '应收净额', en: 'You are owed' },

  refundTitle: {
    'zh-CN': '怎么退款？什么时候之前可以退？钱退到哪里？',
    en: 'How and until when do I refund, and where does the money go?',
  },
  refundHow: {
    'zh-CN':
      '在收银台或商户后台打开订单，填写金额，确认即可。可以只退一部分，也可以分多次退，合计不超过实收金额。退款提交后不能撤销。',
    en: 'Open the order at the till or in the back office, enter the amount and confirm. A part is enough, and several parts may follow, up to what was paid. A refund cannot be taken back.',
  },
  refundWhere: {
    'zh-CN': '款项由收单机构原路退回顾客付款的账户或银行卡，不能退现金，也不能退到别的账户。',
    en: 'The acquirer sends the money back the way it came, to the account or card that paid; never in cash and never to another account.',
  },
  refundWindow: { 'zh-CN': '付款后 {days} 天内可以退款。', en: 'You can refund within {days} days of the payment.' },
  refundState: {
    'zh-CN':
      '显示“处理中”时请不要重复退款：系统会一直查到有确定结果为止。收单账户余额不足时，退款会等到账户有余额再完成。',
    en: 'While a refund is shown as requested, do not start another one: it is followed until its result is certain. If your account at the acquirer has no cover, the refund waits until it has.',
  },
  lateRefund: {
    'zh-CN': '关单之后才到的款项会自动全额退还顾客，请勿交货。',
    en: 'Money that comes after an order was closed is refunded in full by itself: do not hand over goods.',
  },
  lateKeep: {
    'zh-CN': '关单之后才到的款项按您的约定保留，请在后台核对后处理。',
    en: 'Money that comes after an order was closed is kept, as you agreed: look at it in the back office.',
  },
  refundsPerDay: { 'zh-CN': '每日最多退款 {n} 笔。', en: 'At most {n} refunds a day.' },
  largestTerminalRefund: {
    'zh-CN': '收银台每单最多退款 {amount}，超过的由后台办理。',
    en: 'A till refunds at most {amount} of an order; the back office refunds more.',
  },
  refundedPerDay: { 'zh-CN': '每日退款合计最多 {amount}。', en: 'At most {amount} refunded a day.' },

  currencyTitle: { 'zh-CN': '支持哪些币种？', en: 'Which currencies?' },
  currencyOwn: { 'zh-CN': '您可以收：{currencies}。', en: 'You can sell in: {currencies}.' },
  currencyText: {
    'zh-CN': '有有效费率协议、且您的某个渠道支持的币种才能收款。退款只能用原订单的币种，不做换算。',
    en: 'Those for which you have an agreement in force and that one of your channels takes. A refund is in the currency of its order; nothing is converted.',
  },
  largestOrder: { 'zh-CN': '单笔最高 {amount}。', en: 'At most {amount} per order.' },

  channelTitle: {
    'zh-CN': '显示“渠道关闭”是什么意思？该怎么办？',
    en: 'What does “channel closed” mean, and what do I do?',
  },
  channelText: {
    'zh-CN':
      '支付渠道暂时不接新订单，例如渠道维护或大面积故障。没有产生任何扣款。如果本店有另一个渠道，收银台会改用它；否则请顾客改用其他方式付款，不要反复下单；屏幕上会显示原因和预计恢复时间，到时自动恢复。',
    en: 'The channel takes no new orders for a while, for example during maintenance or an outage. Nothing was charged. If the shop has another channel, the till uses that one; otherwise ask the customer to pay another way and do not keep trying; the screen tells why and until when, and it opens again by itself.',
  },
  channelOpen: {
    'zh-CN': '已经显示二维码的订单和退款不受影响，会照常查到结果。“不再接新单”也是这个意思：在途的照常完成。',
    en: 'Orders that already show a code, and refunds, go on to their end. “No new orders” means the same: what is under way is finished.',
  },
  channelUnknown: {
    'zh-CN': '如果显示“正在核实，请勿交货”，说明渠道还没有给出确定结果：请等待，不要重复收款。',
    en: 'If the screen says to wait and not to hand over goods, the channel has not answered for certain: wait, and do not charge again.',
  },

  dataTitle: { 'zh-CN': '终端和顾客的数据如何保护？', en: 'How are terminal and customer data protected?' },
  dataKeys: {
    'zh-CN':
      '终端的密钥在终端上生成，不可导出；服务器只有公钥。每个请求都有签名，改动一个字节就会被拒绝。终端丢失时，服务商可立即吊销。',
    en: 'A terminal makes its own key, which cannot be exported from it; the server has the public half only. Every request is signed, and one changed byte is enough to refuse it. A lost terminal is revoked by your operator within half a minute.',
  },
  dataCustomer: {
    'zh-CN': '不保存顾客的姓名、账号和付款码；收到渠道消息时，与收款无关的内容当场丢弃。日志中也没有顾客信息。',
    en: "No name, account or payment code of a customer is kept: what a payment does not need is dropped when the channel's message comes in. Logs hold nothing about customers.",
  },
  dataMoney: {
    'zh-CN': '资金由{acquirer}直接结算到您的账户，Tillgate 不持有也不转付资金。',
    en: '{acquirer} settles the money to your account directly; Tillgate never holds or forwards it.',
  },
  acquirer: { 'zh-CN': '持牌收单机构', en: 'The licensed acquirer' },
} as const satisfies Record<string, Words>;

export type Word = keyof typeof messages;
export const say = sayer(messages);
