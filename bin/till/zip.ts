/**
 * Writes a zip file as its contents come, holding none of them. The same contents make the same bytes. For less than 4 GB.
 */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { Zip, ZipDeflate } from 'fflate';

export interface ZipEntry {
  readonly name: string;
  readonly content: AsyncIterable<Uint8Array>;
}

/** Every entry has this time, so that nothing depends on the clock: zip files have local times from 1980 on. */
const MODIFIED = new Date(1980, 0, 1);
/** An offset in the file has 32 bits. */
const BYTES_MAX = 0xffff_ffff;

/** @throws Error if the file cannot be written, an entry's content throws, or everything is 4 GB or more */
export async function writeZip(file: string, entries: Iterable<ZipEntry>): Promise<void> {
  const out = createWriteStream(file);
  const broken = once(out, 'error').then(([error]) => Promise.reject(error));
  broken.catch(() => {});
  const made: Uint8Array[] = [];
  const zip = new Zip((error, bytes) => {
    if (error) throw error;
    made.push(bytes);
  });
  let size = 0;
  const write = async (): Promise<void> => {
    for (const bytes of made.splice(0)) {
      size += bytes.length;
      if (size > BYTES_MAX) throw new Error('a zip file of this kind has less than 4 GB');
      if (!out.write(bytes)) await Promise.race([once(out, 'drain'), broken]);
    }
  };
  try {
    for (const { name, content } of entries) {
      const entry = new ZipDeflate(name);
      entry.mtime = MODIFIED;
      zip.add(entry);
      for await (const bytes of content) {
        entry.push(bytes);
        await write();
      }
      entry.push(new Uint8Array(), true);
      await write();
    }
    zip.end();
    await write();
    out.end();
    await finished(out);
  } catch (error) {
    out.destroy();
    throw error;
  }
}
