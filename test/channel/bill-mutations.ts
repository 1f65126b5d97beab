/** What can happen to a bill on its way, in many small ways: to its text, to its files and to the zip around them. */
import { gbk } from '../../bin/local/alipay-simulator/bill-file.ts';
import { aRow, detailLines, refundRow } from './bill-files.ts';
import { type End, type Told, zipOf } from './zip-files.ts';

const ORDER = 'ord_abcdefghijklmnopqrstuvwxyz';
export const ROWS = [
  aRow(),
  aRow({ outTradeNo: `${ORDER}_2`, subject: '茶, 大杯', amount: 600, fee: -4 }),
  refundRow,
  aRow({ outTradeNo: `${ORDER}_3`, operatorId: 'a,b', amount: 99, fee: -1 }),
];
/** Places of lines in the detail: the header, the first row, the one behind the last. */
const [HEADER, FIRST, LAST] = [4, 5, 9];

const [LINES, REFUND_ONLY] = [detailLines(ROWS), detailLines([refundRow])];
/** Most lines are the same ones every time. */
const encoded = new Map<string, Buffer>();
const FEED = Buffer.from('\r\n');

/** In GBK. */
function encodeLines(lines: readonly string[]): Buffer {
  const all = lines.flatMap((line, i) => {
    const bytes = encoded.get(line) ?? gbk(line);
    if (LINES.includes(line)) encoded.set(line, bytes);
    return i === 0 ? [bytes] : [FEED, bytes];
  });
  return Buffer.concat(all);
}

/** A bill before it is written: every part of it can be changed. */
export interface Draft {
  /** Part files, each as its lines. */
  parts: string[][];
  encode: (lines: readonly string[]) => Buffer;
  /** Of the zip's own: the entry that is changed, the record at the end, more entries behind, and the bytes as a whole. */
  told: Told;
  end: End;
  more: Told[];
  name: (i: number) => Told;
  onTheWay: (file: Buffer) => Buffer;
  /** Only what is around the text was changed: if it is read, it says the same. */
  isTextWhole: boolean;
}

/** A number from 0 to below `n`, and one of a list. */
export interface Dice {
  below(n: number): number;
  one<T>(list: readonly T[]): T;
}

export function newDraft(): Draft {
  return {
    parts: [[...LINES]],
    encode: encodeLines,
    ...{ told: {}, end: {}, more: [{ name: gbk('业务明细(汇总).csv'), content: '#' }] },
    name: (i) => ({ name: gbk(`业务明细_${i + 1}.csv`) }),
    onTheWay: (file) => file,
    isTextWhole: true,
  };
}

export function fileOf({ parts, encode, told, end, more, name, onTheWay }: Draft): Buffer {
  const details = parts.map((lines, i) => ({ ...name(i), content: encode(lines) }));
  const entries = [...details, ...more];
  return onTheWay(zipOf([{ ...entries[0], ...told }, ...entries.slice(1)], end));
}

const CELLS = [
  ...['', '--', '0.00', '1.00', '-12.34', '99.9', '1e3', '2026-03-01 12:00:00', '2026-02-30 12:00:00', '交易', '退款'],
  ...['转账', `${ORDER}_9`, `"${ORDER}_1"`, 'POS-1', '编号', 'a,b', '1.00,2.00', 'x'.repeat(129), '9999999999999.00'],
] as const;

type Mutation = (draft: Draft, dice: Dice) => void;

/** Changes the lines of one part. */
const text =
  (change: (lines: string[], dice: Dice) => void): Mutation =>
  (draft, dice) => {
    draft.isTextWhole = false;
    if (draft.parts.length > 0) change(dice.one(draft.parts), dice);
  };
const replaceIn = (lines: string[], i: number, change: (line: string) => string) => {
  lines[i] = change(lines[i] ?? '');
};

const TEXT: readonly Mutation[] = [
  text((lines, dice) => lines.splice(dice.below(lines.length), 1)),
  text((lines, dice) => lines.splice(dice.below(lines.length), 0, dice.one(lines))),
  text((lines, dice) => lines.splice(dice.below(lines.length))),
  text((lines, dice) => lines.splice(0, dice.below(lines.length))),
  text((lines) => lines.push(lines[FIRST] ?? '')),
  text((lines, dice) => {
    const row = FIRST + dice.below(LAST - FIRST);
    replaceIn(lines, row, (line) => {
      const cells = line.split(',');
      cells[dice.below(cells.length)] = dice.one(CELLS);
      return cells.join(',');
    });
  }),
  text((lines, dice) =>
    replaceIn(lines, HEADER, (line) => {
      const names = line.split(',');
      names[dice.below(names.length)] = dice.one(names);
      return names.join(',');
    }),
  ),
  // A digit of the frame: the account, the day, a count or a sum.
  text((lines, dice) => {
    const i = dice.one([1, 2, LAST + 1, LAST + 2]);
    const digits = [...(lines[i] ?? '').matchAll(/\d/g)].map(({ index }) => index);
    if (digits.length === 0) return;
    const at = dice.one(digits);
    replaceIn(lines, i, (line) => `${line.slice(0, at)}${dice.below(10)}${line.slice(at + 1)}`);
  }),
  text((lines) => replaceIn(lines, LAST + 1, (line) => line.replace(/共[\d.]+元/, '共1.2.3元'))),
  (draft) => {
    draft.encode = (lines) => Buffer.from(lines.join('\n'), 'utf8');
    draft.isTextWhole = false;
  },
  (draft) => {
    const { encode } = draft;
    draft.encode = (lines) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), encode(lines)]);
    draft.isTextWhole = false;
  },
  (draft, dice) => {
    const { encode } = draft;
    const [at, by] = [dice.below(100_000), 1 + dice.below(255)];
    draft.encode = (lines) => {
      const bytes = encode(lines);
      bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ by;
      return bytes;
    };
    draft.isTextWhole = false;
  },
  (draft, dice) => {
    draft.parts = dice.one([[], [...draft.parts, [...REFUND_ONLY]], [...draft.parts, ['']]]);
    draft.isTextWhole = false;
  },
];

/** What takes long to write, and so happens seldom. */
const LARGE: readonly Mutation[] = [
  text((lines, dice) => replaceIn(lines, dice.below(lines.length), (line) => `${line}${'x'.repeat(70_000)}`)),
  text((lines) => replaceIn(lines, lines.length - 1, (line) => `${line}${'x'.repeat(70_000)}`)),
  text((lines) =>
    lines.splice(FIRST, 1, ...Array.from({ length: 1_001 }, () => lines[FIRST]?.replace('交易', '?') ?? '')),
  ),
];

/** Numbers around which readers of zips go wrong. */
const NUMBERS = [0, 1, 7, 30, 46, 65_535, 0x7fffffff, 0xffffffff] as const;

const ZIP: readonly Mutation[] = [
  ...(['crc', 'packedSize', 'size', 'at', 'centralMark', 'localMark'] as const).map(
    (name): Mutation =>
      (draft, dice) => {
        draft.told = { ...draft.told, [name]: dice.one(NUMBERS) };
      },
  ),
  ...(['disks', 'size', 'directoryAt'] as const).map(
    (name): Mutation =>
      (draft, dice) => {
        draft.end = { ...draft.end, [name]: dice.one(NUMBERS) };
      },
  ),
  ...(['countHere', 'count', 'commentLength'] as const).map(
    (name): Mutation =>
      (draft, dice) => {
        draft.end = { ...draft.end, [name]: dice.below(4) };
      },
  ),
  (draft, dice) => {
    draft.told = { ...draft.told, nameLength: dice.below(400) };
  },
  (draft, dice) => {
    draft.told = { ...draft.told, localExtraLength: dice.one([1, 9, 65_535]) };
  },
  (draft, dice) => {
    draft.told = { ...draft.told, method: dice.one([0, 9, 12, 99]) };
  },
  (draft, dice) => {
    draft.told = { ...draft.told, flags: dice.one([1, 9, 0x800, 0x2001]) };
  },
  (draft, dice) => {
    draft.told = { ...draft.told, packed: Buffer.alloc(dice.below(99), dice.below(256)) };
  },
  (draft) => {
    draft.told = { ...draft.told, localName: 'another' };
  },
  (draft) => {
    draft.told = { ...draft.told, size: 500_000_000 };
  },
  (draft, dice) => {
    const name = dice.one([Buffer.from([0xff]), Buffer.from('业务明细'), gbk('业务明细'), gbk('业务汇总')]);
    draft.more = [...draft.more, { name, flags: dice.one([0, 0x800]), content: '#' }];
  },
  (draft, dice) => {
    const names = Array.from({ length: 60 + dice.below(6) }, (_, i) => ({ name: `${i}`, content: 'x' }));
    draft.more = [...draft.more, ...names];
  },
  (draft, dice) => {
    const [at, by] = [dice.below(100_000), 1 + dice.below(255)];
    draft.onTheWay = (file) => {
      file[at % file.length] = (file[at % file.length] ?? 0) ^ by;
      return file;
    };
  },
  (draft, dice) => {
    const at = dice.below(1_000);
    draft.onTheWay = (file) => file.subarray(0, Math.floor((file.length * at) / 1_000));
  },
  (draft, dice) => {
    const by = Buffer.alloc(1 + dice.below(9), dice.below(256));
    draft.onTheWay = dice.one([(file) => Buffer.concat([file, by]), (file) => Buffer.concat([by, file])]);
  },
];

/** One or two things that go wrong, chosen by `dice`. */
export function mutate(draft: Draft, dice: Dice): void {
  for (let times = 1 + dice.below(2); times > 0; times -= 1) {
    const kind = dice.below(60);
    const list = kind === 0 ? LARGE : kind < 36 ? TEXT : ZIP;
    dice.one(list)(draft, dice);
  }
}
