/** `POST /gateway.do`: checks a request as Alipay's gateway does, misbehaves if told to, runs the method, signs the answer. */
import type { BillDesk } from './bill-desk.ts';
import type { Books, Trade } from './books.ts';
import { wrongCertificate } from './certificates.ts';
import { type Charset, charsetOf, encoded } from './charset.ts';
import { type Fault, type Faults, type FaultyOperation, takeFault } from './faults.ts';
import { type Call, METHODS, no, ok } from './methods.ts';
import type { Notifier } from './notifier.ts';
import { withSolution } from './texts.ts';
import {
  type AppKeys,
  answerIn,
  type Form,
  isSignedByApp,
  type Response,
  readChinaTime,
  signedAnswer,
  textToSign,
} from './wire.ts';

export interface GatewayOptions {
  readonly books: Books;
  readonly notifier: Notifier;
  readonly bills: BillDesk;
  readonly faults: Faults;
  readonly keys: ReadonlyMap<string, AppKeys>;
  readonly now: () => number;
  /** Genuine calls since this process began. */
  readonly calls: { count: number };
  readonly isSignedUp: IsSignedUp;
}

/** Whether the owner of the app has signed up this account to be paid through it, beside those that have authorised it. */
export type IsSignedUp = (appId: string, sellerId: string) => Promise<boolean>;

/** What goes back: a body, or nothing at all until the caller gives up. */
export type GatewayReply = { readonly body: string | Buffer; readonly type: string } | 'silence';

/** JSON, and Alipay says of it that it is a page. */
const reply = (body: string, charset: Charset): GatewayReply => ({
  body: encoded(body, charset),
  type: `text/html;charset=${charset}`,
});

const OPERATION_OF: Readonly<Record<string, FaultyOperation>> = {
  'alipay.trade.precreate': 'precreate',
  'alipay.trade.pay': 'pay',
  'alipay.trade.query': 'query',
  'alipay.trade.close': 'close',
  'alipay.trade.cancel': 'cancel',
  'alipay.trade.refund': 'refund',
  'alipay.trade.fastpay.refund.query': 'refundQuery',
  'alipay.data.dataservice.bill.downloadurl.query': 'bill',
};

/** By how much a caller's clock may differ. Alipay does not publish its own limit, and its SDK writes the machine's local time. */
const CLOCK_DIFFERENCE = 24 * 3_600_000;

const REQUIRED = ['method', 'charset', 'sign_type', 'sign', 'timestamp', 'version'] as const;

/** `parameters`: query string and form together, decoded once. */
export async function answerGateway(options: GatewayOptions, parameters: Map<string, string>): Promise<GatewayReply> {
  const keys = options.keys.get(parameters.get('app_id') ?? '');
  const method = parameters.get('method') ?? '';
  const charset = charsetOf(parameters.get('charset')) ?? 'utf-8';
  const turnAway = async ({ form, response }: Rejection) =>
    reply(await answerIn(form, method, response, keys, charset), charset);
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
  const paidOf = async () => {
    const { seller_id: wanted } = content;
    const isOwn = typeof wanted !== 'string' || token !== '' || Object.values(merchants).includes(wanted);
    return !isOwn && (await options.isSignedUp(keys.app.appId, wanted)) ? wanted : sellerId;
  };
  const call: Call = {
    books: options.books,
    notifier: options.notifier,
    bills: options.bills,
    app: keys.app,
    sellerId: await paidOf(),
    sellers: [keys.app.sellerId, ...Object.values(merchants)],
    // The trades of a merchant who has authorised the app are that merchant's, and seen under its authorisation only.
    sees: (trade: Trade) =>
      token === '' ? !Object.values(merchants).includes(trade.sellerId) : trade.sellerId === sellerId,
    now: options.now(),
    notifyUrl: parameters.get('notify_url') ?? null,
    content,
  };
  const operation = OPERATION_OF[method];
  const closed = options.faults.channelClosed && (operation === 'precreate' || operation === 'pay');
  const say = async (response: Response, spoiled = false) =>
    reply(await signedAnswer(method, response, keys, spoiled, charset), charset);
  if (closed) return say(no('ACQ.ACCESS_FORBIDDEN'));
  options.calls.count += 1;
  const fault = operation && takeFault(options.faults, operation, options.calls.count);
  if (!fault) return say(run(call));
  return misbehave(fault, operation, { run: () => run(call), say, turnAway });
}

/** How the call at hand is carried out, and answered. */
interface Ways {
  run(): Response;
  say(response: Response, spoiled?: boolean): Promise<GatewayReply>;
  turnAway(rejection: Rejection): Promise<GatewayReply>;
}

async function misbehave(
  fault: Fault,
  operation: FaultyOperation,
  { run, say, turnAway }: Ways,
): Promise<GatewayReply> {
  // For `cancel` Alipay really writes the prefix this way.
  const systemError = () => say(no(operation === 'cancel' ? 'AQC.SYSTEM_ERROR' : 'ACQ.SYSTEM_ERROR'));
  switch (fault.answer) {
    case 'time_out':
      return 'silence';
    case 'time_out_with_effect':
      run();
      return 'silence';
    case 'system_error':
      return systemError();
    case 'system_error_with_effect':
      run();
      return systemError();
    case 'garbage':
      return { body: '<html><body>502 Bad Gateway</body></html>', type: 'text/html' };
    case 'bad_signature':
      return say(run(), true);
    case 'retry_with_effect':
      run();
      return say(ok({ retry_flag: 'Y' }));
    case 'retry':
      return say(ok({ retry_flag: 'Y' }));
    default: {
      const [kind, ...rest] = fault.answer.split(':');
      if (kind === 'refuse') return say(no(rest.join(':')));
      const [code = '', subCode = ''] = rest;
      return turnAway(rejected(code, subCode, subCode, fault.form));
    }
  }
}

/** Why a call is turned away before it is routed, and in which form Alipay says so. */
interface Rejection {
  readonly response: Response;
  readonly form: Form;
}

const rejected = (code: string, subCode: string, subMsg: string, form: Form = 'signed'): Rejection => ({
  response: { code, msg: MESSAGES[code] ?? 'Invalid Arguments', sub_code: subCode, sub_msg: withSolution(subMsg) },
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

/** How a code calls a parameter. */
const codeOf = (name: string) => name.replace(/^sign/, 'signature').replace('_', '-');

/** Alipay looks for the app before anything else. */
function rejectionOf(parameters: Map<string, string>, keys: AppKeys | undefined, now: number): Rejection | undefined {
  const missing = (name: string) => rejected('40001', `isv.missing-${codeOf(name)}`, `缺少参数${name}`);
  if (!parameters.get('app_id')) return missing('app_id');
  if (!keys) return UNKNOWN_APP;
  for (const name of REQUIRED) if (!parameters.get(name)) return missing(name);
  const wrong = (name: string, text: string) => rejected('40002', `isv.invalid-${name}`, text);
  if (!charsetOf(parameters.get('charset'))) return wrong('charset', '字符集错误');
  if ((parameters.get('format') || 'JSON').toUpperCase() !== 'JSON') return wrong('format', '无效数据格式');
  if (parameters.get('version') !== '1.0') return wrong('version', '无效的版本参数');
  if (parameters.get('sign_type') !== 'RSA2') return wrong('signature-type', '无效签名类型');
  const timestamp = readChinaTime(parameters.get('timestamp') ?? '');
  if (timestamp === undefined) return wrong('timestamp', '非法的时间戳参数');
  const certificate = wrongCertificate(parameters, keys.numbers, now);
  if (certificate) return rejected('40002', ...certificate);
  if (!isSignedByApp(parameters, keys)) return wrongSignature(parameters);
  if (Math.abs(timestamp - now) > CLOCK_DIFFERENCE) return wrong('timestamp', '非法的时间戳参数');
  if (parameters.get('encrypt_type')) return rejected('40002', 'isv.missing-encrypt-key', '缺少加密配置');
  return undefined;
}

/** Alipay repeats the text that it computed, with its quotation marks escaped for a page. */
function wrongSignature(parameters: Map<string, string>): Rejection {
  const text = textToSign(parameters).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const subMsg = `验签出错，建议检查签名字符串或签名私钥与应用公钥是否匹配，网关生成的验签字符串为：${text}`;
  const { response, form } = rejected('40002', 'isv.invalid-signature', '');
  return { response: { ...response, sub_msg: subMsg }, form };
}

function contentOf(text: string): Record<string, unknown> | undefined {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
