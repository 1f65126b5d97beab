/** What Alipay writes beside its codes (`sub_msg`), as its public lists have it: for people, and nothing may hang on it. */
import { randomBytes } from 'node:crypto';

const TEXTS: Readonly<Record<string, string>> = {
  ACCESS_FORBIDDEN: '没有权限使用该产品',
  BILL_NOT_EXIST: '账单不存在',
  BUYER_BALANCE_NOT_ENOUGH: '买家余额不足',
  CONTEXT_INCONSISTENT: '交易信息被篡改',
  DISCORDANT_REPEAT_REQUEST: '请求信息不一致',
  INVAILID_ARGUMENTS: '入参不合法',
  INVALID_PARAMETER: '参数无效',
  INVALID_RECEIVE_ACCOUNT: '收款账户不支持',
  NOW_TIME_AFTER_EXPIRE_TIME_ERROR: '当前时间已超过允许支付的时间',
  PAYMENT_AUTH_CODE_INVALID:
    '支付失败，获取顾客账户信息失败，请顾客刷新付款码后重新收款，如再次收款失败，请联系管理员处理。',
  REASON_TRADE_REFUND_FEE_ERR: '退款金额无效',
  REFUND_AMT_NOT_EQUAL_TOTAL: '退款金额超限',
  SELLER_BALANCE_NOT_ENOUGH: '卖家余额不足',
  SELLER_NOT_EXIST: '卖家不存在',
  SYSTEM_ERROR: '系统异常',
  TRADE_CANCEL_TIME_OUT: '超过撤销时间范围',
  TRADE_HAS_CLOSE: '交易已经关闭',
  TRADE_HAS_FINISHED: '交易已经完结',
  TRADE_HAS_SUCCESS: '交易已被支付',
  TRADE_NOT_EXIST: '交易不存在',
  TRADE_STATUS_ERROR: '交易状态不合法',
  TYPE_NOT_SUPPORTED: '账单类型不支持',
};

/** Of a business refusal; of a code that is not listed Alipay says no more than that it failed. */
export function businessText(subCode: string): string {
  return TEXTS[subCode.replace(/^(ACQ|AQC|isp)\./, '')] ?? '业务处理失败';
}

/** A gateway rejection's text ends with the address of a page about this very call. */
export function withSolution(text: string): string {
  const traceId = randomBytes(15).toString('hex');
  return `${text}，解决方案：https://open.alipay.com/api/errCheck?traceId=${traceId}&source=openapi`;
}
