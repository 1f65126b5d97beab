/** The reader of zip files: what is whole is read, and each thing that can be wrong with one has its refusal. */
import { crc32, deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { BadZip, entriesOf } from '../../functions/channel/alipay/zip.ts';
import { type End, type Told, zipOf } from './zip-files.ts';

const MOST = { entries: 9, bytes: 1_000_000 };

/** Name, whether it is UTF-8 for certain, and content of each; or why it is no zip. */
async function read(zip: Buffer, most = MOST): Promise<unknown> {
  try {
    const found = [];
    for (const { name, isUtf8, content } of entriesOf(zip, most)) {
      const pieces: Buffer[] = [];
      for await (const piece of content()) pieces.push(piece);
      found.push([name.toString('latin1'), isUtf8, Buffer.concat(pieces).toString('latin1')]);
    }
    return found;
  } catch (error) {
    if (error instanceof BadZip) return error.message;
    throw error;
  }
}
const one = (told: Told = {}, end: End = {}) => read(zipOf([told], end));
const HELLO = [['a', false, 'hello']];

describe('is read', () => {
  test.each([
    ['deflated', {}, HELLO],
    ['stored', { method: 0 }, HELLO],
    ['empty', { content: '' }, [['a', false, '']]],
    ['of nothing but its header', { name: '', content: '', method: 0 }, [['', false, '']]],
    ['empty and stored', { content: '', method: 0 }, [['a', false, '']]],
    ['under a name in UTF-8', { name: 'b', flags: 0x800 }, [['b', true, 'hello']]],
    ['with every other flag', { flags: 0xf7fe }, HELLO],
    ['without a name', { name: '' }, [['', false, 'hello']]],
    ['with a comment and extra fields', { comment: Buffer.from('c'), extra: Buffer.from('ee') }, HELLO],
    ['with an extra field of its own header', { localExtra: Buffer.from('xyz') }, HELLO],
    [
      'with bytes behind the packed stream',
      { packed: Buffer.concat([deflateRawSync('hello'), Buffer.from('!')]) },
      HELLO,
    ],
  ] satisfies [string, Told, unknown][])('an entry %s is read', async (_, told, wanted) => {
    expect(await one(told)).toEqual(wanted);
  });

  test.each([
    ['nothing in it', zipOf([]), []],
    ['bytes before the directory', zipOf([{}], { before: Buffer.from('before') }), HELLO],
    ['the longest comment', zipOf([{}], { comment: Buffer.alloc(65_535) }), HELLO],
    ['a comment that has a record in it', zipOf([{}], { comment: zipOf([]).subarray(0, 21) }), HELLO],
  ])('a zip with %s is read', async (_, zip, wanted) => {
    expect(await read(zip)).toEqual(wanted);
  });

  test('several entries, in the order of the directory and not of the file', async () => {
    const names = (zip: Buffer) => read(zip).then((found) => (found as string[][]).map(([name]) => name));
    const [a, b] = [
      { name: 'a', content: 'x' },
      { name: 'b', content: 'yy' },
    ];
    expect(await names(zipOf([a, b]))).toEqual(['a', 'b']);
    const second = 30 + 1 + deflateRawSync('x').length;
    const crossed = zipOf([
      {
        ...a,
        ...{
          at: second,
          crc: crc32('yy'),
          size: 2,
          packedSize: deflateRawSync('yy').length,
          name: 'b',
          localName: 'a',
        },
      },
      {
        ...b,
        ...{ at: 0, crc: crc32('x'), size: 1, packedSize: deflateRawSync('x').length, name: 'a', localName: 'b' },
      },
    ]);
    expect(await read(crossed)).toEqual([
      ['b', false, 'yy'],
      ['a', false, 'x'],
    ]);
  });

  test('in pieces of 256 KB, a large one as well as a stored one', async () => {
    const content = Buffer.alloc(600_000, 'tea');
    const sizes = [];
    const [entry] = entriesOf(zipOf([{ content }]), MOST);
    for await (const piece of entry?.content() ?? []) sizes.push(piece.length);
    expect(sizes).toEqual([262_144, 262_144, 75_712]);
    expect(await one({ content, method: 0 })).toEqual([['a', false, content.toString('latin1')]]);
  });
});

describe('is no zip', () => {
  const WHY = 'this is no zip, or it is torn';

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['a page', Buffer.from('<html><body>502 Bad Gateway</body></html>')],
    ['a record without its last byte', zipOf([]).subarray(0, 21)],
    ['a comment that is shorter than said', zipOf([{}], { comment: Buffer.from('c'), commentLength: 2 })],
    ['a comment that is longer than said', zipOf([{}], { comment: Buffer.from('cc'), commentLength: 1 })],
    ['a byte behind it', Buffer.concat([zipOf([{}]), Buffer.from('x')])],
  ])('%s is no zip', async (_, file) => {
    expect(await read(file)).toBe(WHY);
  });

  test('any beginning of a zip is no zip', async () => {
    const zip = zipOf([{ name: 'one', content: 'tea '.repeat(50) }, { name: 'two' }]);
    expect((await read(zip)) as unknown[]).toHaveLength(2);
    for (let size = 0; size < zip.length; size += 1) expect(await read(zip.subarray(0, size))).toBe(WHY);
  });
});

describe('is refused, because', () => {
  test.each([
    ['it is the second of several disks', { disks: 1 }],
    ['its directory is on another disk', { disks: 0x10000 }],
    ['its disk has not all entries', { countHere: 0 }],
    ['its directory begins one byte too early', { directoryAt: 37 }],
    ['its directory begins one byte too late', { directoryAt: 39 }],
    ['its directory is one byte shorter than said', { size: 48 }],
    ['its directory is one byte longer than said', { size: 46 }],
    ['something stands behind the directory', { between: Buffer.from('x') }],
    ['it has the second record of a large zip, zip64', { between: Buffer.alloc(76) }],
    ['its directory is beyond it', { directoryAt: 0xffffffff }],
  ] satisfies [string, End][])('a zip is refused because %s', async (_, end) => {
    const zip = zipOf([{}]);
    expect([zip.readUInt32LE(zip.length - 6), zip.readUInt32LE(zip.length - 10)]).toEqual([38, 47]);
    expect(await one({}, end)).toBe('the directory of the zip is odd');
  });

  test.each([
    ['an entry of the directory has no mark', { centralMark: 0x02014b51 }, {}],
    ['a name reaches beyond the directory', { nameLength: 2 }, {}],
    ['it has fewer entries than said', {}, { count: 2 }],
    ['its last entry is a mark', {}, { count: 2, between: Buffer.from('PK\x01\x02'), size: 51 }],
  ] satisfies [string, Told, End][])('a zip is torn if %s', async (_, told, end) => {
    expect(await one(told, end)).toBe('the directory is torn');
  });

  test('a zip is torn if an extra field or a comment reaches beyond the directory', async () => {
    for (const place of [30, 32]) {
      const zip = zipOf([{}]);
      zip.writeUInt16LE(1, zip.readUInt32LE(zip.length - 6) + place);
      expect(await read(zip)).toBe('the directory is torn');
    }
  });

  test('an entry is a mark right before the directory: not where it should be', async () => {
    expect(await one({ at: 38 }, { before: Buffer.from('PK\x03\x04') })).toBe('an entry is not where it should be');
  });

  test('it has more entries than said', async () => {
    expect(await read(zipOf([{}, { name: 'b' }], { count: 1 }))).toBe('the directory holds more than its entries');
    expect(await read(zipOf([{}], { count: 0 }))).toBe('the directory holds more than its entries');
  });

  test.each([
    ['an entry is encrypted', { flags: 1 }, 'the zip is encrypted'],
    ['an entry is encrypted beside other flags', { flags: 0x809 }, 'the zip is encrypted'],
    ['an entry has no mark', { localMark: 0x04034b51 }, 'an entry is not where it should be'],
    ['an entry is a byte further on', { at: 1 }, 'an entry is not where it should be'],
    ['an entry is in the directory', { at: 9 }, 'an entry is not where it should be'],
    ['an entry is beyond the zip', { at: 0xffffffff }, 'an entry is not where it should be'],
    ['an entry has one packed byte more than there are', { packedSize: 8 }, 'an entry is torn'],
    ['an entry has more than four gigabytes, zip64', { packedSize: 0xffffffff }, 'an entry is torn'],
    ['an extra field leaves a byte too little', { localExtraLength: 1 }, 'an entry is torn'],
    ['an entry has another name in the directory', { localName: 'b' }, 'an entry has two names'],
    ['an entry has a longer name in the directory', { name: 'ab', localName: 'a' }, 'an entry has two names'],
    ['an entry is packed by another method', { method: 9 }, 'an entry is packed by method 9'],
    ['an entry is packed by a method of AES', { method: 99 }, 'an entry is packed by method 99'],
    ['a packed stream is none', { packed: Buffer.alloc(7, 0xff) }, 'an entry cannot be unpacked to its size'],
    ['a packed stream is empty', { packed: Buffer.alloc(0) }, 'an entry cannot be unpacked to its size'],
    ['a packed stream is cut', { packedSize: 6 }, 'an entry cannot be unpacked to its size'],
    ['a content is one byte longer than said', { size: 4 }, 'an entry cannot be unpacked to its size'],
    ['a stored one is one byte longer', { size: 4, method: 0 }, 'an entry cannot be unpacked to its size'],
    ['a content is one byte shorter than said', { size: 6 }, 'the checksum of an entry does not fit'],
    ['a stored one is one byte shorter', { size: 6, method: 0 }, 'the checksum of an entry does not fit'],
    ['a checksum is another one', { crc: crc32('hello') ^ 1 }, 'the checksum of an entry does not fit'],
    ['a content was packed anew', { packed: deflateRawSync('jello') }, 'the checksum of an entry does not fit'],
    ['a stored one was changed', { packed: Buffer.from('jello'), method: 0 }, 'the checksum of an entry does not fit'],
    ['an empty one has a checksum', { content: '', crc: 1 }, 'the checksum of an entry does not fit'],
  ] as [string, Told, string][])('a zip is refused because %s', async (_, told, why) => {
    expect(await one(told)).toBe(why);
    // Behind one that is whole as well.
    if (told.at === undefined) expect(await read(zipOf([{ name: 'first' }, told]))).toBe(why);
  });
});

describe('is bounded', () => {
  test('a zip has as many entries as may be, and not one more', async () => {
    const zip = zipOf(['a', 'b', 'c'].map((name) => ({ name })));
    expect((await read(zip, { ...MOST, entries: 3 })) as unknown[]).toHaveLength(3);
    expect(await read(zip, { ...MOST, entries: 2 })).toBe('the zip has 3 entries, at most 2 are taken');
    expect(await read(zipOf([], { count: 65_535 }))).toBe('the zip has 65535 entries, at most 9 are taken');
  });

  test('a zip is bounded by the sum of what its entries say they are, to the byte, before any of them is unpacked', async () => {
    const zip = zipOf([{ content: 'four' }, { name: 'b', content: 'sixsix' }]);
    expect((await read(zip, { ...MOST, bytes: 10 })) as unknown[]).toHaveLength(2);
    const why = 'the zip holds 10 bytes, at most 9 are taken';
    expect(await read(zip, { ...MOST, bytes: 9 })).toBe(why);
    expect(() => entriesOf(zip, { ...MOST, bytes: 9 })).toThrow(new BadZip(why));
  });

  test('a bomb is unpacked no further than it says: of ten megabytes one piece at the most', async () => {
    const [entry] = entriesOf(zipOf([{ content: Buffer.alloc(10_000_000), size: 1_000 }]), MOST);
    let taken = 0;
    const all = async () => {
      for await (const piece of entry?.content() ?? []) taken += piece.length;
    };
    await expect(all()).rejects.toThrow(new BadZip('an entry cannot be unpacked to its size'));
    expect(taken).toBe(0);
  });
});
