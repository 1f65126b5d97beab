/** The wallet faces of both simulators, which the local stack has at the page's own origin (bin/local/for-pages.ts). */
import type { Money } from '../../functions/money.ts';

/** What the customer is asked to pay for. */
export interface Asked {
  readonly merchantName: string;
  readonly subject: string;
  readonly amount: Money;
  readonly tradeNo: string | null;
  /** What the wallet takes in its own currency; null: it does not pay this. Absent: the amount itself. */
  readonly charged?: Money | null;
}

export type Outcome = 'success' | 'wrong_password' | 'closed' | 'expired' | 'not_in_this_wallet';

/** The app that the customer holds: Alipay's own, or a wallet of Alipay+ by its name. */
export type Holding = typeof ALIPAY | (string & {});
export const ALIPAY = 'Alipay';

/** With Alipay's own app the customer pays codes of Alipay+, too. */
const payingBy = (held: Holding, qrCode: string): Holding =>
  held === ALIPAY && /^https:[/]{2}gqr[.]/.test(qrCode) ? ALIPAY_PLUS : held;

/** What became of a code that the customer showed: no shop has scanned it, or one has, and for what. */
export type CodeNews = { readonly result: 'unused' | 'expired' } | Charged;
export type Charged = { readonly result: 'waiting' | 'success' | 'closed' } & Asked;

export interface Trade {
  readonly outTradeNo: string;
  readonly tradeNo: string | null;
  readonly status: 'NONE' | 'WAIT_BUYER_PAY' | 'TRADE_SUCCESS' | 'TRADE_CLOSED';
  readonly subject: string;
  readonly totalAmount: Money;
  readonly refundedAmount: Money;
  readonly charged?: Money | null;
}

/** A payment as Antom's simulator lists it. */
interface Payment extends Omit<Trade, 'status'> {
  readonly status: keyof typeof STATUSES;
  readonly wallet: string | null;
}

const STATUSES = {
  PROCESSING: 'WAIT_BUYER_PAY',
  SUCCESS: 'TRADE_SUCCESS',
  FAIL: 'TRADE_CLOSED',
  CANCELLED: 'TRADE_CLOSED',
} as const;

/** The menu's part that the customer decides with each password. */
export interface Manner {
  readonly wrongPassword?: boolean;
  /** The money arrives although the trade was closed. */
  readonly force?: boolean;
}

/** The simulator does not know the code (404), or its time is over (410). */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`refused: ${status}`);
    this.status = status;
  }
}

/** @throws Refused; TypeError if there is no answer */
async function call<T>(held: Holding, path: string, body?: object): Promise<T> {
  const face = held === ALIPAY ? 'wallet' : 'antom-wallet';
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`/__local/${face}/${path}`, init);
  if (!response.ok) throw new Refused(response.status);
  return (await response.json()) as T;
}

/** The same of a call that has to say which of the wallets of Alipay+ it is. */
const callAs = <T>(held: Holding, path: string, body: object) =>
  call<T>(held, path, { ...body, ...(held !== ALIPAY && { wallet: held }) });

/** As which wallet Alipay's own app pays at Alipay+. */
const ALIPAY_PLUS = 'AlipayCN';

/** The wallets of Alipay+, by name. */
export const wallets = async () =>
  (await call<{ data: { name: string }[] }>(ALIPAY_PLUS, 'wallets')).data.map(({ name }) => name);

/** Opens the till's code: from now on the channel knows that a customer is about to pay. */
export const scan = (held: Holding, qrCode: string) => callAs<Asked>(payingBy(held, qrCode), 'scan', { qrCode });

export const pay = async (held: Holding, qrCode: string, manner: Manner) =>
  (await callAs<{ result: Outcome }>(payingBy(held, qrCode), 'pay', { qrCode, ...manner })).result;

export const newCode = async (held: Holding, noMoney: boolean) =>
  (await callAs<{ tillCode: string }>(held, 'codes', noMoney ? { noMoney } : {})).tillCode;

export const newsOf = (held: Holding, tillCode: string) => call<CodeNews>(held, 'result', { tillCode });

export const confirm = async (held: Holding, tillCode: string, manner: Manner) =>
  (await call<{ result: Outcome }>(held, 'confirm', { tillCode, ...manner })).result;

/** All of the wallet's, the oldest first. */
export async function trades(held: Holding): Promise<Trade[]> {
  if (held === ALIPAY) {
    const own = (await call<{ data: Trade[] }>(held, 'trades')).data;
    return [...own, ...(await trades(ALIPAY_PLUS).catch(() => []))];
  }
  const { data } = await call<{ data: Payment[] }>(held, 'trades');
  return data.filter(({ wallet }) => wallet === held).map((it) => ({ ...it, status: STATUSES[it.status] }));
}

/** Whether the channels keep their notifications to themselves. */
export const isSilent = async () => (await call<{ dropNotifications: boolean }>(ALIPAY, 'faults')).dropNotifications;
export const setSilent = (dropNotifications: boolean) =>
  Promise.all([ALIPAY, ALIPAY_PLUS].map((held) => call<unknown>(held, 'faults', { dropNotifications })));
