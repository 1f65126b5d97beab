/** Zip files by hand, of which every number can be another one: what a writer gets wrong, or somebody changes on the way. */
import { crc32, deflateRawSync } from 'node:zlib';

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];

/** One entry; whatever is not said is as it should be. */
export interface Told {
  readonly name?: Buffer | string;
  readonly content?: Buffer | string;
  /** 8: deflated (the default), 0: stored; any other one is written down and the content stored. */
  readonly method?: number;
  readonly flags?: number;
  /** The bytes that stand there in place of the packed content. */
  readonly packed?: Buffer;
  /** What the directory says of them. */
  readonly crc?: number;
  readonly packedSize?: number;
  readonly size?: number;
  readonly at?: number;
  readonly centralMark?: number;
  readonly nameLength?: number;
  readonly extra?: Buffer;
  readonly comment?: Buffer;
  /** The entry's own header, in front of its content. */
  readonly localMark?: number;
  readonly localName?: Buffer | string;
  readonly localExtra?: Buffer;
  readonly localExtraLength?: number;
}

/** The record at the end; whatever is not said is as it should be. */
export interface End {
  /** Number of this disk, and of that on which the directory begins. */
  readonly disks?: number;
  readonly countHere?: number;
  readonly count?: number;
  readonly size?: number;
  readonly directoryAt?: number;
  readonly comment?: Buffer;
  readonly commentLength?: number;
  /** Bytes between the last content and the directory, and between the directory and the record. */
  readonly before?: Buffer;
  readonly between?: Buffer;
}

const bytesOf = (text: Buffer | string) => (typeof text === 'string' ? Buffer.from(text, 'latin1') : text);

/** Little-endian numbers of so many bytes each. */
const numbers = (...values: readonly (readonly [value: number, bytes: number])[]) =>
  Buffer.concat(
    values.map(([value, bytes]) => {
      const buffer = Buffer.alloc(bytes);
      buffer.writeUIntLE(value, 0, bytes);
      return buffer;
    }),
  );

export function zipOf(entries: readonly Told[], end: End = {}): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let place = 0;
  for (const it of entries) {
    const [name, content] = [bytesOf(it.name ?? 'a'), bytesOf(it.content ?? 'hello')];
    const { method = 8, flags = 0, localExtra = Buffer.alloc(0), extra = Buffer.alloc(0) } = it;
    const { comment = Buffer.alloc(0), localName: told = name } = it;
    const localName = bytesOf(told);
    const packed = it.packed ?? (method === 8 ? deflateRawSync(content) : content);
    const sums = numbers(
      [it.crc ?? crc32(content), 4],
      [it.packedSize ?? packed.length, 4],
      [it.size ?? content.length, 4],
    );
    const local = Buffer.concat([
      numbers([it.localMark ?? LOCAL, 4], [20, 2], [flags, 2], [method, 2], [0, 4]),
      sums,
      numbers([localName.length, 2], [it.localExtraLength ?? localExtra.length, 2]),
      ...[localName, localExtra, packed],
    ]);
    directory.push(
      numbers([it.centralMark ?? CENTRAL, 4], [20, 2], [20, 2], [flags, 2], [method, 2], [0, 4]),
      sums,
      numbers([it.nameLength ?? name.length, 2], [extra.length, 2], [comment.length, 2]),
      numbers([0, 4], [0, 4], [it.at ?? place, 4]),
      ...[name, extra, comment],
    );
    locals.push(local);
    place += local.length;
  }
  const { before = Buffer.alloc(0), between = Buffer.alloc(0), comment = Buffer.alloc(0), disks = 0 } = end;
  const all = Buffer.concat(directory);
  const record = numbers(
    ...([
      [END, 4],
      [disks, 4],
      [end.countHere ?? end.count ?? entries.length, 2],
      [end.count ?? entries.length, 2],
      [end.size ?? all.length, 4],
      [end.directoryAt ?? place + before.length, 4],
      [end.commentLength ?? comment.length, 2],
    ] as const),
  );
  return Buffer.concat([...locals, before, all, between, record, comment]);
}
