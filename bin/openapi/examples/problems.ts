/** What each refusal says beside its title: the members that its code has. The tests hold them against their schema. */
import type { ProblemCode, ProblemMembers } from '../../../functions/contract/problem.ts';
import { AT, cny, instant, ORDER_ID, TERMINAL_ID } from './ids.ts';
import { orders } from './orders.ts';

const orderId = ORDER_ID;
const words = (chinese: string, en: string) => ({ 'zh-CN': chinese, en });

const CLOSED = {
  channel: 'alipay',
  state: 'closed',
  until: instant(AT + 60_000),
  reason: words('支付宝暂时没有应答，请稍候再试。', 'Alipay does not answer at the moment. Wait and try again.'),
};

export const problemMembers: Readonly<Partial<Record<ProblemCode, ProblemMembers>>> = {
  malformed: {
    detail: '/amount/value: Invalid input: expected int, received number',
    errors: [{ pointer: '/amount/value', detail: 'Invalid input: expected int, received number' }],
  },
  signature_missing: { detail: 'Sign the request: RFC 9421, label sig1, tag tillgate-v1.' },
  signature_invalid: {
    detail: 'The signature does not fit the request: it is of another text, or by another key.',
    signatureBase: [
      '"@method": GET',
      '"@authority": 127.0.0.1:8080',
      '"@path": /v1/channels',
      '"@query": ?',
      `"@signature-params": ("@method" "@authority" "@path" "@query");created=${AT / 1000};keyid="${TERMINAL_ID}.1";alg="ed25519";tag="tillgate-v1"`,
    ].join('\n'),
  },
  clock_skew: {
    detail: 'created may be 300 s old and 60 s ahead. Set the clock by serverTime.',
    serverTime: instant(AT),
  },
  key_unknown: { detail: 'No credential has this keyid.' },
  activation_refused: {
    detail: 'Ask the operator for a new code: this one is mistyped, over, or used.',
    message: words(
      '激活码无效、已过期或已使用，请向管理员索取新的激活码。',
      'The code is mistyped, over or used. Ask the operator for a new one.',
    ),
  },
  address_not_allowed: { detail: 'This key is for other network addresses: ask the operator.' },
  scope_missing: { detail: 'This needs the scope refunds:write.' },
  other_store: { detail: 'This terminal belongs to the store main.' },
  not_found: { detail: 'There is no such order.' },
  order_exists_with_different_amount: { orderId },
  order_exists_with_different_subject: { orderId },
  order_exists_with_different_reference: { orderId },
  order_exists_with_different_storeId: { orderId },
  order_exists_with_different_operatorId: { orderId },
  order_exists_with_different_expiresInSeconds: { orderId },
  order_exists_with_different_terminalId: { orderId },
  order_exists_with_different_channel: { orderId },
  order_exists_with_different_replaces: { orderId },
  cannot_replace: {
    detail: 'A replacement has the amount of the order before.',
    orderId,
    amount: cny(1234),
  },
  order_number_already_used: {
    detail: 'A new sale needs a new merchantOrderNo. Look the earlier one up before handing anything over.',
    orderId,
    createdAt: instant(AT),
    orderStatus: 'paid',
  },
  order_not_open: { orderId, order: orders.paid },
  order_paid: { orderId, order: orders.paid },
  order_not_paid: { orderId },
  attempt_out_of_order: { detail: 'The next attempt of this order is 2.', orderId, order: orders.awaiting },
  too_many_attempts: { orderId },
  terminal_busy: {
    detail: 'The order before, 20260301-0001, is not over. It is asked to close; repeat this request.',
    executed: false,
    orderId,
    merchantOrderNo: '20260301-0001',
    amount: cny(1234),
    orderStatus: 'closing',
    nextAction: 'do_not_hand_over_goods',
    message: words(
      '上一笔订单 20260301-0001 尚未结束，请先查看该订单的结果。',
      'The order before, 20260301-0001, is not over yet. Look at its outcome first.',
    ),
  },
  refund_exists_with_different_amount: { orderId, refundNo: 'r1' },
  refund_exists_with_different_reason: { orderId, refundNo: 'r1' },
  refund_exists_with_different_operatorId: { orderId, refundNo: 'r1' },
  shift_exists_with_different_operatorId: { shiftNo: '2026-03-01-1' },
  too_large: { detail: 'A body has 16 KB at the most.' },
  amount_over_limit: { detail: 'An order has 5000000 minor units at the most.', limit: cny(5_000_000) },
  expiry_over_limit: {
    detail: 'A code of this merchant lives for 600 seconds at the most: send expiresInSeconds.',
    limit: { expiresInSeconds: 600 },
  },
  refund_count_limit: {
    detail: 'This merchant makes 200 refunds at the most per business day (Asia/Shanghai).',
    orderId,
    limit: { refundsPerDay: 200 },
  },
  refund_needs_approval: {
    detail: 'A terminal of this merchant refunds 50000 minor units of an order at the most.',
    orderId,
    limit: { largestTerminalRefund: cny(50_000) },
  },
  refund_amount_limit: {
    detail: 'This merchant refunds 3000000000 minor units at the most per business day (Asia/Shanghai).',
    orderId,
    limit: { refundedPerDay: cny(3_000_000_000) },
  },
  different_currency: {
    detail: 'This merchant sells in CNY.',
    offered: [{ channel: 'alipay', currencies: ['CNY'] }],
  },
  refund_window_closed: { detail: 'A payment can be refunded for 90 days.', orderId, windowDays: 90 },
  refund_exceeds_refundable: { orderId, refundable: cny(1034) },
  too_many_refunds: {
    detail: 'An order has 50 refunds, and the last is for all the rest: refund CNY 10.34 at once.',
    orderId,
    refundable: cny(1034),
  },
  other_wallets_code: {
    detail: 'Ask the customer for the payment code of the Alipay app; its digits begin with 25 to 30.',
    message: words(
      '这不是支付宝付款码，请顾客打开支付宝出示付款码。',
      'This is not a code of Alipay. Ask the customer to open Alipay and show the payment code.',
    ),
  },
  too_many_requests: {
    detail: 'This terminal opens 1 orders per second at the most.',
    executed: false,
    limit: { ordersPerSecond: 1, of: 'terminal' },
    headers: { 'retry-after': '1' },
  },
  internal: { detail: 'The outcome is unknown: look it up, or repeat the request unchanged.' },
  channel_closed: {
    executed: false,
    until: instant(AT + 60_000),
    reason: CLOSED.reason,
    channels: [CLOSED],
  },
};
