/** `POST /gateway.do`: checks a request as Alipay's gateway does, misbehaves if told to, runs the method, signs the answer. */
import type { BillDesk } from './bill-desk.ts';
import type { Books, Trade } from './books.ts';
import { type Faults, type FaultyOperation, takeFault } from './faults.ts';
import { METHODS, no, ok } from './methods.ts';
import type { Notifier } from './notifier.ts';
import { type AppKeys, errorAnswer, isSignedByApp, type Response, signedAnswer } from './wire.ts';

export interface GatewayOptions {
  readonly books: Books;
  readonly notifier: Notifier;
  readonly bills: BillDesk;
  readonly faults: Faults;
  readonly keys: ReadonlyMap<string, AppKeys>;
  readonly now: () => number;
  /** Genuine calls since this process began. */
  readonly calls: { count: number };
}

/** What goes back: a body, or nothing at all until the caller gives up. */
export type GatewayReply = { readonly body: string; readonly type: string } | 'silence';

const JSON_TYPE = 'application/json;charset=utf-8';
const reply = (body: string): GatewayReply => ({ body, type: JSON_TYPE });

const OPERATION_OF: Readonly<Record<string, FaultyOperation>> = {
  'alipay.trade.precreate': 'precreate',
  'alipay.trade.pay': 'pay',
  'alipay.trade.query': 'query',
  'alipay.trade.close': 'close',
  'alipay.trade.cancel': 'cancel',
  'alipay.trade.refund': 'refund',
  'alipay.trade.fastpay.refund.query': 'refundQuery',
};

const NOT_AUTHORISED: Response = {
  code: '20001',
  msg: 'Insufficient Token Permissions',
  sub_code: 'aop.invalid-app-auth-token',
  sub_msg: '无效的应用授权令牌',
};

const REQUIRED = ['app_id', 'method', 'charset', 'sign_type', 'sign', 'timestamp', 'version'] as const;

/** `parameters`: query string and form together, decoded once. */
export async function answerGateway(options: GatewayOptions, parameters: Map<string, string>): Promise<GatewayReply> {
  const keys = options.keys.get(parameters.get('app_id') ?? '');
  const rejection = rejectionOf(parameters, keys);
  if (rejection || !keys) return reply(rejection ?? errorAnswer('40002', 'isv.invalid-app-id', '无效的AppID参数'));
  const method = parameters.get('method') ?? '';
  const run = METHODS[method];
  if (!run) return reply(errorAnswer('40002', 'isv.invalid-method', '不存在的方法名'));
  const content = contentOf(parameters.get('biz_content') ?? '{}');
  if (!content) return reply(errorAnswer('40002', 'isv.invalid-parameter', 'biz_content'));

  const token = parameters.get('app_auth_token') ?? '';
  const merchants = { ...keys.app.authorised, ...options.faults.authorisations };
  const sellerId = token === '' ? keys.app.sellerId : merchants[token];
  if (!sellerId) return reply(await signedAnswer(method, NOT_AUTHORISED, keys));
  const call = {
    books: options.books,
    notifier: options.notifier,
    bills: options.bills,
    app: keys.app,
    sellerId,
    // The trades of a merchant who has authorised the app are that merchant's, and seen under its authorisation only.
    sees: (trade: Trade) =>
      token === '' ? !Object.values(merchants).includes(trade.sellerId) : trade.sellerId === sellerId,
    now: options.now(),
    notifyUrl: parameters.get('notify_url') ?? null,
    content,
  };
  const operation = OPERATION_OF[method];
  const closed = options.faults.channelClosed && (operation === 'precreate' || operation === 'pay');
  if (closed) return reply(await signedAnswer(method, no('ACQ.ACCESS_FORBIDDEN'), keys));
  options.calls.count += 1;
  const fault = operation && takeFault(options.faults, operation, options.calls.count);
  if (!fault) return reply(await signedAnswer(method, run(call), keys));
  return misbehave(fault, operation, method, () => run(call), keys);
}

async function misbehave(
  fault: string,
  operation: FaultyOperation,
  method: string,
  run: () => Response,
  keys: AppKeys,
): Promise<GatewayReply> {
  // For `cancel` Alipay really writes the prefix this way.
  const systemError = () =>
    signedAnswer(method, no(operation === 'cancel' ? 'AQC.SYSTEM_ERROR' : 'ACQ.SYSTEM_ERROR'), keys);
  switch (fault) {
    case 'time_out':
      return 'silence';
    case 'time_out_with_effect':
      run();
      return 'silence';
    case 'system_error':
      return reply(await systemError());
    case 'system_error_with_effect':
      run();
      return reply(await systemError());
    case 'garbage':
      return { body: '<html><body>502 Bad Gateway</body></html>', type: 'text/html' };
    case 'bad_signature':
      return reply(await signedAnswer(method, run(), keys, true));
    case 'retry_with_effect':
      run();
      return reply(await signedAnswer(method, ok({ retry_flag: 'Y' }), keys));
    case 'retry':
      return reply(await signedAnswer(method, ok({ retry_flag: 'Y' }), keys));
    default:
      return reply(await signedAnswer(method, no(fault.slice('refuse:'.length)), keys));
  }
}

function rejectionOf(parameters: Map<string, string>, keys: AppKeys | undefined): string | undefined {
  for (const name of REQUIRED) {
    if (!parameters.get(name)) return errorAnswer('40001', `isv.missing-${name.replace('_', '-')}`, `缺少参数${name}`);
  }
  if (!keys) return errorAnswer('40002', 'isv.invalid-app-id', '无效的AppID参数');
  if (parameters.get('sign_type') !== 'RSA2') return errorAnswer('40002', 'isv.invalid-signature-type', '无效签名类型');
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(parameters.get('timestamp') ?? ''))
    return errorAnswer('40002', 'isv.invalid-timestamp', '非法的时间戳参数');
  if (!isSignedByApp(parameters, keys)) return errorAnswer('40002', 'isv.invalid-signature', '验签出错');
  return undefined;
}

function contentOf(text: string): Record<string, unknown> | undefined {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
