/**
 * What the terminal shows, in Chinese and English: one sentence that says what to do. Programs switch on `nextAction`
 * and never on these.
 */
import { named } from '../channel/channels.ts';
import { refusalText } from '../channel/refusals.ts';
import { type EpochMs, SECOND } from '../time.ts';
import type { Words } from '../words.ts';
import type { NextAction } from './next-action.ts';
import { type Attempt, isLate, lastAttempt, type Order, openAttempt, openRefunds, shownEnd } from './order.ts';

/** The sentence that belongs to an order whose next action is `action`. */
export function messageOf(order: Order, action: NextAction, now: EpochMs): Words {
  return named(sentenceOf(order, action, now), order.account.channel);
}

function sentenceOf(order: Order, action: NextAction, now: EpochMs): Words {
  switch (action) {
    case 'show_qr_code':
      return {
        'zh-CN': '请顾客用{channel}扫码付款。',
        en: 'Ask the customer to scan the code with {channel}.',
      };
    case 'hand_over_goods':
      return { 'zh-CN': '收款成功，可以交付商品。', en: 'Paid. Hand over the goods.' };
    case 'get_qr_code':
      return noCode(order);
    case 'wait':
      return waiting(order, now);
    case 'start_new_order':
      return startNewOrder(order);
    case 'do_not_hand_over_goods':
      return doNotHandOver(order);
    case 'none':
      return whenPaid(order);
  }
}

function noCode(order: Order): Words {
  const last = lastAttempt(order);
  if (last?.refused) return refusalText(last.refused.reason, order.account.channel);
  if (last?.kind === 'till_code')
    return {
      'zh-CN': '本次扫码未收款，已撤销，请勿交付商品。可以重新扫码。',
      en: 'Nothing was paid and the scan is cancelled. Do not hand over the goods; scan again, or show a code.',
    };
  return { 'zh-CN': '尚未生成付款码，请获取付款码。', en: 'There is no code yet. Get one.' };
}

function waiting(order: Order, now: EpochMs): Words {
  const attempt = lastAttempt(order);
  if (attempt?.kind === 'till_code')
    return {
      'zh-CN': '请顾客在{channel}中确认付款。尚未收款，请稍候，不要交付商品。',
      en: 'The customer has to confirm in the {channel} app. Not paid yet: wait, and do not hand over the goods.',
    };
  if (attempt && shownEnd(attempt) <= now + SECOND)
    return {
      'zh-CN': '付款码已过期，正在确认是否已付款，请稍候，不要交付商品。',
      en: 'The code has expired. Wait while we make sure whether it was paid; do not hand over the goods.',
    };
  return { 'zh-CN': '正在向{channel}获取付款码，请稍候。', en: 'Waiting for the code from {channel}.' };
}

function startNewOrder(order: Order): Words {
  if (order.closed?.reason === 'expiry')
    return {
      'zh-CN': '订单已超时关闭，没有收款。请重新下单。',
      en: 'Time is over and nothing was paid. Start a new order.',
    };
  if (order.closed) return { 'zh-CN': '订单已关闭，没有收款。', en: 'The order is closed and nothing was paid.' };
  if (lastAttempt(order)?.kind === 'till_code')
    return {
      'zh-CN': '正在关闭，没有收款，可以开始新订单；若之后到账，将自动处理退款。',
      en: 'Closing; nothing was paid. Start a new order: money that comes late is refunded by itself.',
    };
  return {
    'zh-CN': '正在关闭，顾客尚未扫码，可以开始新订单；若之后到账，将自动处理退款。',
    en: 'Closing; nobody has scanned the code. Start a new order: money that comes late is refunded by itself.',
  };
}

function doNotHandOver(order: Order): Words {
  const open = openAttempt(order);
  if (open?.kind === 'till_code' && !order.closeRequested) return unresolved(open);
  if (open?.kind === 'qr_code' && open.cancelRequestedAt !== undefined)
    return {
      'zh-CN': '付款码正在撤销，若顾客此时付款，款项将自动退回。请勿交付商品，也不要另行收款，请稍候。',
      en: 'The code is being cancelled: what the customer pays by it now goes back by itself. Do not hand over the goods and do not charge again; wait.',
    };
  if (order.payments.length > 0 && !openRefunds(order).some(({ source }) => source === 'automatic'))
    return {
      'zh-CN': '{channel}通知该笔款项有退款，正在核实，请勿交付商品，也不要再次退款，请稍候。',
      en: '{channel} reports a refund of this payment, and it is being looked up. Do not hand over the goods and do not refund again; wait.',
    };
  if (order.payments.length > 0)
    return {
      'zh-CN': '该笔款项到账过晚或重复，正在自动退款，请勿交付商品。',
      en: 'This money came too late or twice and is being refunded. Do not hand over the goods for it.',
    };
  return {
    'zh-CN': '正在关闭，顾客可能正在付款。请勿交付商品，也不要另行收款，请稍候。',
    en: 'Closing while the customer may be paying. Do not hand over the goods and do not charge again; wait.',
  };
}

function unresolved({ refused, cancelRequestedAt }: Attempt): Words {
  if (refused)
    return {
      'zh-CN': '付款被拒绝，正在撤销。请勿交付商品，也不要再次扫码，请稍候。',
      en: 'Refused, and being cancelled. Do not hand over the goods and do not scan again yet; wait.',
    };
  if (cancelRequestedAt !== undefined)
    return {
      'zh-CN': '未能及时确认付款，正在撤销。请勿交付商品，也不要再次收款，请稍候。',
      en: 'Not confirmed in time and being cancelled. Do not hand over the goods and do not charge again; wait.',
    };
  return {
    'zh-CN': '付款结果未知，正在查询。请勿交付商品，也不要再次收款，请稍候。',
    en: 'The outcome is unknown and being looked up. Do not hand over the goods and do not charge again; wait.',
  };
}

function whenPaid(order: Order): Words {
  const open = order.refunds.some((refund) => refund.result === undefined);
  if (open) return { 'zh-CN': '已收款，退款处理中。', en: 'Paid. A refund is on its way.' };
  const attempt = order.attempts.find(({ n }) => n === order.payments[0]?.attempt);
  if (attempt?.cancelRequestedAt !== undefined && attempt.kind === 'qr_code')
    return {
      'zh-CN': '付款码撤销时顾客已付款，款项已退回顾客，请勿交付商品。请重新下单。',
      en: 'The customer paid while the code was being cancelled, and the money has gone back. Do not hand over the goods; start a new order.',
    };
  if (attempt?.cancelRequestedAt !== undefined)
    return {
      'zh-CN': '付款未能及时确认，已撤销并退回顾客，请勿交付商品。请重新下单。',
      en: 'The payment was cancelled and has gone back to the customer. Do not hand over the goods; start a new order.',
    };
  const returned = order.refunds.some((refund) => refund.result?.status === 'succeeded');
  if (returned) return { 'zh-CN': '已收款，并已退款。', en: 'Paid, and refunded as listed.' };
  if (isLate(order))
    return {
      'zh-CN': '订单关闭后到账，按商户设置予以保留。',
      en: 'Paid after the close and kept, as the merchant has chosen.',
    };
  if (order.refunds.length > 0)
    return {
      'zh-CN': '已收款，退款未成功，款项没有退回。',
      en: 'Paid. The refund was refused and no money has gone back.',
    };
  return {
    'zh-CN': '此前已收款。如已交付商品，请勿重复交付。',
    en: 'Paid earlier. Do not hand over the goods a second time.',
  };
}
