/** Every word of the wallet, in both languages. */
import type { Words } from '../../functions/words.ts';
import { sayer } from '../shared/say.ts';

export const messages = {
  title: { 'zh-CN': '顾客钱包', en: 'Wallet' },
  simulated: { 'zh-CN': '模拟 · 不涉及真钱', en: 'Simulated · no real money' },
  scan: { 'zh-CN': '扫一扫', en: 'Scan' },
  code: { 'zh-CN': '付钱', en: 'Pay' },
  bills: { 'zh-CN': '账单', en: 'Bills' },
  sections: { 'zh-CN': '钱包', en: 'Wallet' },

  scanTitle: { 'zh-CN': '打开商家收款码', en: "Open the shop's code" },
  scanText: {
    'zh-CN': '粘贴收款码的文字或截图，选择图片，或直接点收银台上的链接。',
    en: 'Paste the text of the code or a picture of it, choose a picture, or use the link on the till.',
  },
  scanField: { 'zh-CN': '收款码内容', en: 'Text of the code' },
  scanDo: { 'zh-CN': '打开', en: 'Open' },
  picture: { 'zh-CN': '选择图片', en: 'Choose a picture' },
  noCode: { 'zh-CN': '图片里没有找到二维码。', en: 'There is no code in this picture.' },
  unknownCode: { 'zh-CN': '这不是收款码。', en: 'Nobody knows this code.' },
  expiredCode: {
    'zh-CN': '收款码已过期，请商家出示新的收款码。',
    en: 'This code has expired. Ask the shop for a new one.',
  },
  noAnswer: { 'zh-CN': '没有得到答复，请重试。', en: 'No answer. Try again.' },

  payTo: { 'zh-CN': '付款给', en: 'Pay to' },
  password: { 'zh-CN': '支付密码（任意 6 位数字）', en: 'Payment password (any six digits)' },
  payDo: { 'zh-CN': '确认付款 {amount}', en: 'Pay {amount}' },
  decline: { 'zh-CN': '不付了', en: 'Do not pay' },
  wrong_password: { 'zh-CN': '支付密码错误，请重试。', en: 'Wrong password. Try again.' },

  success: { 'zh-CN': '付款成功', en: 'Paid' },
  closed: { 'zh-CN': '交易已关闭', en: 'Closed' },
  closedText: { 'zh-CN': '商家已关闭这笔交易，没有扣款。', en: 'The shop has closed this sale. Nothing was taken.' },
  expired: { 'zh-CN': '收款码已过期', en: 'Code expired' },
  expiredText: { 'zh-CN': '没有扣款。', en: 'Nothing was taken.' },
  not_in_this_wallet: { 'zh-CN': '此钱包无法支付', en: 'Not in this wallet' },
  notInThisWalletText: {
    'zh-CN': '没有扣款。请换一个钱包。',
    en: 'Nothing was taken. Choose another wallet.',
  },
  declined: { 'zh-CN': '未付款', en: 'Not paid' },
  declinedText: {
    'zh-CN': '没有扣款。收银台会一直等到收款码过期或被取消。',
    en: 'Nothing was taken. The till waits until its code ends or is cancelled.',
  },
  tradeNo: { 'zh-CN': '交易号', en: 'Trade no.' },
  done: { 'zh-CN': '完成', en: 'Done' },

  codeTitle: { 'zh-CN': '向商家付钱', en: 'Show this to the shop' },
  codeText: { 'zh-CN': '每分钟自动更新，请勿发给他人。', en: 'New every minute. Show it to nobody else.' },
  codeLabel: { 'zh-CN': '付款码', en: 'Payment code' },
  barLabel: { 'zh-CN': '付款条形码', en: 'Payment code as bars' },
  copy: { 'zh-CN': '复制数字', en: 'Copy the digits' },
  copied: { 'zh-CN': '已复制', en: 'Copied' },
  renew: { 'zh-CN': '换一个', en: 'Another one' },
  waiting: { 'zh-CN': '请确认付款', en: 'Confirm the payment' },

  none: { 'zh-CN': '还没有账单。', en: 'Nothing yet.' },
  refunded: { 'zh-CN': '已退款 {amount}', en: '{amount} refunded' },
  WAIT_BUYER_PAY: { 'zh-CN': '待付款', en: 'Not paid yet' },
  TRADE_SUCCESS: { 'zh-CN': '已付款', en: 'Paid' },
  TRADE_CLOSED: { 'zh-CN': '已关闭', en: 'Closed' },

  wallet: { 'zh-CN': '钱包', en: 'Wallet app' },
  charged: { 'zh-CN': '从您的钱包扣款 {amount}', en: 'Your wallet is charged {amount}' },

  misbehave: { 'zh-CN': '不按常理出牌', en: 'Misbehave' },
  misbehaving: { 'zh-CN': '不按常理出牌 · {n}', en: 'Misbehave · {n}' },
  wrongPassword: { 'zh-CN': '总是输错密码', en: 'Every password is wrong' },
  late: {
    'zh-CN': '付得太晚：交易关闭后钱才到账',
    en: 'Pay late: the money arrives after the sale was closed',
  },
  silence: {
    'zh-CN': '沉默：付款后不通知商家服务器',
    en: "Silence: the shop's server is not told of payments",
  },
  noMoney: { 'zh-CN': '余额不足（仅付款码）', en: 'No money (payment code only)' },
} as const satisfies Record<string, Words>;

export type Word = keyof typeof messages;
export const say = sayer(messages);
