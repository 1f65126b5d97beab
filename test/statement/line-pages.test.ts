/** The store of statements: heads, days that are decided once, and pages of what they are made of. */
import { beforeEach, describe, expect, test } from 'vitest';
import { groupsOf } from '../../functions/groups.ts';
import { sha256 } from '../../functions/statement/chunks.ts';
import type { Statement } from '../../functions/statement/statement.ts';
import { Statements } from '../../functions/statement/statements.ts';
import type { Head } from '../../functions/statement/stored.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { BadCursor, type Item, STATEMENTS, type Table, writeCursor } from '../../functions/table/table.ts';
import { DAY } from '../../functions/time.ts';
import { DAYS, END, fail, merchant, wrapped } from '../reconciliation/shop.ts';
import { NOON } from '../support/orders.ts';

let table: Table;
let store: Statements;
beforeEach(() => {
  const memory = new MemoryTable(STATEMENTS);
  table = {
    ...wrapped(memory),
    getMany: async (keys) =>
      keys.length > 100 || new Set(keys).size < keys.length ? fail('too many keys at once') : memory.getMany(keys),
  };
  store = new Statements(table, 1);
});

const on = (calls: Partial<Table>) => new Statements({ ...wrapped(table), ...calls }, 1);
/** A sealed day without content. */
const aStatement = (day: string, more: Partial<Statement> = {}): Statement => ({
  ...{ statementId: `${merchant.id}.${day}`, merchantId: merchant.id, day, zone: merchant.zone, sealedAt: NOON },
  ...{ previousHash: null, hash: `hash of ${day}`, lineCount: 0, lineChunks: [], totalsChunks: [] },
  ...{ terminalsChunks: [], checks: [], ...more },
});
async function chunkOf(rows: readonly unknown[]): Promise<string> {
  const text = JSON.stringify(rows);
  await table.create({ id: `chk_${sha256(text)}`, version: 1, text });
  return sha256(text);
}

describe('a head', () => {
  const began = {
    ...{ id: `head_${merchant.id}`, merchantId: merchant.id, version: 1, lastDay: '2026-02-28', lastHash: null },
    ...{ dueShard: '0', dueAt: END },
  };
  const opened = async () => {
    await store.openHead(merchant, NOON);
    return (await store.head(merchant.id)) ?? fail();
  };

  test('begins before the business day on which it is opened, and is opened once', async () => {
    expect(await store.head(merchant.id)).toBeUndefined();
    expect(await opened()).toEqual(began);
    await store.openHead(merchant, NOON + 5 * DAY);
    expect(await store.head(merchant.id)).toEqual(began);
    await store.openHead({ merchantId: 'mer_west', zone: 'UTC' }, END);
    expect(await store.head('mer_west')).toMatchObject({ lastDay: '2026-02-28', dueAt: END + DAY / 3 });
  });

  test('moves under the version that was read', async () => {
    const seen = await opened();
    const moved = { ...began, version: 2, lastDay: DAYS[0], lastHash: 'h', dueAt: END + 1 };
    expect(await store.moveHead(seen, { lastDay: DAYS[0], lastHash: 'h', dueAt: END + 1 })).toEqual(moved);
    expect(await store.head(merchant.id)).toEqual(moved);
    expect(await store.moveHead(seen, { dueAt: 0 })).toBeUndefined();
    expect(await store.head(merchant.id)).toEqual(moved);
  });

  test('forgets its failures when it moves, and what is marked when its day is over', async () => {
    const failed = (await store.moveHead(await opened(), { failures: 3, marked: 2 })) ?? fail();
    expect(failed).toEqual({ ...began, version: 2, failures: 3, marked: 2 });
    const again = (await store.moveHead(failed, { dueAt: END + 1 })) ?? fail();
    expect(again).toEqual({ ...began, version: 3, dueAt: END + 1, marked: 2 });
    const further = (await store.moveHead(again, { marked: 5 })) ?? fail();
    expect(further).toEqual({ ...began, version: 4, dueAt: END + 1, marked: 5 });
    const next = await store.moveHead(further, { lastDay: DAYS[0] });
    expect(next).toEqual({ ...began, version: 5, dueAt: END + 1, lastDay: DAYS[0] });
    expect(await store.head(merchant.id)).toEqual(next);
    // Chunks are counted from 0.
    const none = await store.moveHead(next ?? fail(), { marked: 0 });
    expect(await store.moveHead(none ?? fail(), { dueAt: 1 })).toMatchObject({ marked: 0 });
  });

  test('is due from its time on, the longest waiting first, a hundred at once', async () => {
    const seen = await opened();
    await store.openHead({ merchantId: 'mer_early', zone: merchant.zone }, NOON - DAY);
    const due = async (now: number) => (await store.dueHeads('0', now)).map(({ merchantId }) => merchantId);
    expect([await due(END - DAY - 1), await due(END - DAY)]).toEqual([[], ['mer_early']]);
    expect(await due(END)).toEqual(['mer_early', merchant.id]);
    expect(await store.dueHeads('1', END)).toEqual([]);
    const asked: unknown[] = [];
    const behind = on({
      query: async (query) => {
        asked.push(query);
        return { keys: [seen.id], cursor: undefined };
      },
    });
    expect([await behind.dueHeads('0', END - 1), await behind.dueHeads('0', END)]).toEqual([[], [seen]]);
    const due100 = { index: 'due', partition: '0', limit: 100 };
    expect(asked).toEqual([END - 1, END].map((to) => ({ ...due100, range: { to } })));
    for (let i = 0; i < 100; i += 1) await store.openHead({ merchantId: `mer_${i}`, zone: 'UTC' }, NOON);
    expect(await due(END + DAY)).toHaveLength(100);
  });

  test('of every merchant is listed, wherever a deployment keeps it', async () => {
    const wide = new Statements(table, 64);
    expect([new Statements(table).dueShards.length, wide.dueShards.length, store.dueShards]).toEqual([16, 64, ['0']]);
    expect(wide.dueShards.slice(0, 3)).toEqual(['0', '1', '2']);
    const ids: string[] = [];
    for (let i = 0; i < 205; i += 1) ids.push(`mer_${i}`);
    for (const merchantId of ids.slice(0, 105)) await store.openHead({ merchantId, zone: 'UTC' }, NOON);
    for (const merchantId of ids.slice(105)) await wide.openHead({ merchantId, zone: 'UTC' }, NOON);
    const heads = (await table.getMany(ids.slice(105).map((id) => `head_${id}`))) as unknown as (Head & Item)[];
    expect(new Set(heads.map(({ dueShard }) => dueShard)).size).toBeGreaterThan(40);
    expect((await wide.head('mer_200')) as unknown as Item).toMatchObject({ dueShard: expect.stringMatching(/^\d+$/) });
    const listed: string[] = [];
    for await (const some of store.merchantIds()) listed.push(...some);
    expect(listed.sort()).toEqual(ids.sort());
  });
});

describe('a day is decided once', () => {
  test('as a statement, by whoever is first', async () => {
    const first = aStatement(DAYS[0]);
    const text = '["a chunk"]';
    expect(await store.decision(merchant.id, DAYS[0])).toBeUndefined();
    expect(await store.seal(first, [{ hash: 'h', text }])).toEqual({ kind: 'sealed', statement: first });
    expect(await table.get('chk_h')).toEqual({ id: 'chk_h', version: 1, text });
    expect(await table.get(first.statementId)).toEqual({ id: first.statementId, version: 1, ...first });
    expect(await store.seal({ ...first, hash: 'other' }, [])).toEqual({ kind: 'sealed', statement: first });
    expect(await store.leaveEmpty(merchant.id, DAYS[0])).toEqual({ kind: 'sealed', statement: first });
    expect(await store.decision(merchant.id, DAYS[0])).toEqual({ kind: 'sealed', statement: first });
    expect(await store.get(first.statementId)).toEqual(first);
    expect(await store.get(`${merchant.id}.${DAYS[1]}`)).toBeUndefined();
  });

  test('as empty, and there is no statement then', async () => {
    const id = `${merchant.id}.${DAYS[0]}`;
    expect(await store.leaveEmpty(merchant.id, DAYS[0])).toEqual({ kind: 'empty' });
    expect(await store.seal(aStatement(DAYS[0]), [])).toEqual({ kind: 'empty' });
    expect(await table.get(id)).toEqual({ id, version: 1, merchantId: merchant.id, empty: true });
    expect([await store.decision(merchant.id, DAYS[0]), await store.get(id)]).toEqual([{ kind: 'empty' }, undefined]);
    expect((await store.list(merchant.id, { range: {}, limit: 10, cursor: undefined })).rows).toEqual([]);
  });

  test('a table that says both is a fault', async () => {
    const lost = on({ create: async () => false });
    const id = `${merchant.id}.${DAYS[0]}`;
    await expect(lost.leaveEmpty(merchant.id, DAYS[0])).rejects.toThrow(`statement ${id} is there and is not there`);
  });

  test('decided days are read with others, a hundred at once, in their order', async () => {
    const days = Array.from({ length: 150 }, (_, i) => new Date(NOON + i * DAY).toISOString().slice(0, 10));
    const [first = '', second = '', last = ''] = [days[0], days[1], days[149]];
    await store.seal(aStatement(first), []);
    await store.leaveEmpty(merchant.id, second);
    await store.seal(aStatement(last), []);
    expect([...(await store.decisions(merchant.id, days.toReversed()))]).toEqual([
      [last, { kind: 'sealed', statement: aStatement(last) }],
      [second, { kind: 'empty' }],
      [first, { kind: 'sealed', statement: aStatement(first) }],
    ]);
    expect(await store.decisions('mer_none', days)).toEqual(new Map());
  });
});

test('chunks are written eight at the same time', async () => {
  let [atWork, most] = [0, 0];
  const create: Table['create'] = async (item) => {
    most = Math.max(most, ++atWork);
    for (let i = 0; i < 20; i += 1) await null;
    atWork -= 1;
    return table.create(item);
  };
  const chunks = Array.from({ length: 17 }, (_, i) => ({ hash: `${i}`, text: '[]' }));
  await on({ create }).writeChunks(chunks);
  expect(most).toBe(8);
  for (const { hash, text } of chunks)
    expect(await table.get(`chk_${hash}`)).toEqual({ id: `chk_${hash}`, version: 1, text });
});

describe('what is gathered of a day', () => {
  const next = { places: [null], runs: [], written: 0 };
  test('is kept under the version that was read', async () => {
    const id = `gat_${merchant.id}.${DAYS[0]}`;
    expect(await store.gathering(merchant.id, DAYS[0])).toBeUndefined();
    const first = await store.keepGathering(merchant.id, DAYS[0], undefined, next);
    expect(first).toEqual({ id, version: 1, ...next });
    expect(await store.keepGathering(merchant.id, DAYS[0], undefined, { ...next, written: 9 })).toBeUndefined();
    expect(await store.gathering(merchant.id, DAYS[0])).toEqual(first);
    const second = await store.keepGathering(merchant.id, DAYS[0], first, { ...(first ?? fail()), written: 1 });
    expect(second).toEqual({ id, version: 2, ...next, written: 1 });
    expect(await store.keepGathering(merchant.id, DAYS[0], first, { ...next, written: 9 })).toBeUndefined();
    expect(await store.gathering(merchant.id, DAYS[0])).toEqual(second);
  });

  test('is read back as it was written', async () => {
    const rows = [{ orderId: 'a' }, { orderId: 'b' }];
    expect(await store.movements(await chunkOf(rows))).toEqual(rows);
    await expect(store.movements('none')).rejects.toThrow('the chunk none of a sealed statement is missing');
  });
});

describe('statements are listed', () => {
  const page = (range: object, cursor?: string, limit = 2) => store.list(merchant.id, { range, limit, cursor });
  beforeEach(async () => {
    for (const day of DAYS) await store.seal(aStatement(day), []);
    await store.seal({ ...aStatement(DAYS[0]), statementId: 'other', merchantId: 'mer_other' }, []);
  });
  const days = ({ rows }: { rows: readonly Statement[] }) => rows.map(({ day }) => day);

  test('the newest first, page by page', async () => {
    const first = await page({});
    expect(first.rows).toEqual([aStatement(DAYS[4]), aStatement(DAYS[3])]);
    const second = await page({}, first.cursor);
    const third = await page({}, second.cursor);
    expect([days(second), days(third), third.cursor]).toEqual([[DAYS[2], DAYS[1]], [DAYS[0]], undefined]);
  });

  test('of some days, with both ends, and with cursors that lie between them', async () => {
    const range = { from: DAYS[1], to: DAYS[3] };
    const first = await page(range);
    expect([days(first), days(await page(range, first.cursor))]).toEqual([[DAYS[3], DAYS[2]], [DAYS[1]]]);
    const cursorAt = async (n: number) => (await page({}, undefined, n)).cursor;
    for (const cursor of [await cursorAt(1), writeCursor(query, DAYS[0], 'mer')])
      await expect(page(range, cursor)).rejects.toThrow('the cursor is of a list of other days');
    await expect(page(range, writeCursor(query, 7, 'mer'))).rejects.toThrow('the cursor is of no such list');
    expect(days(await page(range, await cursorAt(2)))).toEqual([DAYS[2], DAYS[1]]);
    expect(days(await page(range, await cursorAt(4)))).toEqual([]);
    await expect(page({ from: DAYS[4] }, await cursorAt(2))).rejects.toThrow(BadCursor);
    await expect(page({ to: DAYS[3] }, await cursorAt(1))).rejects.toThrow(BadCursor);
    expect(days(await page({ from: DAYS[1] }, await cursorAt(1)))).toEqual([DAYS[3], DAYS[2]]);
    expect(days(await page({ to: DAYS[3] }, await cursorAt(3)))).toEqual([DAYS[1], DAYS[0]]);
  });
  const query = { index: 'by-merchant', partition: merchant.id, limit: 2 };
});

test('groups hold so many each, and the last one the rest', () => {
  expect([groupsOf([1, 2, 3, 4, 5], 2), groupsOf([1, 2], 2), groupsOf([], 2)]).toEqual([
    [[1, 2], [3, 4], [5]],
    [[1, 2]],
    [],
  ]);
});
