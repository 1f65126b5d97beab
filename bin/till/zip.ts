/**
 * Writes a zip file (PKWARE APPNOTE 6.3, deflate, UTF-8 names) as its contents come, holding none of them: sizes and
 * checksums follow each entry. The same contents make the same bytes. For less than 4 GB.
 */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { crc32, createDeflateRaw } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly content: AsyncIterable<Uint8Array>;
}

/** The sizes and checksum of an entry stand behind its content; the name is UTF-8. */
const FLAGS = 0x0808;
const DEFLATE = 8;
const VERSION = 20;
/** Files of a zip have a time. Ours is midnight of 1980-01-01 for all of them, so that nothing depends on the clock. */
const DOS_TIME = [0, 0x21] as const;
const BYTES_MAX = 0xffff_ffff;

/** @throws Error if the file cannot be written, an entry's content throws, or everything is 4 GB or more */
export async function writeZip(file: string, entries: Iterable<ZipEntry>): Promise<void> {
  const out = createWriteStream(file);
  const broken = once(out, 'error').then(([error]) => Promise.reject(error));
  broken.catch(() => {});
  let offset = 0;
  const write = async (bytes: Uint8Array): Promise<void> => {
    offset += bytes.length;
    if (offset > BYTES_MAX) throw new Error('a zip file of this kind has less than 4 GB');
    if (!out.write(bytes)) await Promise.race([once(out, 'drain'), broken]);
  };
  try {
    const directory: Buffer[] = [];
    for (const { name, content } of entries) {
      const at = offset;
      const bytes = Buffer.from(name);
      await write(record('PK\x03\x04', [VERSION, FLAGS, DEFLATE, ...DOS_TIME], [0, 0, 0], [bytes.length, 0], bytes));
      const sizes = await deflate(content, write);
      await write(record('PK\x07\x08', [], sizes));
      const shorts = [VERSION, VERSION, FLAGS, DEFLATE, ...DOS_TIME];
      directory.push(record('PK\x01\x02', shorts, sizes, [bytes.length, 0, 0, 0, 0, 0, 0, ...halves(at)], bytes));
    }
    const start = offset;
    for (const entry of directory) await write(entry);
    const counts = [0, 0, directory.length, directory.length];
    await write(record('PK\x05\x06', counts, [offset - start, start], [0]));
    out.end();
    await finished(out);
  } catch (error) {
    out.destroy();
    throw error;
  }
}

/** Answers CRC-32, compressed and plain size. */
async function deflate(
  content: AsyncIterable<Uint8Array>,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<[number, number, number]> {
  const deflater = createDeflateRaw();
  let crc = 0;
  let plain = 0;
  let packed = 0;
  const feed = async () => {
    for await (const bytes of content) {
      crc = crc32(bytes, crc);
      plain += bytes.length;
      if (!deflater.write(bytes)) await once(deflater, 'drain');
    }
    deflater.end();
  };
  const fed = feed().catch((error: unknown) => void deflater.destroy(error as Error));
  for await (const bytes of deflater) {
    packed += bytes.length;
    await write(bytes);
  }
  await fed;
  return [crc, packed, plain];
}

/** A signature, 16-bit numbers, 32-bit numbers, 16-bit numbers, bytes: little-endian, as every record of a zip is made. */
function record(
  signature: string,
  shorts: readonly number[],
  longs: readonly number[],
  more: readonly number[] = [],
  bytes: Uint8Array = new Uint8Array(),
): Buffer {
  const all = [...shorts, ...longs.flatMap(halves), ...more];
  const numbers = Buffer.alloc(2 * all.length);
  for (const [i, value] of all.entries()) numbers.writeUInt16LE(value, 2 * i);
  return Buffer.concat([Buffer.from(signature, 'latin1'), numbers, bytes]);
}

function halves(value: number): [number, number] {
  return [value & 0xffff, value >>> 16];
}
