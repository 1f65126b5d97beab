/**
 * Reads Alipay's bill of a day: a zip whose names are GBK, in it a detail, perhaps in several part files, and a summary in GBK;
 * lines that begin with `#` are a frame around comma-separated cells, unquoted and padded with tabs. The file is taken whole or
 * not at all: one that is torn, does not add up, or is of another account or day is unreadable, and says why. A single row
 * spoils nothing: another system's is only counted, one of ours that cannot be read is named. Pure. Payers are not read.
 */

import type { ReportRow, UnreadRow } from '../channel.ts';
import { YUAN } from './answers.ts';
import { decode, eachLine, Unreadable } from './report-cells.ts';
import { Detail } from './report-detail.ts';
import { BadZip, entriesOf, type ZipEntry } from './zip.ts';

export type AlipayReport =
  | {
      readonly kind: 'lines';
      readonly lines: Iterable<ReportRow>;
      readonly foreign: number;
      readonly unread: readonly UnreadRow[];
    }
  | { readonly kind: 'unreadable'; readonly why: string };

/**
 * What a function of 512 MB reads in one sweep, with its 0.3 processor: about 1,500,000 rows of 257 bytes in 8 to 10 s of CPU. A
 * million take 248 MB of memory (`npm run bench -- bill`). `bytes` are those of the files, unpacked.
 */
const MOST = { entries: 64, bytes: 384 * 1024 * 1024 };

/** `day` is `YYYY-MM-DD` in China, `sellerId` the account that the bill must be of. */
export async function readReport(
  zip: Buffer,
  of: { readonly sellerId: string; readonly day: string },
): Promise<AlipayReport> {
  try {
    return await readEntries(entriesOf(zip, MOST), new Detail(of));
  } catch (error) {
    if (error instanceof BadZip || error instanceof Unreadable) return { kind: 'unreadable', why: error.message };
    throw error;
  }
}

async function readEntries(entries: readonly ZipEntry[], detail: Detail): Promise<AlipayReport> {
  const named = entries.map((entry) => ({ entry, name: nameOf(entry) }));
  const isSummary = (name: string) => name.includes('汇总');
  const parts = named
    .filter(({ name }) => name.includes('业务明细') && !isSummary(name))
    .map(({ entry, name }) => ({ entry, part: Number(/业务明细\D?(\d{1,4})/.exec(name)?.[1] ?? 0) }))
    .sort((a, b) => a.part - b.part);
  if (parts.length === 0) throw new Unreadable('the zip holds no detail');
  for (const [i, { entry }] of parts.entries()) {
    detail.beginPart(parts.length > 1 ? ` of part ${i + 1}` : '');
    await eachLine(entry.content(), (bytes, begin, end) => detail.takeLine(bytes, begin, end));
  }
  detail.end();
  const isPart = new Set(parts.map(({ entry }) => entry));
  for (const { entry, name } of named) {
    if (isPart.has(entry)) continue;
    // The other entries are read for their checksums only: the zip is whole or it is not.
    await eachLine(entry.content(), (...line) => {
      if (isSummary(name)) detail.fees.addSummary(...line);
    });
  }
  const { rows, foreign, unread, fees } = detail;
  const feeOf = fees.reader();
  return { kind: 'lines', lines: { [Symbol.iterator]: () => rows.lines(YUAN, feeOf) }, foreign, unread };
}

const nameOf = ({ name, isUtf8 }: ZipEntry) => decode(name, isUtf8 ? 'utf-8' : 'gb18030', 'a name');
