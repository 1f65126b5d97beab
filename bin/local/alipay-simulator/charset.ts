/** The charset of a call: its parameters arrive in it, its signature is over it, and so is its answer. */
import { gbk } from './bill-file.ts';

export type Charset = 'utf-8' | 'gbk';

const NAMES: Readonly<Record<string, Charset>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  gbk: 'gbk',
  gb2312: 'gbk',
};

/** Undefined: Alipay does not know it. */
export function charsetOf(name: string | undefined): Charset | undefined {
  return Object.hasOwn(NAMES, String(name).toLowerCase()) ? NAMES[String(name).toLowerCase()] : undefined;
}

export function encoded(text: string, charset: Charset = 'utf-8'): Buffer {
  return charset === 'gbk' ? gbk(text) : Buffer.from(text);
}

/** Query string and form together, decoded once: in the charset that they name, which is written alike in all of them. */
export function parametersOf(query: string, form: string): Map<string, string> {
  const pairs = [...query.split('&'), ...form.split('&')].filter((pair) => pair !== '').map(cut);
  const named = pairs.findLast(([name]) => name === 'charset')?.[1];
  const decoder = new TextDecoder(charsetOf(named && latin1(named)) ?? 'utf-8');
  return new Map(pairs.map(([name, value]) => [decoder.decode(bytesOf(name)), decoder.decode(bytesOf(value))]));
}

function cut(pair: string): readonly [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
}

/** `text` is a form's, with one character for each byte. */
function bytesOf(text: string): Buffer {
  return Buffer.from(latin1(text), 'latin1');
}

function latin1(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
