/** A reader of zip files by their directory, which knows nothing of how ours are made. */
import { crc32, inflateRawSync } from 'node:zlib';

export function readZip(file: Buffer): Map<string, Buffer> {
  const end = file.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end !== file.length - 22) throw new Error('there is no end of a zip file');
  const entries = new Map<string, Buffer>();
  let at = file.readUInt32LE(end + 16);
  for (let i = 0; i < file.readUInt16LE(end + 10); i += 1) {
    if (file.toString('latin1', at, at + 4) !== 'PK\x01\x02') throw new Error('there is no entry of the directory');
    const [crc, packed, plain] = [16, 20, 24].map((place) => file.readUInt32LE(at + place));
    const nameLength = file.readUInt16LE(at + 28);
    const name = file.toString('utf8', at + 46, at + 46 + nameLength);
    const local = file.readUInt32LE(at + 42);
    if (file.toString('latin1', local, local + 4) !== 'PK\x03\x04') throw new Error('there is no such entry');
    const from = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    const content = inflateRawSync(file.subarray(from, from + (packed ?? 0)));
    if (content.length !== plain || crc32(content) !== crc) throw new Error(`${name} is damaged`);
    entries.set(name, content);
    at += 46 + nameLength + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return entries;
}
