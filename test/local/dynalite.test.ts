/** What a kill between dynalite's own writes leaves, and how the next start mends it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynaliteStore from 'dynalite/db/index.js';
import { afterAll, expect, test } from 'vitest';
import { createTable, startEngine } from '../../bin/local/aws.ts';
import type { DynamoTable } from '../../functions/table/dynamodb.ts';
import { ORDERS } from '../../functions/table/table.ts';
import { inputOf, tableAt } from '../support/engine.ts';

const NAME = 'orders';
const folder = mkdtempSync(join(tmpdir(), 'tillgate-dynalite-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function opened<T>(work: (table: DynamoTable, endpoint: string) => Promise<T>): Promise<T> {
  const engine = await startEngine('dynalite', folder);
  try {
    return await work(tableAt(engine.endpoint, NAME, ORDERS), engine.endpoint);
  } finally {
    await engine.stop();
  }
}

async function dueIds(table: DynamoTable): Promise<string[]> {
  const found: string[] = [];
  for (const partition of ['0', '1']) {
    let cursor: string | undefined;
    do {
      const page = await table.query({ index: 'due', partition, limit: 100, ...(cursor && { cursor }) });
      found.push(...page.keys);
      cursor = page.cursor;
    } while (cursor);
  }
  return found.sort();
}

test('after a kill each index knows the items that there are, and no others', async () => {
  const ids = Array.from({ length: 1_100 }, (_, i) => `ord_${i}`).sort();
  await opened(async (table, endpoint) => {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
    await createTable(client, inputOf(NAME, ORDERS));
    client.destroy();
    for (const [i, orderId] of ids.entries()) await table.create({ orderId, dueShard: String(i % 2), dueAt: i });
    expect(await dueIds(table)).toEqual(ids);
  });

  // Some items never came after their entries, and some entries are not there.
  const { db } = dynaliteStore.create({ path: join(folder, 'tables') });
  await db.open();
  await db.clear({ gte: `item-${NAME}~`, lt: `item-${NAME}~2` });
  await db.clear({ gte: `index-global~${NAME}~due~8`, lt: `index-global~${NAME}~due~~` });
  await db.close();

  await opened(async (table) => {
    const there = (await table.getMany(ids.slice(0, 100))).length;
    expect(there).toBeGreaterThan(50);
    expect(there).toBeLessThan(100);
    const known: string[] = [];
    for (const id of ids) if (await table.get(id)) known.push(id);
    expect(await dueIds(table)).toEqual(known);
  });
});
