/** What the form of a refund says, in both languages. Pure. */
import type { RefundView } from '../../functions/contract/answers.ts';
import type { Words } from '../../functions/words.ts';
import { type Lang, sayer, showMoney } from './say.ts';

export const messages = {
  title: { 'zh-CN': '退款给顾客', en: 'Refund the customer' },
  amount: { 'zh-CN': '退款金额（{currency}）', en: 'Amount to refund ({currency})' },
  reason: { 'zh-CN': '原因（可不填）', en: 'Reason (may be empty)' },
  next: { 'zh-CN': '下一步', en: 'Check' },
  bad: { 'zh-CN': '请输入不超过 {most} 的金额。', en: 'Enter an amount of at most {most}.' },
  ask: {
    'zh-CN': '退款 {amount}，原路退回顾客的{channel}？提交后不能撤销。',
    en: "Send {amount} back to the customer's {channel} account? This cannot be undone.",
  },
  yes: { 'zh-CN': '确认退款 {amount}', en: 'Refund {amount}' },
  back: { 'zh-CN': '返回', en: 'Back' },
  lost: {
    'zh-CN': '退款 {amount} 尚无明确答复。请重新询问：退款单号不变，不会重复退款。',
    en: 'No definite answer yet about the refund of {amount}. Ask again: the number stays the same, so it is made once.',
  },
  again: { 'zh-CN': '重新询问', en: 'Ask again' },
  succeeded: { 'zh-CN': '已退款 {amount}', en: 'Refunded {amount}' },
  succeededText: { 'zh-CN': '款项已原路退回顾客。', en: "The money is back in the customer's account." },
  requested: { 'zh-CN': '退款 {amount} 处理中', en: 'Refund of {amount} is on its way' },
  requestedText: {
    'zh-CN': '系统会继续处理到底，请勿再退一次。',
    en: 'It is seen through to its end. Do not refund it a second time.',
  },
  failed: { 'zh-CN': '退款 {amount} 未成功', en: 'Refund of {amount} was not made' },
  done: { 'zh-CN': '完成', en: 'Done' },
  more: { 'zh-CN': '再退一笔（最多 {most}）…', en: 'Another refund (at most {most}) …' },
} as const satisfies Record<string, Words>;

export const say = sayer(messages);

/** What came of a refund: a title, and what it means for the money. */
export function resultText({ status, amount, failure }: RefundView, lang: Lang): { title: string; text: string } {
  return {
    title: say(lang, status, { amount: showMoney(lang, amount) }),
    text: status === 'failed' ? (failure?.text[lang] ?? '') : say(lang, `${status}Text`),
  };
}
