/** What every command of the till needs: who it is, a client, words in one language, and a place to print. */
import type { Writable } from 'node:stream';
import { HOME_CURRENCY } from '../../functions/channel/channels.ts';
import type { ChannelId } from '../../functions/channel/registry.ts';
import { ApiProblem, type Client, createClient } from '../../functions/client/client.ts';
import { shopDiscountOf } from '../../functions/client/shop-discount.ts';
import { importPrivateKey, type SigningKey } from '../../functions/client/sign.ts';
import type { OrderView, RefundView } from '../../functions/contract/answers.ts';
import { fromDecimalText, isCurrency, type Money, toRecordText } from '../../functions/money.ts';
import { localTime } from '../../functions/time.ts';
import type { Words } from '../../functions/words.ts';
import { type Credential, pickCredential, readCredentials } from '../cli/credentials.ts';
import { UsageError } from '../cli/exit.ts';
import { type Output, outputTo } from '../cli/output.ts';
import type { Looks } from './qr.ts';

/** What a till's line touches of the process that it runs in: a test has its own. */
export interface World {
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable;
  /** What the terminal is; absent: the process's own environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** How it waits between two questions; absent: by the real time. */
  sleep?(ms: number): Promise<void>;
  /** How its requests travel; absent: the platform's own. */
  fetch?: typeof fetch;
  /** Has `heard` called at each Ctrl-C, which then does nothing else; answers how to stop that. */
  onInterrupt(heard: () => void): () => void;
  /** Ends the program at once. */
  leave(code: number): void;
}

export const realWorld: World = {
  stdout: process.stdout,
  stderr: process.stderr,
  onInterrupt: (heard) => {
    process.on('SIGINT', heard);
    return () => process.off('SIGINT', heard);
  },
  leave: (code) => process.exit(code),
};

export interface Settings {
  readonly credential: string;
  readonly url: string;
  /** Each simulator's wallet, for a till without customers. */
  readonly simulators: Readonly<Record<ChannelId, string>>;
  readonly key?: string;
  readonly json: boolean;
  readonly lang: 'zh-CN' | 'en';
  readonly looks: Looks;
}

export interface Terminal extends Output {
  readonly client: Client;
  readonly key: SigningKey;
  readonly holder: Credential;
  readonly url: string;
  readonly settings: Settings;
  readonly world: World;
  words(words: Words): string;
}

/** @throws UsageError unless there is a key that can sign */
export async function openTerminal(settings: Settings, world: World, scope: string): Promise<Terminal> {
  const holder = pickCredential(readCredentials(settings.credential), settings.key, scope);
  const privateKey = await importPrivateKey(holder.privateKeyPem, holder.alg).catch(() => {
    throw new UsageError(`the private key of ${holder.keyid} in ${settings.credential} is none`);
  });
  const key = { keyid: holder.keyid, alg: holder.alg, privateKey };
  return {
    client: createClient({ baseUrl: settings.url, key, ...travelOf(world) }),
    key,
    holder,
    url: settings.url,
    settings,
    world,
    ...outputTo(world.stdout, settings.json),
    words: (words) => words[settings.lang],
  };
}

/** What a client of this world has of its own. */
export function travelOf({ sleep, fetch: send }: World) {
  return { ...(sleep && { sleep }), ...(send && { fetch: send }) };
}

/** A whole list, page by page. */
export async function allOf<T>(
  page: (cursor: string | undefined) => Promise<{ body: { data: T[]; nextCursor: string | null } }>,
): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const { body } = await page(cursor);
    all.push(...body.data);
    cursor = body.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return all;
}

/** `12.34`, or `JPY 450`, as an amount of money; anything that would need rounding is refused. */
export function readAmount(text: string | undefined, usual = HOME_CURRENCY): Money {
  const [, code = usual, digits = ''] = /^(?:([A-Z]{3}) +)?(.*)$/.exec(text ?? '') ?? [];
  const amount = isCurrency(code) ? fromDecimalText(code, digits) : undefined;
  if (!amount || amount.value <= 0)
    throw new UsageError(`an amount is written like 12.34, or JPY 450, not ${text ?? 'nothing'}`);
  return amount;
}

export function show(money: Money): string {
  return `${money.currency} ${toRecordText(money)}`;
}

/** The merchant's zone; undefined where this key may not ask for it. */
export async function zoneOf({ client }: Terminal): Promise<string | undefined> {
  try {
    return (await client.call('getMerchant', {})).body.zone;
  } catch (fault) {
    if (fault instanceof ApiProblem) return undefined;
    throw fault;
  }
}

/** `2026-03-01 19:49:05 (Asia/Shanghai)`: by the merchant's clock, else by this machine's, with what that is ahead of UTC. */
export function showTime(instant: string, zone?: string): string {
  const at = Date.parse(instant);
  return `${localTime(at, zone ?? offsetHere(at))
    .slice(0, 19)
    .replace('T', ' ')} (${zone ?? offsetHere(at)})`;
}

/** `+08:00` */
function offsetHere(at: number): string {
  const ahead = -new Date(at).getTimezoneOffset();
  const [hours, minutes] = [Math.floor(Math.abs(ahead) / 60), Math.abs(ahead) % 60];
  return `${ahead < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}

/** An order in a few lines, with what to do about it; times by the clock of `zone`. */
export function orderLines(order: OrderView, words: (words: Words) => string, zone?: string): string[] {
  const { payment } = order;
  const shop = shopDiscountOf(order);
  const paid = payment
    ? [`  paid ${showTime(payment.paidAt, zone)}, trade ${payment.tradeNo}${payment.late ? ', late' : ''}`]
    : [];
  return [
    `${order.status.toUpperCase()}  ${show(order.amount)}  ${order.subject}`,
    `  number ${order.merchantOrderNo}, order ${order.orderId}`,
    ...paid,
    ...(shop ? [`  received ${show(shop.received)}: the shop's discount paid ${show(shop.discount)}`] : []),
    ...order.refunds.map((refund) => `  ${refundLine(refund, words)}`),
    `  → ${words(order.message)}`,
  ];
}

export function refundLine(refund: RefundView, words: (words: Words) => string): string {
  const why = refund.failure ? `: ${words(refund.failure.text)}` : '';
  return `refund ${refund.refundNo} ${show(refund.amount)} ${refund.status}${refund.source === 'till' ? '' : ` (${refund.source})`}${why}`;
}
