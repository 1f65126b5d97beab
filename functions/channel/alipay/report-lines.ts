/**
 * Rows that were read, packed: about 100 bytes each, so that a million of them fit beside everything else in a function of
 * 512 MB, and can be gone through as often as it takes. Pure.
 */
import type { ReportRow } from '../channel.ts';

const CHUNK_BYTES = 1024 * 1024;
/** Kind, three lengths, four numbers of eight bytes. */
const FIXED_BYTES = 4 + 4 * 8;
const NO_NUMBER = 255;

/** Texts are ASCII of less than 255 characters. */
export class PackedLines {
  private readonly chunks: Buffer[] = [];
  private view = Buffer.alloc(0);
  private used = 0;
  /** Where each chunk ends. */
  private readonly ends: number[] = [];

  add({ type, tradeNo, attemptNo, requestNo, at, gross, fee, received }: Omit<ReportRow, 'currency'>): void {
    const number = requestNo ?? '';
    const size = FIXED_BYTES + tradeNo.length + attemptNo.length + number.length;
    if (this.used + size > this.view.length) {
      this.view = Buffer.allocUnsafeSlow(CHUNK_BYTES);
      this.chunks.push(this.view);
      this.used = 0;
    }
    const { view } = this;
    let place = this.used;
    view[place] = type === 'refund' ? 1 : 0;
    view[place + 1] = tradeNo.length;
    view[place + 2] = attemptNo.length;
    view[place + 3] = requestNo === null ? NO_NUMBER : number.length;
    place += 4;
    for (const value of [at, gross, fee, received]) place = view.writeDoubleLE(value, place);
    for (const text of [tradeNo, attemptNo, number]) place += view.write(text, place, 'latin1');
    this.used = place;
    this.ends[this.chunks.length - 1] = place;
  }

  /** In the order in which they came. `feeOf`: what becomes of a fee as it was put in. */
  *lines(currency: string, feeOf: (type: ReportRow['type'], fee: number) => number): Generator<ReportRow> {
    for (const [i, chunk] of this.chunks.entries()) {
      const end = this.ends[i] ?? 0;
      for (let place = 0; place < end; ) {
        const type = chunk[place] === 1 ? 'refund' : 'payment';
        const lengths = [chunk[place + 1] ?? 0, chunk[place + 2] ?? 0, chunk[place + 3] ?? 0] as const;
        const number = (k: number) => chunk.readDoubleLE(place + 4 + k * 8);
        const [at, gross, fee, received] = [number(0), number(1), feeOf(type, number(2)), number(3)];
        let from = place + FIXED_BYTES;
        const text = (length: number) => {
          from += length;
          return chunk.toString('latin1', from - length, from);
        };
        const [tradeNo, attemptNo] = [text(lengths[0]), text(lengths[1])];
        const requestNo = lengths[2] === NO_NUMBER ? null : text(lengths[2]);
        place = from;
        yield { type, tradeNo, attemptNo, requestNo, at, currency, gross, fee, received };
      }
    }
  }
}
