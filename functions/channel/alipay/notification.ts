/**
 * Alipay's notifications: a form, signed over its decoded values. The check needs no table and no network, so that a
 * flood of forgeries costs little; what is not proved genuine is not looked at further.
 */
import { fromDecimalText, type Money } from '../../money.ts';
import type { EpochMs } from '../../time.ts';
import type { Notification, PaidNews } from '../channel.ts';
import { receivedOf, YUAN } from './answers.ts';
import { fromAlipayTime, isSignedBy } from './gateway.ts';
import { type AlipayKeys, verifyingKeys } from './keys.ts';
import { codeOf, isTradeNo } from './shapes.ts';

const BYTES_MAX = 16 * 1024;
/** A map, because the name comes from outside and is looked up before anything is proved: an object has `constructor`, too. */
const CHARSETS: ReadonlyMap<string, string> = new Map([
  ['utf-8', 'utf-8'],
  ['utf8', 'utf-8'],
  ['gbk', 'gbk'],
  ['gb2312', 'gbk'],
  ['gb18030', 'gb18030'],
]);

/**
 * What is signed is one text, `a=1&b=2`, which says nothing of where a value ends: a value that holds such a piece could be
 * cut into fields that Alipay never sent, and fields could be hidden inside a value. A query tells what such a message cannot.
 */
const FIELD_INSIDE =
  /&(app_id|discount_amount|fund_bill_list|gmt_payment|gmt_refund|mdiscount_amount|notify_id|notify_type|out_biz_no|out_trade_no|receipt_amount|refund_fee|seller_id|total_amount|trade_no|trade_status|voucher_detail_list)=/;

type Forged = Extract<Notification, { kind: 'forged' }>;

export function readAlipayNotification(rawBody: Buffer, apps: AlipayKeys): Notification {
  if (rawBody.length > BYTES_MAX) return forged('it is too large');
  const raw = readForm(rawBody);
  if (typeof raw === 'string') return forged(raw);
  const fields = decoded(raw);
  if (typeof fields === 'string') return forged(fields);
  if ([...fields.values()].some((value) => FIELD_INSIDE.test(value))) return forged('it can be read in two ways');
  const app = apps.get(fields.get('app_id') ?? '');
  if (!app) return forged('the app is unknown');
  if (fields.get('sign_type') !== 'RSA2') return forged('the signature is not RSA2');
  const signature = fields.get('sign') ?? '';
  const keys = verifyingKeys(app, fields.get('alipay_cert_sn'));
  if (keys.length === 0) return forged('it is signed under a certificate of Alipay that we do not have');
  const genuine = signedForms(raw).some((bytes) => isSignedBy(bytes, signature, keys));
  return genuine ? meaningOf(fields) : forged('the signature does not fit');
}

function forged(why: string): Forged {
  return { kind: 'forged', why };
}

/** The values as bytes, decoded once; or why it is no form. A name that comes twice could mean two things. */
function readForm(body: Buffer): Map<string, Buffer> | string {
  const fields = new Map<string, Buffer>();
  const text = body.toString('latin1');
  if (!/^[\x21-\x7e]+$/.test(text)) return 'it is not a form';
  for (const pair of text.split('&')) {
    const at = pair.indexOf('=');
    if (at < 1) return 'it is not a form';
    const name = unescapeBytes(pair.slice(0, at))?.toString('latin1');
    const value = unescapeBytes(pair.slice(at + 1));
    if (name === undefined || value === undefined) return 'its escapes are broken';
    if (!/^[\w.-]+$/.test(name)) return 'it has a name that is none';
    if (fields.has(name)) return `it names ${name} twice`;
    fields.set(name, value);
  }
  return fields;
}

function unescapeBytes(text: string): Buffer | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined;
  const latin1 = text
    .replaceAll('+', ' ')
    .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(latin1, 'latin1');
}

function decoded(raw: Map<string, Buffer>): Map<string, string> | string {
  const named = raw.get('charset')?.toString('latin1').toLowerCase() ?? 'utf-8';
  const charset = CHARSETS.get(named);
  if (charset === undefined) return 'its charset is unknown';
  const decoder = new TextDecoder(charset, { fatal: true, ignoreBOM: true });
  try {
    return new Map([...raw].map(([name, value]) => [name, decoder.decode(value)]));
  } catch {
    return `it is not text in ${named}`;
  }
}

/**
 * The bytes that may have been signed. Alipay's own code signs empty values in one place and drops them in another, and its pages do not say
 * whether the certificate's number, which only chooses the key, is signed: each form is genuine.
 */
function signedForms(fields: Map<string, Buffer>): Buffer[] {
  const unsigned = ['sign', 'sign_type'];
  const lists = fields.has('alipay_cert_sn') ? [unsigned, [...unsigned, 'alipay_cert_sn']] : [unsigned];
  return lists.flatMap((without) => [true, false].map((withEmpty) => signedBytes(fields, without, withEmpty)));
}

/** `name=value` by name in byte order, joined by `&`, in the charset of the message. */
function signedBytes(fields: Map<string, Buffer>, without: readonly string[], withEmpty: boolean): Buffer {
  const parts = [...fields]
    .filter(([name, value]) => !without.includes(name) && (withEmpty || value.length > 0))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, value], i) => [Buffer.from(`${i === 0 ? '' : '&'}${name}=`, 'latin1'), value]);
  return Buffer.concat(parts);
}

function meaningOf(fields: Map<string, string>): Notification {
  const notifyType = fields.get('notify_type');
  const attemptNo = fields.get('out_trade_no');
  const status = fields.get('trade_status');
  const notificationId = fields.get('notify_id');
  if (notifyType !== 'trade_status_sync' || !attemptNo || !status || !notificationId)
    return { kind: 'not_ours', why: `notify_type ${codeOf(notifyType ?? 'missing')}` };
  const sum = fromDecimalText(YUAN, fields.get('refund_fee') ?? '');
  const refunded = (sum?.value ?? 0) > 0 || Boolean(fields.get('gmt_refund'));
  const isPaid =
    status === 'TRADE_SUCCESS' ||
    status === 'TRADE_FINISHED' ||
    (status === 'TRADE_CLOSED' && (refunded || Boolean(fields.get('gmt_payment'))));
  const paidAt = fromAlipayTime(fields.get('gmt_payment') ?? '');
  const paid = isPaid && paidAt !== undefined ? paidNews(fields, paidAt) : undefined;
  // Closed after it was paid: all of it has gone back, even if the message does not say so.
  const inFull =
    isPaid && status === 'TRADE_CLOSED' ? fromDecimalText(YUAN, fields.get('total_amount') ?? '') : undefined;
  const returned = inFull ?? ((sum?.value ?? 0) > 0 ? sum : undefined);
  return {
    kind: 'news',
    notificationId,
    account: { channel: 'alipay', appId: fields.get('app_id') ?? '', sellerId: fields.get('seller_id') ?? '' },
    attemptNo,
    ...(paid && { paid }),
    // The message itself has a time, too, but that is when it was sent: a day later, perhaps.
    ...(isPaid && !paid && { incomplete: true }),
    closedUnpaid: status === 'TRADE_CLOSED' && !isPaid,
    ...((refunded || inFull) && {
      refund: {
        ...(fields.get('out_biz_no') && { requestNo: fields.get('out_biz_no') }),
        ...(returned && { returned }),
      },
    }),
  };
}

/** The payment that the message proves. An amount that is no money fits no order, nor does a number that is none (empty). */
function paidNews(fields: Map<string, string>, paidAt: EpochMs): PaidNews {
  const amount: Money = fromDecimalText(YUAN, fields.get('total_amount') ?? '') ?? {
    currency: YUAN,
    value: -1,
  };
  const received = receivedOf(Object.fromEntries(fields));
  const tradeNo = fields.get('trade_no') ?? '';
  return {
    tradeNo: isTradeNo(tradeNo) ? tradeNo : '',
    paidAt,
    amount,
    ...(received && { received }),
  };
}
