/** A bill to which things happen: it is refused, or it says what its own sums say; and each way to refuse one is gone. */
import { expect, test } from 'vitest';
import { readFile, whole } from './bill-files.ts';
import { type Dice, type Draft, fileOf, mutate, newDraft, ROWS } from './bill-mutations.ts';

const RUNS = 1_500;

/** Numbers between 0 and 2^32, the same ones for the same seed. */
function diceOf(seed: number): Dice {
  let state = seed;
  const below = (n: number) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
  return { below, one: (list) => list[below(list.length)] as never };
}

/** What a refusal says, whatever the numbers and the column. */
const kindOf = (why: string) =>
  why
    .replace(/\d+/g, 'N')
    .replace(/columns .*, not one/, 'columns of a name, not one')
    .replace(/（?\(?(交易合计|退款合计)\)?）?/, '(sum)')
    .replace(/^line N( of part N)?( is|: )/, 'a line$2')
    .replace(/(: ).*(: not what it can be)/, '$1cells$2')
    .replace(/way \(.*\)/, 'way')
    .replace(/cannot be read; .*/, 'cannot be read')
    .replace(/day, not of .*/, 'day');

/** What the bill's own feet say: of payments and of refunds, how many and how much, the first of a kind in each part. */
function printedOf({ parts }: Draft): Record<'payment' | 'refund', { count: number; sum: number }> {
  const total = { payment: { count: 0, sum: 0 }, refund: { count: 0, sum: 0 } };
  for (const lines of parts)
    for (const [type, name] of [
      ['payment', '交易'],
      ['refund', '退款'],
    ] as const) {
      const foot = lines
        .map((line) => line.match(`^#${name}合计：(\\d+)笔，商家实收(?:退款)?共-?(\\d+)\\.(\\d\\d)元`))
        .find((it) => it);
      total[type].count += Number(foot?.[1] ?? 0);
      total[type].sum += Number(`${foot?.[2] ?? 0}${foot?.[3] ?? ''}`);
    }
  return total;
}

/** Rows that were read are no more than the bill counts, and where nothing is left open, exactly as many and as much. */
function mustAddUp(bill: Extract<Awaited<ReturnType<typeof readFile>>, { kind: 'lines' }>, draft: Draft): void {
  const { lines, unread, foreign } = bill;
  const printed = printedOf(draft);
  const isOpen = foreign > 0 || unread.some(({ type, worth }) => type === null || worth === null);
  for (const type of ['payment', 'refund'] as const) {
    const told = [...lines.map((line) => ({ ...line, worth: line.received })), ...unread].filter(
      (it) => it.type === type,
    );
    const sum = told.reduce((total, { worth }) => total + Math.abs(worth ?? 0), 0);
    if (!isOpen) expect({ count: told.length, sum }).toEqual(printed[type]);
    expect([told.length <= printed[type].count, sum <= printed[type].sum]).toEqual([true, true]);
  }
  expect(lines.length + unread.length + foreign).toBeGreaterThanOrEqual(printed.payment.count + printed.refund.count);
}

/** What can be said of a bill, and of a row that cannot be read. */
const ALL = [
  ...['read', 'read, with rows that cannot be'],
  ...['this is no zip, or it is torn', 'the directory of the zip is odd', 'the directory is torn'],
  ...['the directory holds more than its entries', 'the zip has N entries, at most N are taken'],
  ...['the zip holds N bytes, at most N are taken', 'the zip is encrypted', 'an entry is packed by method N'],
  ...['an entry is not where it should be', 'an entry is torn', 'an entry has two names'],
  ...['an entry cannot be unpacked to its size', 'the checksum of an entry does not fit'],
  ...['a name is not in GBK', 'a name is not in UTF-N', 'the zip holds no detail'],
  ...['a line is not in GBK', 'a line is too long', 'a line has more than N bytes'],
  ...['the bill has N columns of a name, not one', 'the bill does not say whose it is'],
  ...['the bill does not say of which day it is', 'the bill is of another account', 'the bill is of another day'],
  ...['there are rows behind the end', 'the end of the bill is missing', 'more than N rows cannot be read'],
  ...["the bill's own sum is none (sum)", 'the bill lacks its own sum (sum)'],
  'the rows do not add up to what the bill says (sum)',
  ...['a line: it can be read in more than one way', 'a line: it has N cells for N columns'],
  'a line: cells: not what it can be',
];

test('fuzz: what is read adds up, what is changed around the text changes nothing, and every refusal is reached', {
  timeout: 120_000,
}, async () => {
  const reached = new Map<string, number>();
  const count = (what: string) => reached.set(what, (reached.get(what) ?? 0) + 1);
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const draft = newDraft();
    mutate(draft, diceOf(seed));
    const bill = await readFile(fileOf(draft));
    if (bill.kind === 'unreadable') count(kindOf(bill.why));
    else {
      if (draft.isTextWhole) expect(bill, `seed ${seed}`).toEqual(whole(ROWS));
      else mustAddUp(bill, draft);
      for (const { why } of bill.unread) count(kindOf(why));
      count(bill.unread.length > 0 ? 'read, with rows that cannot be' : 'read');
    }
  }
  expect([...reached.keys()].sort()).toEqual(ALL.toSorted());
  expect([...reached].filter(([, times]) => times < 2)).toEqual([]);
});
