/** The simulator's wallet, which the local stack has at the page's own origin (bin/local/for-pages.ts). */
import type { Money } from '../../functions/money.ts';

/** What the customer is asked to pay for. */
export interface Asked {
  readonly merchantName: string;
  readonly subject: string;
  readonly amount: Money;
  readonly tradeNo: string | null;
}

export type Outcome = 'success' | 'wrong_password' | 'closed' | 'expired';

/** What became of a code that the customer showed: nobody has scanned it, or somebody has, and for what. */
export type CodeNews = { readonly result: 'unused' | 'expired' } | Charged;
export type Charged = { readonly result: 'waiting' | 'success' | 'closed' } & Asked;

export interface Trade {
  readonly outTradeNo: string;
  readonly tradeNo: string | null;
  readonly status: 'NONE' | 'WAIT_BUYER_PAY' | 'TRADE_SUCCESS' | 'TRADE_CLOSED';
  readonly subject: string;
  readonly totalAmount: Money;
  readonly refundedAmount: Money;
}

/** The menu's part that the customer decides with each password. */
export interface Manner {
  readonly wrongPassword?: boolean;
  /** The money arrives although the trade was closed. */
  readonly force?: boolean;
}

/** Nobody knows the code (404), or its time is over (410). */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`refused: ${status}`);
    this.status = status;
  }
}

/** @throws Refused; TypeError if nobody answers */
async function call<T>(path: string, body?: unknown): Promise<T> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`/__local/wallet/${path}`, init);
  if (!response.ok) throw new Refused(response.status);
  return (await response.json()) as T;
}

/** Opens the till's code: from now on the channel knows that somebody is about to pay. */
export const scan = (qrCode: string) => call<Asked>('scan', { qrCode });

export const pay = async (qrCode: string, manner: Manner) =>
  (await call<{ result: Outcome }>('pay', { qrCode, ...manner })).result;

export const newCode = async (noMoney: boolean) =>
  (await call<{ tillCode: string }>('codes', noMoney ? { noMoney } : {})).tillCode;

export const newsOf = (tillCode: string) => call<CodeNews>('result', { tillCode });

export const confirm = async (tillCode: string, manner: Manner) =>
  (await call<{ result: Outcome }>('confirm', { tillCode, ...manner })).result;

/** All of them, the oldest first. */
export const trades = async () => (await call<{ data: Trade[] }>('trades')).data;

/** Whether the channel keeps its notifications to itself. */
export const isSilent = async () => (await call<{ dropNotifications: boolean }>('faults')).dropNotifications;
export const setSilent = (dropNotifications: boolean) => call<unknown>('faults', { dropNotifications });
