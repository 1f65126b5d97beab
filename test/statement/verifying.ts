/** What the tests of the verification have in common: what it finds, and a hand that changes what is stored. */
import type { Verification } from '../../functions/statement/verify.ts';
import type { Item, Table } from '../../functions/table/table.ts';
import { fail } from '../reconciliation/shop.ts';

/** `2026-03-01 lines: …`, one each. */
export const findingsOf = ({ findings }: Verification) =>
  findings.map(({ day, what, detail }) => `${day} ${what}: ${detail}`);

/** Changes members of what stands under `key`, behind the code's back. */
export async function edit(table: Table, key: string, change: (item: Item) => object): Promise<void> {
  const item = (await table.get(key)) ?? fail(key);
  await table.replace({ ...item, ...change(item) }, Number(item.version));
}
