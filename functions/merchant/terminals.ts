/** A merchant's terminals as they are listed: each with its last two keys and when it was seen. */

import { groupsOf } from '../groups.ts';
import { reader } from '../table/stored.ts';
import { type Item, KEYS_MAX, type Table } from '../table/table.ts';
import type { EpochMs } from '../time.ts';
import type { Credential, KeyItem } from './credentials.ts';
import { idOf } from './function-state.ts';
import { readCredential, readKeyItem } from './stored.ts';

export interface LastSeen {
  readonly at: EpochMs;
  /** What its clock was ahead of ours, the way of the request included. */
  readonly skewMs: number;
}

/** The name in the functions' state under which it is noted when a terminal was seen. */
export const seenName = (terminalId: string) => `${terminalId}.seen`;

export interface ListedTerminal {
  readonly terminal: Credential;
  /** The newest first, two at the most. */
  readonly keys: readonly KeyItem[];
  readonly seen: LastSeen | undefined;
}

export const readSeen = reader<LastSeen>('directory', 'id', { at: 'integer', skewMs: 'number' });

/** A page, in the order of ids. @throws BadCursor for one of another list */
export async function listTerminals(
  table: Table,
  merchantId: string,
  { limit, cursor }: { readonly limit: number; readonly cursor: string | undefined },
): Promise<{ rows: ListedTerminal[]; cursor: string | undefined }> {
  const range = { from: 'trm_', to: 'trm_\u{10ffff}' };
  const place = cursor === undefined ? {} : { cursor };
  const page = await table.query({ index: 'by-merchant', partition: merchantId, range, limit, ...place });
  // Keys stand in the same index, right behind their terminal.
  const ids = page.keys.filter((id) => !id.includes('.'));
  const terminals = (await table.getMany(ids)).map(readCredential);
  const found = await itemsById(
    table,
    terminals.flatMap(({ id, newestKey }) => [...keyIds(id, newestKey), idOf(seenName(id))]),
  );
  const rows = terminals.map((terminal): ListedTerminal => {
    const seen = found.get(idOf(seenName(terminal.id)));
    const keys = keyIds(terminal.id, terminal.newestKey).map((id) => found.get(id));
    return { terminal, keys: keys.flatMap((key) => (key ? [readKeyItem(key)] : [])), seen: seen && readSeen(seen) };
  });
  return { rows, cursor: page.cursor };
}

const keyIds = (id: string, newest: number) => [`${id}.${newest}`, `${id}.${newest - 1}`];

async function itemsById(table: Table, ids: readonly string[]): Promise<Map<string, Item>> {
  const items: Item[] = [];
  for (const group of groupsOf(ids, KEYS_MAX)) items.push(...(await table.getMany(group)));
  return new Map(items.map((item) => [String(item.id), item]));
}
