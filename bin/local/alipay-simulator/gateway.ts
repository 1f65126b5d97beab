/** `POST /gateway.do`: checks a request as Alipay's gateway does, misbehaves if told to, runs the method, signs the answer. */
import type { BillDesk } from './bill-desk.ts';
import type { Books, Trade } from './books.ts';
import { wrongCertificate } from './certificates.ts';
import { type Fault, type Faults, type FaultyOperation, takeFault } from './faults.ts';
import { METHODS, no, ok } from './methods.ts';
import type { Notifier } from './notifier.ts';
import { type AppKeys, answerIn, type Form, isSignedByApp, type Response, signedAnswer, textToSign } from './wire.ts';

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

const REQUIRED = ['app_id', 'method', 'charset', 'sign_type', 'sign', 'timestamp', 'version'] as const;

/** `parameters`: query string and form together, decoded once. */
export async function answerGateway(options: GatewayOptions, parameters: Map<string, string>): Promise<GatewayReply> {
  const keys = options.keys.get(parameters.get('app_id') ?? '');
  const method = parameters.get('method') ?? '';
  const turnAway = async ({ form, response }: Rejection) => reply(await answerIn(form, method, response, keys));
  const rejection = rejectionOf(parameters, keys, options.now());
  if (rejection || !keys) return turnAway(rejection ?? UNKNOWN_APP);
  const run = METHODS[method];
  if (!run) return turnAway(rejected('40002', 'isv.invalid-method', '不存在的方法名', 'error_response'));
  const content = contentOf(parameters.get('biz_content') ?? '{}');
  if (!content) return turnAway(rejected('40002', 'isv.invalid-parameter', '参数无效：biz_content'));

  const token = parameters.get('app_auth_token') ?? '';
  const merchants = { ...keys.app.authorised, ...options.faults.authorisations };
  const sellerId = token === '' ? keys.app.sellerId : merchants[token];
  const isRevoked = options.faults.revokedTokens.includes(token);
  if (!sellerId || isRevoked) return turnAway(rejected('20001', 'aop.invalid-app-auth-token', '无效的应用授权令牌'));
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
  fault: Fault,
  operation: FaultyOperation,
  method: string,
  run: () => Response,
  keys: AppKeys,
): Promise<GatewayReply> {
  // For `cancel` Alipay really writes the prefix this way.
  const systemError = () =>
    signedAnswer(method, no(operation === 'cancel' ? 'AQC.SYSTEM_ERROR' : 'ACQ.SYSTEM_ERROR'), keys);
  switch (fault.answer) {
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
    default: {
      const [kind, ...rest] = fault.answer.split(':');
      if (kind === 'refuse') return reply(await signedAnswer(method, no(rest.join(':')), keys));
      const [code = '', subCode = ''] = rest;
      const { response } = rejected(code, subCode, subCode);
      return reply(await answerIn(fault.form, method, response, keys));
    }
  }
}

/** Why a call is turned away before it is routed, and in which form Alipay says so. */
interface Rejection {
  readonly response: Response;
  readonly form: Form;
}

const rejected = (code: string, subCode: string, subMsg: string, form: Form = 'signed'): Rejection => ({
  response: { code, msg: MESSAGES[code] ?? 'Invalid Arguments', sub_code: subCode, sub_msg: subMsg },
  form,
});

const MESSAGES: Readonly<Record<string, string>> = {
  '20000': 'Service Currently Unavailable',
  '20001': 'Insufficient Token Permissions',
  '40001': 'Missing Required Arguments',
  '40002': 'Invalid Arguments',
  '40003': 'Insufficient Conditions',
  '40004': 'Business Failed',
  '40005': 'Call Limited',
  '40006': 'Insufficient Permissions',
};

const UNKNOWN_APP = rejected('40002', 'isv.invalid-app-id', '无效的AppID参数', 'unsigned');

function rejectionOf(parameters: Map<string, string>, keys: AppKeys | undefined, now: number): Rejection | undefined {
  for (const name of REQUIRED) {
    if (!parameters.get(name)) return rejected('40001', `isv.missing-${name.replace('_', '-')}`, `缺少参数${name}`);
  }
  if (!keys) return UNKNOWN_APP;
  if (parameters.get('sign_type') !== 'RSA2') return rejected('40002', 'isv.invalid-signature-type', '无效签名类型');
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(parameters.get('timestamp') ?? ''))
    return rejected('40002', 'isv.invalid-timestamp', '非法的时间戳参数');
  const certificate = wrongCertificate(parameters, keys.numbers, now);
  if (certificate) return rejected('40002', ...certificate);
  if (!isSignedByApp(parameters, keys)) return rejected('40002', 'isv.invalid-signature', signatureHelp(parameters));
  return undefined;
}

/** Alipay repeats the text that it computed, with its quotation marks escaped for a page. */
function signatureHelp(parameters: Map<string, string>): string {
  const text = textToSign(parameters).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `验签出错，建议检查签名字符串或签名私钥与应用公钥是否匹配，网关生成的验签字符串为：${text}`;
}

function contentOf(text: string): Record<string, unknown> | undefined {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
