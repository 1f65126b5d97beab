/** The frame of a bill's detail: lines around the rows, blank ones, headers that come again, and a byte order mark. */
import { describe, expect, test } from 'vitest';
import { gbk } from '../../bin/local/alipay-simulator/bill-file.ts';
import { aRow, detailLines, detailOf, OF, ofFiles, readFile, refundRow, whole } from './bill-files.ts';
import { zipOf } from './zip-files.ts';

const ROWS = [aRow(), refundRow];
const LINES = detailLines(ROWS);
const unreadable = (why: string) => ({ kind: 'unreadable', why });
/** The lines, one of them changed. */
const changed = (i: number, change: (line: string) => string) => LINES.with(i, change(LINES[i] ?? ''));

describe('lines', () => {
  test('that are blank are none, wherever they are', async () => {
    for (const blank of ['', ' ', '\t', ' \t\r'])
      for (let i = 0; i <= LINES.length; i += 1)
        expect(await detailOf(LINES.toSpliced(i, 0, blank))).toEqual(whole(ROWS));
  });

  test('end with a line feed, with a carriage return or without', async () => {
    const of = (end: string) => readFile(zipOf([{ name: gbk('业务明细'), content: gbk(LINES.join(end)) }]));
    expect([await of('\n'), await of('\r\n'), await of(' \t\n')]).toEqual([whole(ROWS), whole(ROWS), whole(ROWS)]);
  });

  test('of the frame may begin with blanks, and may say more', async () => {
    expect(await detailOf(LINES.map((line) => (line.startsWith('#') ? ` \t${line}` : line)))).toEqual(whole(ROWS));
    const more = ['#说明 #账号：[2088999999999999]', '#说明 #起始日期：[2026年03月02日', '#', '##'];
    for (const line of more) expect(await detailOf(LINES.toSpliced(1, 0, line))).toEqual(whole(ROWS));
  });

  test('behind the first row that begin with a hash are the end', async () => {
    const why = unreadable('there are rows behind the end');
    expect(await detailOf(LINES.toSpliced(6, 0, '#'))).toEqual(why);
    expect(await detailOf(LINES.toSpliced(5, 0, '#'))).toEqual(why);
    expect(await detailOf(LINES.toSpliced(4, 0, '#'))).toEqual(whole(ROWS));
    expect(await detailOf([...LINES, LINES[5] ?? ''])).toEqual(why);
    // What the frame says, it may say again.
    expect(await detailOf([...LINES, LINES[1] ?? '', LINES[2] ?? ''])).toEqual(whole(ROWS));
    expect(await detailOf([...LINES, '#账号：[2088999999999999]'])).toEqual(
      unreadable('the bill is of another account'),
    );
  });

  test('before the header that are none of the frame are taken for it', async () => {
    expect(await detailOf(LINES.toSpliced(4, 0, 'x'))).toEqual(
      unreadable('the bill has 0 columns 支付宝交易号, not one'),
    );
  });
});

describe('a byte order mark', () => {
  test('makes a header of the first line: the file is not what it should be', async () => {
    const mark = Buffer.from([0xef, 0xbb, 0xbf]);
    const of = (content: Buffer) => readFile(zipOf([{ name: gbk('业务明细'), content }]));
    expect(await of(Buffer.concat([mark, gbk(LINES.join('\n'))]))).toMatchObject({ kind: 'unreadable' });
    expect(await of(Buffer.concat([mark, Buffer.from(LINES.join('\n'))]))).toMatchObject({ kind: 'unreadable' });
    expect(await of(Buffer.from(`\ufeff${LINES.join('\n')}`, 'utf16le'))).toMatchObject({ kind: 'unreadable' });
  });
});

describe('the account', () => {
  const of = (account: string) => detailOf(changed(1, () => account));
  const [ANOTHER, NOBODYS] = ['the bill is of another account', 'the bill does not say whose it is'].map(unreadable);

  test.each([
    [`#账号：[${OF.sellerId}0156]`, 'read'],
    [`#账号:[${OF.sellerId}]`, 'read'],
    [`#账号：[${OF.sellerId}01560156]`, 'read'],
    [`#账号：[${OF.sellerId}015601567]`, NOBODYS],
    [`#账号：[${OF.sellerId.slice(0, -1)}]`, NOBODYS],
    [`#账号：[${OF.sellerId.slice(0, -1)}2]`, ANOTHER],
    [`#账号：[0156${OF.sellerId}]`, ANOTHER],
    ['#账号：[2088000000000002]', ANOTHER],
    [`#账号：${OF.sellerId}`, NOBODYS],
    [`#账号 ：[${OF.sellerId}]`, NOBODYS],
    ['#账号：[shop@example.test]', NOBODYS],
  ])('the account in the line %s is ours or not', async (line, wanted) => {
    expect(await of(line)).toEqual(wanted === 'read' ? whole(ROWS) : wanted);
  });
});

describe('the day', () => {
  const of = (from: string) => detailOf(changed(2, () => `#起始日期：[${from}]   终止日期：[2026年03月02日 00:00:00]`));
  const another = unreadable(`the bill is of another day, not of ${OF.day}`);

  test.each([
    '2026年03月02日 00:00:00',
    '2026年02月28日 00:00:00',
    '2026年04月01日 00:00:00',
    '2025年03月01日 00:00:00',
  ])('%s is another day', async (from) => {
    expect(await of(from)).toEqual(another);
  });

  test.each(['2026-03-01 00:00:00', '2026年3月1日 00:00:00', '03月01日', ''])('%j is no day', async (from) => {
    expect(await of(from)).toEqual(unreadable('the bill does not say of which day it is'));
  });

  test('the bill’s day may have any time', async () => {
    expect(await of('2026年03月01日')).toEqual(whole(ROWS));
  });
});

describe('sums', () => {
  test('may have a plus, a minus, or neither', async () => {
    for (const sign of ['+', '-', '']) {
      const line = changed(8, (foot) => foot.replace('共12.34元', `共${sign}12.34元`));
      expect(await detailOf(line)).toEqual(whole(ROWS));
    }
    expect(await detailOf(changed(8, (foot) => foot.replace('12.34', '++12.34')))).toMatchObject({
      kind: 'unreadable',
    });
  });

  test('of a bill of a thousand rows and one more', async () => {
    const rows = Array.from({ length: 1_001 }, () => aRow());
    expect(await detailOf(detailLines(rows))).toEqual(whole(rows));
  });
});

describe('a header', () => {
  test('that comes again between rows is a row of nobody’s', async () => {
    expect(await detailOf(LINES.toSpliced(6, 0, LINES[4] ?? ''))).toEqual(whole(ROWS, { foreign: 1 }));
  });

  test('in a further file may be padded, or missing; a row that names a column is a row', async () => {
    const [first, rest] = [detailLines([aRow()]), detailLines([aRow({ subject: '支付宝交易号' }), refundRow])];
    const both = whole([aRow(), aRow({ subject: '支付宝交易号' }), refundRow]);
    const of = (second: readonly string[]) => ofFiles({ '业务明细_1.csv': first, '业务明细_2.csv': second });
    expect(await of(rest)).toEqual(both);
    expect(await of(rest.with(4, (rest[4] ?? '').split(',').join('\t, ')))).toEqual(both);
    expect(await of(rest.toSpliced(4, 1))).toEqual(both);
    expect(await of(rest.slice(5))).toEqual(both);
  });
});
