/** The file format of Alipay's bills: a zip whose names are GBK without saying so, in it comma-separated text in GBK. */
import { crc32, deflateRawSync } from 'node:zlib';

let table: Map<string, number> | undefined;

/** Every two-byte sequence, by the character it stands for. */
function gbkTable(): Map<string, number> {
  const made = new Map<string, number>();
  const decoder = new TextDecoder('gbk');
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      if (trail === 0x7f) continue;
      const text = decoder.decode(Uint8Array.of(lead, trail));
      if ([...text].length === 1 && text !== '\ufffd' && !made.has(text)) made.set(text, lead * 256 + trail);
    }
  }
  return made;
}

/** What GBK does not have becomes a question mark, as it does at Alipay. */
export function gbk(text: string): Buffer {
  table ??= gbkTable();
  const bytes: number[] = [];
  for (const char of text) {
    const code = table.get(char);
    if (char.length === 1 && char < '\x80') bytes.push(char.charCodeAt(0));
    else if (code === undefined) bytes.push(0x3f);
    else bytes.push(code >> 8, code & 0xff);
  }
  return Buffer.from(bytes);
}

/** A zip as a Java program streams it: sizes and checksum stand behind the data, and for certain only in the directory. */
export function zip(files: readonly { readonly name: Buffer; readonly content: Buffer }[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  const push = (...more: Buffer[]) => {
    for (const part of more) {
      parts.push(part);
      at += part.length;
    }
  };
  for (const { name, content } of files) {
    const packed = deflateRawSync(content);
    const sums = numbers([crc32(content), 4], [packed.length, 4], [content.length, 4]);
    const common = [
      [20, 2],
      [0x0008, 2],
      [8, 2],
      [0, 4],
    ] as const;
    const begin = at;
    push(numbers([0x04034b50, 4], ...common, [0, 4], [0, 4], [0, 4], [name.length, 2], [0, 2]), name, packed);
    push(numbers([0x08074b50, 4]), sums);
    directory.push(numbers([0x02014b50, 4], [20, 2], ...common), sums);
    directory.push(numbers([name.length, 2], [0, 4], [0, 4], [0, 4], [begin, 4]), name);
  }
  const begin = at;
  push(...directory);
  const counts = [
    [files.length, 2],
    [files.length, 2],
    [at - begin, 4],
    [begin, 4],
  ] as const;
  push(numbers([0x06054b50, 4], [0, 4], ...counts, [0, 2]));
  return Buffer.concat(parts);
}

/** Little-endian numbers of so many bytes each. */
function numbers(...values: readonly (readonly [value: number, bytes: number])[]): Buffer {
  return Buffer.concat(
    values.map(([value, bytes]) => {
      const buffer = Buffer.alloc(bytes);
      buffer.writeUIntLE(value, 0, bytes);
      return buffer;
    }),
  );
}
