/**
 * Reads a zip of a few files, and nothing that is not whole: sizes are bounded before anything is inflated, and every byte is
 * held against its checksum. A content comes in pieces, so that a large one never stands in memory whole. By hand, because
 * this is one structure behind another and `node:zlib` does the rest; the small libraries for it check no CRC and decode
 * names as they see fit.
 */
import { crc32, createInflateRaw } from 'node:zlib';

/** Why a zip is not taken; the message says what is wrong with it. */
export class BadZip extends Error {}

export interface ZipEntry {
  readonly name: Buffer;
  /** The name is UTF-8 for certain; otherwise only the writer knows its encoding. */
  readonly isUtf8: boolean;
  /** Pieces of any size, of which none counts before the last one came. @throws BadZip at the end, or where it is seen first */
  content(): AsyncIterable<Buffer>;
}

const END = 0x06054b50;
const END_BYTES = 22;
const CENTRAL = 0x02014b50;
const CENTRAL_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const LONGEST_COMMENT = 0xffff;
const ENCRYPTED = 1;
const UTF8 = 0x800;
const STORED = 0;
const DEFLATED = 8;
/** What is inflated at a time. */
const PIECE_BYTES = 256 * 1024;

interface Place {
  readonly name: Buffer;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

/** All entries, in the order of the directory. `most.bytes` is of all contents together, unpacked. @throws BadZip */
export function entriesOf(zip: Buffer, most: { readonly entries: number; readonly bytes: number }): ZipEntry[] {
  const { places, directoryAt } = directoryOf(zip, most.entries);
  const bytes = places.reduce((sum, { size }) => sum + size, 0);
  if (bytes > most.bytes) throw new BadZip(`the zip holds ${bytes} bytes, at most ${most.bytes} are taken`);
  return places.map((place) => ({
    name: place.name,
    isUtf8: (place.flags & UTF8) !== 0,
    content: () => contentAt(zip, place, directoryAt),
  }));
}

function directoryOf(zip: Buffer, mostEntries: number): { places: Place[]; directoryAt: number } {
  const end = endOf(zip);
  const count = zip.readUInt16LE(end + 10);
  const directoryAt = zip.readUInt32LE(end + 16);
  const isWhole = zip.readUInt32LE(end + 4) === 0 && zip.readUInt16LE(end + 8) === count;
  if (!isWhole || directoryAt + zip.readUInt32LE(end + 12) !== end) throw new BadZip('the directory of the zip is odd');
  if (count > mostEntries) throw new BadZip(`the zip has ${count} entries, at most ${mostEntries} are taken`);

  const places: Place[] = [];
  let at = directoryAt;
  for (let i = 0; i < count; i += 1) {
    if (at + CENTRAL_BYTES > end || zip.readUInt32LE(at) !== CENTRAL) throw new BadZip('the directory is torn');
    const nameEnd = at + CENTRAL_BYTES + zip.readUInt16LE(at + 28);
    const next = nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    if (next > end) throw new BadZip('the directory is torn');
    places.push({
      name: zip.subarray(at + CENTRAL_BYTES, nameEnd),
      flags: zip.readUInt16LE(at + 8),
      method: zip.readUInt16LE(at + 10),
      crc: zip.readUInt32LE(at + 16),
      packed: zip.readUInt32LE(at + 20),
      size: zip.readUInt32LE(at + 24),
      at: zip.readUInt32LE(at + 42),
    });
    at = next;
  }
  if (at !== end) throw new BadZip('the directory holds more than its entries');
  return { places, directoryAt };
}

/** Where the end record begins: the last one whose comment reaches exactly to the end. */
function endOf(zip: Buffer): number {
  const last = zip.length - END_BYTES;
  for (let at = last; at >= Math.max(0, last - LONGEST_COMMENT); at -= 1) {
    if (zip.readUInt32LE(at) === END && zip.readUInt16LE(at + 20) === last - at) return at;
  }
  throw new BadZip('this is no zip, or it is torn');
}

async function* contentAt(zip: Buffer, place: Place, directoryAt: number): AsyncGenerator<Buffer> {
  let size = 0;
  let crc = 0;
  for await (const piece of unpacked(packedAt(zip, place, directoryAt), place.method)) {
    size += piece.length;
    if (size > place.size) throw new BadZip('an entry cannot be unpacked to its size');
    crc = crc32(piece, crc);
    yield piece;
  }
  if (size !== place.size || crc !== place.crc) throw new BadZip('the checksum of an entry does not fit');
}

function packedAt(zip: Buffer, { at, name, flags, packed }: Place, directoryAt: number): Buffer {
  if ((flags & ENCRYPTED) !== 0) throw new BadZip('the zip is encrypted');
  if (at + LOCAL_BYTES > directoryAt || zip.readUInt32LE(at) !== LOCAL)
    throw new BadZip('an entry is not where it should be');
  const nameEnd = at + LOCAL_BYTES + zip.readUInt16LE(at + 26);
  const begin = nameEnd + zip.readUInt16LE(at + 28);
  if (begin + packed > directoryAt) throw new BadZip('an entry is torn');
  if (!zip.subarray(at + LOCAL_BYTES, nameEnd).equals(name)) throw new BadZip('an entry has two names');
  return zip.subarray(begin, begin + packed);
}

async function* unpacked(packed: Buffer, method: number): AsyncGenerator<Buffer> {
  if (method === STORED) {
    yield packed;
    return;
  }
  if (method !== DEFLATED) throw new BadZip(`an entry is packed by method ${method}`);
  // Pieces are made as they are taken: the stream holds one or two of them.
  const inflate = createInflateRaw({ chunkSize: PIECE_BYTES });
  inflate.end(packed);
  try {
    yield* inflate as AsyncIterable<Buffer>;
  } catch {
    throw new BadZip('an entry cannot be unpacked to its size');
  }
}
