/** F60: a day of 100,000 lines, whose runs die one after the other. */
import { expect, test } from 'vitest';
import { movementsOf } from '../../functions/statement/lines.ts';
import { makeStatement } from '../../functions/statement/statement.ts';
import type { Table } from '../../functions/table/table.ts';
import { DAY, type EpochMs, HOUR } from '../../functions/time.ts';
import { aMerchant, newShop, type Tables } from '../statement/shop.ts';
import { NOON } from '../support/orders.ts';

const LINES = 100_000;

interface Death {
  readonly table: keyof Tables;
  readonly call: keyof Table;
  readonly n: number;
  readonly when: 'before' | 'after';
}

/** At each step of sealing: collecting, chunks, the seal itself, marking, the head. */
const DEATHS: readonly Death[] = [
  { table: 'orders', call: 'query', n: 1, when: 'after' },
  { table: 'orders', call: 'getMany', n: 100, when: 'before' },
  { table: 'statements', call: 'create', n: 1, when: 'before' },
  { table: 'statements', call: 'create', n: 60, when: 'after' },
  { table: 'statements', call: 'create', n: 120, when: 'before' },
  { table: 'orders', call: 'replace', n: 1, when: 'before' },
  { table: 'orders', call: 'replace', n: 1, when: 'after' },
  { table: 'orders', call: 'replace', n: 40_000, when: 'after' },
  { table: 'statements', call: 'replace', n: 1, when: 'before' },
  { table: 'statements', call: 'replace', n: 1, when: 'after' },
];

/** The way to the tables of a process that dies at the n-th call of a kind; nothing of it happens any more. */
function dying(tables: Tables, death: Death): { tables: Tables; died: () => boolean } {
  let met = 0;
  let isDead = false;
  const wrap = (name: keyof Tables): Table =>
    new Proxy(tables[name], {
      get:
        (table, call: keyof Table) =>
        async (...given: never[]) => {
          const isIt = name === death.table && call === death.call && ++met === death.n;
          if (isDead || (isIt && death.when === 'before')) {
            isDead = true;
            throw new Error('killed');
          }
          const answer = await (table[call] as (...given: never[]) => Promise<unknown>).apply(table, given);
          if (isIt) isDead = true;
          if (isDead) throw new Error('killed');
          return answer;
        },
    });
  return {
    tables: { orders: wrap('orders'), directory: wrap('directory'), statements: wrap('statements') },
    died: () => isDead,
  };
}

test('killed at every step and run again: the statement of one calm run, to the byte', async () => {
  const merchant = aMerchant();
  const shop = await newShop();
  await shop.setUp(merchant, NOON);
  const day = '2026-03-01';
  const movements = [];
  for (let i = 0; i < LINES; i += 1) {
    const paidAt: EpochMs = NOON + ((i * 7_919) % (8 * HOUR));
    const order = await shop.sell(merchant, { no: `-${i}`, paidAt, amount: 1 + ((i * 31) % 5_000) });
    movements.push(...movementsOf(order, merchant, day).movements);
  }
  const { zone } = merchant;
  const frame = { merchantId: merchant.id, day, zone, sealedAt: NOON + DAY, previousHash: null };
  const calm = makeStatement(frame, movements);

  for (const death of DEATHS) {
    const { tables, died } = dying(shop.tables, death);
    await shop.run(NOON + DAY, tables);
    expect([death, died()]).toEqual([death, true]);
  }
  await shop.run(NOON + DAY);

  const stored = await shop.tables.statements.get(calm.statement.statementId);
  expect(stored).toMatchObject({ ...calm.statement, lineCount: LINES });
  for (const { hash, text } of calm.chunks)
    expect((await shop.tables.statements.get(`chk_${hash}`))?.text === text).toBe(true);
  expect(await shop.statements.head(merchant.id)).toMatchObject({ lastDay: day, lastHash: calm.statement.hash });
  let unmarked = 0;
  for await (const orders of shop.orders.unposted(merchant.id)) unmarked += orders.length;
  expect(unmarked).toBe(0);
}, 600_000);
