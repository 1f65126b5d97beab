/**
 * The lines and cells of a bill as bytes. Only what counts is decoded: in GB18030 no byte of a longer character is a
 * line feed, a comma, a blank or a sign, and a cell with one of the longer characters is no number, amount or time, because all
 * bytes of such a cell are ASCII. Pure.
 */
import type { EpochMs } from '../../time.ts';
import type { ReportRow } from '../channel.ts';
import { fromAlipayTime } from './gateway.ts';

/** Why a bill is not taken; the message says what is wrong with it. */
export class Unreadable extends Error {}

/** Rows have some 260 bytes; a file with a longer line than this is no bill. */
const LONGEST_LINE = 64 * 1024;
/** A payment, a refund: 交易, 退款. */
const PAYMENT = [0xbd, 0xbb, 0xd2, 0xd7] as const;
const REFUND = [0xcd, 0xcb, 0xbf, 0xee] as const;
const [LINE_FEED, COMMA, PLUS, MINUS, POINT, COLON, ZERO, NINE] = [0x0a, 0x2c, 0x2b, 0x2d, 0x2e, 0x3a, 0x30, 0x39];
const YUAN_DIGITS_MAX = 12;

/** Calls `take` with every line, which is the bytes from `begin` to before `end`, without its line feed. */
export async function eachLine(
  pieces: AsyncIterable<Buffer>,
  take: (bytes: Buffer, begin: number, end: number) => void,
): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    let begin = 0;
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, begin)) {
      take(bytes, begin, end);
      begin = end + 1;
    }
    rest = bytes.subarray(begin);
    if (rest.length > LONGEST_LINE) throw new Unreadable(`a line has more than ${LONGEST_LINE} bytes`);
  }
  if (rest.length > 0) take(rest, 0, rest.length);
}

const decoders = {
  gb18030: new TextDecoder('gb18030', { fatal: true }),
  'utf-8': new TextDecoder('utf-8', { fatal: true }),
};

/** @throws Unreadable */
export function decode(bytes: Buffer, encoding: keyof typeof decoders, what: string): string {
  try {
    return decoders[encoding].decode(bytes);
  } catch {
    throw new Unreadable(`${what} is not in ${encoding === 'gb18030' ? 'GBK' : 'UTF-8'}`);
  }
}

const isBlank = (byte: number | undefined) => byte === 0x20 || byte === 0x09 || byte === 0x0d;

/** The first place from `at` on that is no blank and no tab, or `end`. */
export function skipBlanks(bytes: Buffer, at: number, end: number): number {
  let place = at;
  while (place < end && isBlank(bytes[place])) place += 1;
  return place;
}

/** The cells of one line at a time. A cell is what stands between two commas, without the blanks and tabs around it. */
export class Cells {
  bytes: Buffer = Buffer.alloc(0);
  count = 0;
  /** Where the commas are, with one ahead of the line and one behind it. */
  private readonly commas = new Int32Array(LONGEST_LINE + 2);
  /** The last time's day, and the instant at which it begins: rows of a bill are all of one day. */
  private readonly day = new Uint8Array(10);
  private midnight: EpochMs | undefined;

  /** False: the line is too long to be a row. */
  cut(bytes: Buffer, begin: number, end: number): boolean {
    if (end - begin > LONGEST_LINE) return false;
    this.bytes = bytes;
    this.commas[0] = begin - 1;
    let count = 1;
    for (let at = begin; at < end; at += 1)
      if (bytes[at] === COMMA) {
        this.commas[count] = at;
        count += 1;
      }
    this.commas[count] = end;
    this.count = count;
    return true;
  }

  begin(i: number): number {
    return skipBlanks(this.bytes, (this.commas[i] ?? 0) + 1, this.commas[i + 1] ?? 0);
  }

  end(i: number, begin: number): number {
    let at = this.commas[i + 1] ?? 0;
    while (at > begin && isBlank(this.bytes[at - 1])) at -= 1;
    return at;
  }

  /** Latin 1: for cells whose bytes are ASCII. */
  text(i: number): string {
    const begin = this.begin(i);
    return this.bytes.toString('latin1', begin, this.end(i, begin));
  }

  isSame(i: number, k: number): boolean {
    const [a, b] = [this.begin(i), this.begin(k)];
    return this.bytes.compare(this.bytes, b, this.end(k, b), a, this.end(i, a)) === 0;
  }

  isEmpty(i: number): boolean {
    const begin = this.begin(i);
    return this.end(i, begin) === begin;
  }

  /** Nothing but visible ASCII, and so much of it at the most. */
  isNumber(i: number, most: number): boolean {
    const begin = this.begin(i);
    const end = this.end(i, begin);
    if (end - begin > most) return false;
    for (let at = begin; at < end; at += 1) {
      const byte = this.bytes[at] ?? 0;
      if (byte < 0x21 || byte > 0x7e) return false;
    }
    return true;
  }

  type(i: number): ReportRow['type'] | undefined {
    const begin = this.begin(i);
    if (this.end(i, begin) - begin !== PAYMENT.length) return undefined;
    const is = (word: readonly number[]) => word.every((byte, k) => this.bytes[begin + k] === byte);
    if (is(PAYMENT)) return 'payment';
    return is(REFUND) ? 'refund' : undefined;
  }

  /** Fen, with the sign as printed; a bill's amounts have two digits behind the point. */
  amount(i: number): number | undefined {
    const { bytes } = this;
    const begin = this.begin(i);
    const end = this.end(i, begin);
    const isSigned = bytes[begin] === MINUS || bytes[begin] === PLUS;
    const first = isSigned ? begin + 1 : begin;
    const point = end - 3;
    if (point <= first || point - first > YUAN_DIGITS_MAX || bytes[point] !== POINT) return undefined;
    let fen = 0;
    for (let at = first; at < end; at += 1) {
      if (at === point) continue;
      const byte = bytes[at] ?? 0;
      if (byte < ZERO || byte > NINE) return undefined;
      fen = fen * 10 + byte - ZERO;
    }
    return bytes[begin] === MINUS ? 0 - fen : fen;
  }

  time(i: number): EpochMs | undefined {
    const begin = this.begin(i);
    const end = this.end(i, begin);
    const { bytes } = this;
    if (end - begin !== 19 || bytes[begin + 13] !== COLON) return fromAlipayTime(bytes.toString('latin1', begin, end));
    const seconds = this.secondsAt(begin + 11);
    if (seconds === undefined || bytes[begin + 10] !== 0x20) return undefined;
    if (!this.isDay(begin)) {
      this.day.set(bytes.subarray(begin, begin + this.day.length));
      this.midnight = fromAlipayTime(`${bytes.toString('latin1', begin, begin + this.day.length)} 00:00:00`);
    }
    return this.midnight === undefined ? undefined : this.midnight + seconds * 1000;
  }

  private isDay(begin: number): boolean {
    for (let k = 0; k < this.day.length; k += 1) if (this.bytes[begin + k] !== this.day[k]) return false;
    return true;
  }

  /** Of `HH:MM:SS` since midnight. */
  private secondsAt(at: number): number | undefined {
    const two = (from: number, most: number) => {
      const [tens = 0, ones = 0] = [this.bytes[from], this.bytes[from + 1]];
      if (tens < ZERO || tens > NINE || ones < ZERO || ones > NINE) return Number.NaN;
      const value = (tens - ZERO) * 10 + ones - ZERO;
      return value > most ? Number.NaN : value;
    };
    const seconds = two(at, 23) * 3600 + two(at + 3, 59) * 60 + two(at + 6, 59);
    return Number.isNaN(seconds) || this.bytes[at + 5] !== COLON ? undefined : seconds;
  }
}
