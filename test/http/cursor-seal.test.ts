/** security minor 1: cursors are sealed by a key of the deployment, for one operation and one merchant. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { makeCursorKey, openCursor, sealCursor } from '../../functions/http/cursor-seal.ts';
import { FunctionState } from '../../functions/merchant/function-state.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { BadCursor, DIRECTORY } from '../../functions/table/table.ts';
import { NOON } from '../support/orders.ts';

const LIST = { operation: 'listOrders', merchantId: 'mer_a' };
const PAGE = { status: 200, body: { data: [1], nextCursor: 'abc' } };

let table: MemoryTable;
let now: number;
/** An instance of a function, with a memory of its own. */
const instance = () => ({ functionState: new FunctionState(table, () => now) });
beforeEach(() => {
  table = new MemoryTable(DIRECTORY);
  now = NOON;
});

const sealed = async (kept: ReturnType<typeof instance>, list = LIST) =>
  ((await sealCursor(kept, list, PAGE)).body as { nextCursor: string }).nextCursor;

describe('a cursor', () => {
  test('security minor 1 that one instance has sealed is opened by another, and is what it was', async () => {
    await makeCursorKey(instance());
    expect(await openCursor(instance(), LIST, await sealed(instance()))).toBe('abc');
  });

  test('security minor 1 of another operation, merchant, deployment, or altered anywhere is refused', async () => {
    await makeCursorKey(instance());
    const good = await sealed(instance());
    const others = [
      { ...LIST, operation: 'listShifts' },
      { ...LIST, merchantId: 'mer_b' },
    ];
    for (const list of others) await expect(openCursor(instance(), list, good)).rejects.toThrow(BadCursor);
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.constantFrom('A', 'z', '0', '-'), async (at, by) => {
        const altered = `${good.slice(0, at)}${by}${good.slice(at + 1)}`;
        fc.pre(altered !== good);
        await expect(openCursor(instance(), LIST, altered)).rejects.toThrow(BadCursor);
      }),
      { numRuns: 200, seed: 1 },
    );
    for (const part of ['', good.slice(16), good.slice(0, 16), `${good}A`])
      await expect(openCursor(instance(), LIST, part)).rejects.toThrow(BadCursor);
    table = new MemoryTable(DIRECTORY);
    await makeCursorKey(instance());
    await expect(openCursor(instance(), LIST, good)).rejects.toThrow(BadCursor);
  });

  test('security minor 1 that a caller seals as the source says, without the key, is refused', async () => {
    await makeCursorKey(instance());
    const text = JSON.stringify([LIST.operation, LIST.merchantId, 'abc']);
    for (const key of ['', 'cursors', LIST.merchantId]) {
      const seal = createHmac('sha256', key).update(text).digest('base64url').slice(0, 16);
      await expect(openCursor(instance(), LIST, `${seal}abc`)).rejects.toThrow(BadCursor);
    }
  });

  test('security minor 1 of a file is sealed in its Link header', async () => {
    await makeCursorKey(instance());
    const next = { cursor: 'abc', link: (cursor: string) => `</lines?cursor=${cursor}>` };
    const reply = await sealCursor(instance(), LIST, { status: 200, body: null, headers: { vary: 'accept' }, next });
    expect(reply).toEqual({
      ...{ status: 200, body: null },
      headers: { vary: 'accept', link: `</lines?cursor=${await sealed(instance())}>` },
    });
  });
});

describe('the key', () => {
  test('is made once, by however many at once, and read twice a minute at the most', async () => {
    await Promise.all(Array.from({ length: 8 }, () => makeCursorKey(instance())));
    const { key, version } = (await table.get('cnt_cursors')) as { key: string; version: number };
    expect([Buffer.from(key, 'base64url').length, version]).toEqual([32, 1]);
    let reads = 0;
    const get = table.get.bind(table);
    table.get = (id) => {
      reads += 1;
      return get(id);
    };
    const one = instance();
    for (let pages = 0; pages < 10; pages += 1) await openCursor(one, LIST, await sealed(one));
    expect(reads).toBe(1);
  });

  test('is not read for a page without a cursor', async () => {
    table.get = () => Promise.reject(new Error('read'));
    const last = { status: 200, body: { data: [], nextCursor: null } };
    expect(await sealCursor(instance(), LIST, last)).toEqual(last);
    expect(await sealCursor(instance(), LIST, { status: 200, body: { orderId: 'a' } })).toMatchObject({ status: 200 });
  });

  test('is not there in a deployment’s first minute: two instances agree even so', async () => {
    expect(await openCursor(instance(), LIST, await sealed(instance()))).toBe('abc');
  });
});
