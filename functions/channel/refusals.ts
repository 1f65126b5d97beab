/** Why a channel refused, as the cashier reads it. Each channel maps its codes to these reasons in a table of its own. */
import type { Words } from '../words.ts';
import type { Refusal, RefusalReason } from './channel.ts';
import { named } from './channels.ts';
import type { ChannelId } from './registry.ts';

/** A refusal as an order keeps it: what it says of the channel's health belongs to the merchant, and is kept there. */
export function keptRefusal({ blames, misconfiguration, ...kept }: Refusal): Refusal {
  return kept;
}

const TEXTS: Readonly<Record<RefusalReason, Words>> = {
  channel_unavailable: {
    'zh-CN': '本店暂时无法使用{channel}收款，请改用其他支付方式并通知负责人。',
    en: '{channel} is not available for this shop. Take another means of payment and inform the manager.',
  },
  shop_not_set_up: {
    'zh-CN': '门店资料未通过，请改用其他支付方式并联系技术人员。',
    en: 'The shop is not set up at {channel}. Take another means of payment and call support.',
  },
  channel_disturbed: {
    'zh-CN': '{channel}暂时没有应答，请稍候再试。',
    en: '{channel} does not answer at the moment. Wait and try again.',
  },
  amount_over_limit: {
    'zh-CN': '金额超出限额，请改用其他支付方式。',
    en: 'The amount is over the limit. Take another means of payment.',
  },
  code_unusable: {
    'zh-CN': '付款码无效，请顾客刷新后重新扫码。',
    en: 'Ask the customer to refresh the code, then scan again.',
  },
  customer_cannot_pay: {
    'zh-CN': '顾客当前的付款方式不可用，请更换银行卡或账户后重试。',
    en: 'The customer cannot pay this way. Ask for another card or account, then try again.',
  },
  wrong_payer: {
    'zh-CN': '付款账户不符，请由原付款人付款或重新下单。',
    en: 'Another account has started this payment. Let that one pay, or start a new order.',
  },
  refused_by_risk_control: {
    'zh-CN': '支付被拒绝，请改用其他支付方式。',
    en: 'The payment was refused. Take another means of payment.',
  },
  expired: { 'zh-CN': '已超时，没有收款。请重新下单。', en: 'Time is over and nothing was paid. Start a new order.' },
  order_number_used: {
    'zh-CN': '该订单号已使用，请先查询该订单。',
    en: 'The order number was used before. Look that order up first.',
  },
  text_refused: {
    'zh-CN': '订单内容未被接受，请修改商品名称后重试。',
    en: '{channel} does not accept the order text. Change the subject.',
  },
  currency_not_offered: { 'zh-CN': '不支持该币种。', en: 'The currency is not offered here.' },
  no_cover: {
    'zh-CN': '商户账户余额不足，退款将在充值后自动完成，请勿重复退款。',
    en: 'The merchant account has no cover. Top it up: the refund goes through by itself; do not ask for another.',
  },
  refund_not_possible: {
    'zh-CN': '该笔交易无法退款，请以其他方式退还。',
    en: 'This payment cannot be refunded here. Return the money another way.',
  },
  refund_only_in_full: { 'zh-CN': '该笔交易只能全额退款。', en: 'This payment can be refunded only in full.' },
  refund_amount: { 'zh-CN': '退款金额超出可退余额。', en: 'The amount is more than can be returned.' },
  too_late_to_reverse: { 'zh-CN': '已超过撤销期限，请使用退款。', en: 'Too late to reverse. Refund it instead.' },
  not_completed: {
    'zh-CN': '未完成，请重试或改用其他支付方式。',
    en: 'Not completed. Try again, or take another means of payment.',
  },
};

/** All there are. */
export const refusalReasons = Object.keys(TEXTS) as RefusalReason[];

/** What the cashier reads about a refusal of `channel`: what is wrong, and what to do. */
export function refusalText(reason: RefusalReason, channel: ChannelId): Words {
  return named(TEXTS[reason], channel);
}
