/**
 * The columns of a bill, and where a row's cells stand in them. Commas in free text are not escaped, so a row may have too many
 * of them. Columns between two free texts stay together: such a block can only have moved to the right as a whole, and none
 * overtakes another. So each block is tried at each place once, from the left and from the right; that is linear in the commas,
 * and yet finds every way to read the row. Pure.
 */
import { DAY, type EpochMs } from '../../time.ts';
import { fromAlipayTime } from './gateway.ts';
import { type Cells, Unreadable } from './report-cells.ts';

/** What is read, by our name for it. Columns were added over the years, so that only names are certain. */
export const NEEDED = {
  tradeNo: '支付宝交易号',
  attemptNo: '商户订单号',
  type: '业务类型',
  at: '完成时间',
  gross: '订单金额',
  received: '商家实收',
  requestNo: '退款批次号/请求号',
  fee: '服务费',
} as const;
export type Needed = keyof typeof NEEDED;
const NAMES = Object.keys(NEEDED) as readonly Needed[];
/** What cashiers, shops and payers wrote, and what may have commas in it. */
const FREE_TEXT = new Set(['商品名称', '门店名称', '操作员', '对方账户', '券名称', '备注']);
const NUMBERS = new Set(['门店编号', '终端号']);
const CREATED = '创建时间';

/** What a cell can be, one bit each. */
const [AMOUNT, TIME, TYPE, NUMBER, EMPTY, LOOKED_AT] = [1, 2, 4, 8, 16, 32];
/** One of the bits of `any`, unless that is 0, and none of `none`. */
interface Shape {
  readonly any: number;
  readonly none: number;
}
const ANYTHING: Shape = { any: 0, none: 0 };
const SHAPES: Readonly<Record<Needed, Shape>> = {
  tradeNo: { any: NUMBER, none: AMOUNT },
  attemptNo: { any: NUMBER, none: AMOUNT },
  type: { any: TYPE, none: 0 },
  at: { any: TIME, none: 0 },
  gross: { any: AMOUNT, none: 0 },
  received: { any: AMOUNT, none: 0 },
  requestNo: { any: NUMBER | EMPTY, none: AMOUNT },
  fee: { any: AMOUNT, none: 0 },
};
export const LONGEST_NUMBER = 128;

interface Column {
  readonly isText: boolean;
  readonly needed: Needed | undefined;
  readonly shape: Shape;
}

/** Columns between two free texts: the first one and the one behind the last. */
interface Block {
  readonly first: number;
  readonly end: number;
}

/** How much is asked of a reading: what counts has its shape; every column has; and times and amounts make sense. */
const [COUNTED, SHAPED, SENSIBLE] = [0, 1, 2];

/** No cell; and two readings with different cells. */
const MISSING = -1;
export const IN_DOUBT = -2;

export class Columns {
  readonly count: number;
  /** Where each column that is read stands in the header. */
  readonly at: Readonly<Record<Needed, number>>;
  private readonly columns: readonly Column[];
  private readonly blocks: readonly Block[];
  private readonly createdAt: number;
  private readonly midnight: EpochMs;
  /** Of a row with too many commas: what each cell can be, and how far each block may have moved. */
  private shapes = new Uint8Array(64);
  private readonly least: Int32Array;
  private readonly most: Int32Array;

  /** `day` is the bill's. @throws Unreadable */
  constructor(header: string, day: string) {
    const names = header.split(',').map((name) => name.trim());
    const plain = names.map((name) => name.replace(/[（(]元[）)]$/, ''));
    this.at = placesOf(plain);
    this.columns = names.map((name, i) => columnOf(name, plain[i] ?? '', this.at, i));
    this.blocks = blocksOf(this.columns);
    this.count = names.length;
    this.createdAt = names.indexOf(CREATED);
    this.midnight = fromAlipayTime(`${day} 00:00:00`) ?? 0;
    this.least = new Int32Array(this.blocks.length);
    this.most = new Int32Array(this.blocks.length);
  }

  /** The cell of each needed column, or MISSING or IN_DOUBT, into `places`. Answers whether the row can be read at all. */
  place(cells: Cells, places: Record<Needed, number>): boolean {
    const stray = cells.count - this.count;
    if (stray === 0) {
      for (const name of NAMES) places[name] = this.at[name];
      return true;
    }
    if (stray > 0) {
      if (this.shapes.length < cells.count) this.shapes = new Uint8Array(2 * cells.count);
      this.shapes.fill(0, 0, cells.count);
      for (const asked of [SENSIBLE, SHAPED, COUNTED])
        if (this.reach(cells, stray, asked)) {
          for (const name of NAMES) places[name] = this.placeOf(cells, this.at[name], asked);
          return true;
        }
    }
    // A fault behind the first free text moves no column before it, and one before the last free text none behind it.
    const [first, last] = [this.blocks[0], this.blocks.at(-1)];
    for (const name of NAMES) {
      const i = this.at[name];
      const isFromLeft = first?.first === 0 && i < first.end && i < cells.count;
      const isFromRight = last?.end === this.count && i >= last.first && stray > 0;
      if (isFromLeft) places[name] = i;
      else places[name] = isFromRight ? i + stray : MISSING;
    }
    return false;
  }

  private shapeAt(cells: Cells, i: number): number {
    const known = this.shapes[i] ?? 0;
    if (known !== 0) return known;
    const shape = LOOKED_AT | shapeOf(cells, i);
    this.shapes[i] = shape;
    return shape;
  }

  /** How far each block may have moved, at least and at the most. */
  private reach(cells: Cells, stray: number, asked: number): boolean {
    const { blocks, least, most } = this;
    let from = 0;
    for (let j = 0; j < blocks.length; j += 1) {
      const end = blocks[j]?.first === 0 ? 0 : stray;
      while (from <= end && !this.fits(cells, j, from, asked)) from += 1;
      if (from > end) return false;
      least[j] = from;
    }
    let to = stray;
    for (let j = blocks.length - 1; j >= 0; j -= 1) {
      const start = blocks[j]?.end === this.count ? stray : (least[j] ?? 0);
      while (to >= start && !this.fits(cells, j, to, asked)) to -= 1;
      if (to < start) return false;
      most[j] = to;
    }
    return true;
  }

  private fits(cells: Cells, block: number, moved: number, asked: number): boolean {
    const { first, end } = this.blocks[block] ?? { first: 0, end: 0 };
    for (let i = first; i < end; i += 1) {
      const column = this.columns[i];
      if (!column || (asked === COUNTED && !column.needed)) continue;
      const { any, none } = column.shape;
      const can = this.shapeAt(cells, i + moved);
      if ((any !== 0 && (can & any) === 0) || (can & none) !== 0) return false;
    }
    return asked !== SENSIBLE || this.isSensible(cells, first, end, moved);
  }

  /** Made before it was paid, on the bill's own day; and the merchant receives no more than was paid. */
  private isSensible(cells: Cells, first: number, end: number, moved: number): boolean {
    const { at, createdAt } = this;
    const has = (i: number) => i >= first && i < end;
    if (has(at.at)) {
      const paidAt = cells.time(at.at + moved) ?? 0;
      if (paidAt < this.midnight || paidAt >= this.midnight + DAY) return false;
      if (has(createdAt) && (cells.time(createdAt + moved) ?? 0) > paidAt) return false;
    }
    if (!has(at.gross) || !has(at.received)) return true;
    const [gross = 0, received = 0] = [cells.amount(at.gross + moved), cells.amount(at.received + moved)];
    return Math.abs(received) <= Math.abs(gross);
  }

  private placeOf(cells: Cells, column: number, asked: number): number {
    let block = 0;
    while (column >= (this.blocks[block]?.end ?? column + 1)) block += 1;
    const [least = 0, most = 0] = [this.least[block], this.most[block]];
    for (let moved = least + 1; moved <= most; moved += 1)
      if (this.fits(cells, block, moved, asked) && !cells.isSame(column + least, column + moved)) return IN_DOUBT;
    return column + least;
  }
}

/** @throws Unreadable */
function placesOf(plain: readonly string[]): Readonly<Record<Needed, number>> {
  const at: Partial<Record<Needed, number>> = {};
  for (const name of NAMES) {
    const found = plain.flatMap((it, i) => (it === NEEDED[name] ? [i] : []));
    if (found.length !== 1) throw new Unreadable(`the bill has ${found.length} columns ${NEEDED[name]}, not one`);
    at[name] = found[0] ?? MISSING;
  }
  return at as Record<Needed, number>;
}

function columnOf(name: string, plain: string, at: Columns['at'], i: number): Column {
  const isText = FREE_TEXT.has(name);
  const needed = NAMES.find((it) => at[it] === i);
  if (needed) return { isText, needed, shape: SHAPES[needed] };
  const column = (shape: Shape): Column => ({ isText, needed, shape });
  if (isText) return column(ANYTHING);
  if (name.endsWith('时间')) return column(SHAPES.at);
  if (NUMBERS.has(name)) return column({ any: 0, none: AMOUNT | TIME });
  return column(name !== plain || name.endsWith('金额') ? SHAPES.gross : ANYTHING);
}

function blocksOf(columns: readonly Column[]): Block[] {
  const blocks: Block[] = [];
  for (let first = 0; first < columns.length; first += 1) {
    if (columns[first]?.isText) continue;
    let end = first + 1;
    while (end < columns.length && !columns[end]?.isText) end += 1;
    blocks.push({ first, end });
    first = end;
  }
  return blocks;
}

function shapeOf(cells: Cells, i: number): number {
  if (cells.isEmpty(i)) return EMPTY;
  if (cells.amount(i) !== undefined) return AMOUNT | NUMBER;
  if (cells.isNumber(i, LONGEST_NUMBER)) return NUMBER;
  if (cells.type(i)) return TYPE;
  return cells.time(i) === undefined ? 0 : TIME;
}
