/** DynamoDB in this process, and what a killed one has left half done. */
import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import type { Entry } from 'dynalite/db/index.js';
import { closeToPages } from './own-origin.ts';

/**
 * `path`: where everything is kept; absent: in memory. LevelDB hands each write to the operating system before it answers: a
 * killed process loses none, a power cut may.
 */
export async function startDynalite(path: string | undefined): Promise<Server> {
  if (path && existsSync(path)) await rebuildIndexes(path);
  const { default: dynalite } = await import('dynalite');
  // dynalite checks no signature and invites pages of all origins.
  return closeToPages(dynalite({ createTableMs: 0, ...(path && { path }) }));
}

const ENTRIES_AT_ONCE = 1_000;

/**
 * Makes all index entries anew from the items. dynalite writes an item's entries before the item, one by one: a kill in
 * between leaves entries of an item that was never there, or of one that is elsewhere in the index by now. Done on the files
 * before anybody is served, because a restart should not take longer for what was sold.
 */
async function rebuildIndexes(path: string): Promise<void> {
  const { default: dynaliteStore } = await import('dynalite/db/index.js');
  const { db } = dynaliteStore.create({ path });
  await db.open();
  await db.clear(under('index-'));
  for await (const table of db.values(under('table~'))) {
    const { TableName, GlobalSecondaryIndexes = [] } = table;
    const keyOf = ({ index, key }: Entry) => `index-global~${TableName}~${index}~${key}`;
    let entries: object[] = [];
    for await (const item of db.values(under(`item-${TableName}~`))) {
      const { puts } = dynaliteStore.getIndexActions(GlobalSecondaryIndexes, undefined, item, table);
      entries.push(...puts.map((entry) => ({ type: 'put', key: keyOf(entry), value: entry.item })));
      if (entries.length < ENTRIES_AT_ONCE) continue;
      await db.batch(entries);
      entries = [];
    }
    await db.batch(entries);
  }
  await db.close();
}

/** The range of all keys that begin so; all of them are ASCII. */
const under = (prefix: string) => ({ gte: prefix, lt: `${prefix}\u{ffff}` });
