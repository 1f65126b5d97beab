/** What a precreate or a pay asks for: checked as Alipay checks it, and put as the books take it. */
import type { No, Order } from './books.ts';
import type { Call } from './methods.ts';
import { readChinaTime, readYuan } from './wire.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** How long a trade in a shop waits at the most where nothing is said, and how far ahead its end may be. */
const USUAL_TIME = 3 * HOUR;
const LONGEST_TIME = 15 * DAY;
/** Alipay ends a code after this time, also where the caller asks for a longer one. */
const CODE_LASTS = 2 * HOUR;

/** Fen of an amount in yuan: text, or a JSON number, which Alipay takes, too. */
export function readAmount(value: unknown): number | undefined {
  return readYuan(typeof value === 'number' ? String(value) : value);
}

export function orderOf({ app, sellerId, sellers, content, now, notifyUrl }: Call): Order | No {
  const { out_trade_no, total_amount, subject, seller_id = sellerId } = content;
  const amount = readAmount(total_amount);
  if (typeof out_trade_no !== 'string' || !/^[A-Za-z0-9_]{1,64}$/.test(out_trade_no))
    return { no: 'INVALID_PARAMETER' };
  if (amount === undefined || !addsUp(content, amount)) return { no: 'INVALID_PARAMETER' };
  if (typeof subject !== 'string' || subject.length < 1 || subject.length > 256) return { no: 'INVALID_PARAMETER' };
  if (seller_id !== sellerId)
    return { no: sellers.includes(String(seller_id)) ? 'INVALID_RECEIVE_ACCOUNT' : 'SELLER_NOT_EXIST' };
  const endsAt = endOf(content, now);
  if (endsAt === undefined) return { no: 'INVALID_PARAMETER' };
  return {
    appId: app.appId,
    sellerId,
    outTradeNo: out_trade_no,
    amount,
    subject,
    content: JSON.stringify([amount, subject, sellerId, content.time_expire ?? null]),
    notifyUrl,
    ...placeOf(content),
    endsAt: Math.min(endsAt, now + CODE_LASTS),
  };
}

/** Both parts of an amount, where both are told, are all of it. */
function addsUp({ discountable_amount, undiscountable_amount }: Call['content'], amount: number): boolean {
  if (discountable_amount === undefined || undiscountable_amount === undefined) return true;
  const parts = [discountable_amount, undiscountable_amount].map((it) => (Number(it) === 0 ? 0 : readAmount(it)));
  return parts.reduce<number>((sum, part) => sum + (part ?? Number.NaN), 0) === amount;
}

/** From when on the customer cannot pay: the end of the code or of the trade, whichever is first, because the books have one end. */
function endOf(content: Call['content'], now: number): number | undefined {
  const { time_expire, timeout_express, qr_code_timeout_express } = content;
  const absolute = time_expire === undefined ? undefined : readChinaTime(String(time_expire));
  if (time_expire !== undefined && (absolute === undefined || absolute > now + LONGEST_TIME)) return undefined;
  const ends = [timeout_express, qr_code_timeout_express].map((it) =>
    it === undefined ? Number.POSITIVE_INFINITY : relativeEnd(String(it), now),
  );
  const [trade, code] = ends;
  if (trade === undefined || code === undefined) return undefined;
  return Math.min(absolute ?? Math.min(trade, now + USUAL_TIME), code);
}

const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: HOUR, d: DAY };

/** `90m`, `2h`, `1d`, from one minute to fifteen days, or `1c`: the end of today in China. */
function relativeEnd(text: string, now: number): number | undefined {
  if (text === '1c') return Math.floor((now + 8 * HOUR) / DAY) * DAY + DAY - 8 * HOUR;
  const [, count = '', unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const time = Number(count) * (UNITS[unit] ?? Number.NaN);
  return time >= MINUTE && time <= LONGEST_TIME ? now + time : undefined;
}

function placeOf({
  store_id,
  operator_id,
  terminal_id,
}: Call['content']): Pick<Order, 'storeId' | 'operatorId' | 'terminalId'> {
  return {
    ...(typeof store_id === 'string' && { storeId: store_id }),
    ...(typeof operator_id === 'string' && { operatorId: operator_id }),
    ...(typeof terminal_id === 'string' && { terminalId: terminal_id }),
  };
}
