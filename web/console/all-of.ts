/** Lists of the server's that are wanted whole, for sums and files: page after page. */
import type { Callable, Client } from '../../functions/http/client.ts';

interface Page<Row> {
  readonly data: Row[];
  readonly nextCursor: string | null;
}

/** All rows of a list, at most `most` of them. */
export async function allOf<Row>(
  client: Pick<Client, 'call'>,
  name: Callable,
  sent: { readonly params?: object; readonly query?: object },
  most = 1_000,
): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const query = { ...sent.query, limit: '100', cursor };
    const { body } = await client.call(name, { ...sent, query } as never);
    const page = body as unknown as Page<Row>;
    rows.push(...page.data);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && rows.length < most);
  return rows;
}
