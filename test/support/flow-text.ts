/** What happened in a step of a flow, as lines of text: everything that is not as always, and nothing that is. */

import type { Item } from '../../functions/table/table.ts';
import type { LogFields } from '../../functions/telemetry.ts';
import { DAY } from '../../functions/time.ts';
import { NOON } from './orders.ts';

/** What every call to the channel says the same of, in all flows; what differs from it is told. */
const USUAL: Readonly<Record<string, unknown>> = {
  account: { channel: 'alipay', appId: '2021000000000001', sellerId: '2088000000000001' },
  currency: 'CNY',
  subject: 'tea',
  storeId: 'main',
  terminalId: 'trm_aaaabbbbcccc',
  notifyUrl: 'https://pay.example/v1/notifications/alipay',
  tradeNo: 't1',
};

/** Not in every request of a code. */
const NOT_ALWAYS = ['currency', 'tradeNo'];

/** `query _1`, `refund r1 CNY 100`, and the answer. */
export function callText(operation: string, request: object, timeoutMs: number, answer: unknown): string {
  const own = Object.entries(request).filter(([name, value]) => !isSame(value, USUAL[name]));
  const missing = Object.keys(USUAL).filter((name) => !(name in request) && (name === 'account' || isCode(operation)));
  const parts = [
    ...own.map(([name, value]) => `${name}=${flat(value)}`),
    ...missing.filter((name) => !NOT_ALWAYS.includes(name)).map((name) => `no ${name}`),
    ...(timeoutMs === 5_000 ? [] : [`in ${timeoutMs} ms`]),
  ];
  return `${operation} ${parts.join(' ')} → ${flat(answer)}`;
}

const isCode = (operation: string) => operation === 'createQrCode' || operation === 'payWithTillCode';
const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** What one write changed of an item: a path and a value for each fact that is new, a minus for each that is gone; of a new one only what is open. */
export function writeText(before: Item | undefined, after: Item, now: number): string {
  if (String(after.orderId).startsWith('ano_')) return 'keeps an anomaly';
  const was = factsOf({ ...before, version: 0, updatedAt: 0 });
  const is = factsOf({ ...after, version: 0, updatedAt: 0 });
  const gone = [...was.keys()].filter((path) => !is.has(path)).map((path) => `-${path}`);
  const news = [...is].filter(([path, value]) => was.get(path) !== value).map(([path, value]) => `${path}=${value}`);
  const odd = [
    ...(after.version === Number(before?.version ?? 0) + 1 ? [] : [`version=${after.version}`]),
    ...(after.updatedAt === now ? [] : [`updatedAt=${scalar(after.updatedAt)}`]),
  ];
  if (before) return ['writes', ...news, ...gone, ...odd].join(' ');
  return ['opens', ...news.filter((fact) => /^(attempts|dueAt)/.test(fact)), ...odd].join(' ');
}

export function logText(level: string, message: string, fields: LogFields = {}, orderId: string): string {
  const { error, orderId: of, ...others } = fields;
  const rest = Object.entries(others).map(([name, value]) => `${name}=${scalar(value)}`);
  const whose = of === orderId ? [] : [`orderId=${of}`];
  return [`${level}: ${message}`, ...whose, ...rest, ...(error ? [`(${error.split('\n')[0]})`] : [])].join(' ');
}

/** One value in one line: `waiting`, `paid tradeNo=t1 …`, `CNY 1234`. */
export function flat(value: unknown): string {
  if (typeof value !== 'object' || value === null) return scalar(value);
  const { kind, ...others } = value as Record<string, unknown>;
  if (isMoney(others)) return `${others.currency} ${others.value}`;
  const rest = Object.entries(others).map(([name, inner]) => `${name}=${nested(inner)}`);
  return [...(kind === undefined ? [] : [String(kind)]), ...rest].join(' ');
}

const nested = (value: unknown) =>
  typeof value === 'object' && value !== null && !isMoney(value) ? `(${flat(value)})` : flat(value);

function isMoney(value: object): value is { currency: string; value: number } {
  return Object.keys(value).join() === 'currency,value';
}

function factsOf(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map([[path, scalar(value)]]);
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return new Map(entries.flatMap(([name, inner]) => [...factsOf(inner, path === '' ? name : `${path}.${name}`)]));
}

/** Instants as seconds after noon, and our numbers without the order's id. */
function scalar(value: unknown): string {
  if (typeof value === 'number' && value > NOON - DAY) return `@${(value - NOON) / 1_000}`;
  return String(value).replace(/ord_[a-z2-7]{26}_?/g, '');
}
