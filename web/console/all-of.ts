/** Lists of the server's that are wanted whole, for sums and files: page after page. */
import type { Callable, Client } from '../../functions/client/client.ts';

interface Page<Row> {
  readonly data: Row[];
  readonly nextCursor: string | null;
}

/** There are more rows than `most`: the sum of a part would be wrong. */
export class TooManyRows extends Error {
  readonly most: number;

  constructor(most: number) {
    super(`more than ${most} rows`);
    this.most = most;
  }
}

type Asked = { readonly params?: object; readonly query?: object };
type Caller = Pick<Client, 'call'>;

const FOR_ALL = 1_000;

/** The first rows of a list: all of them, or whole pages until there are `most` or more. */
export const allOf = async <Row>(client: Caller, name: Callable, sent: Asked, most = FOR_ALL): Promise<Row[]> =>
  (await pagesOf<Row>(client, name, sent, most)).rows;

/** All rows of a list, for what is summed up. @throws TooManyRows if it goes on beyond `most` of them */
export async function wholeOf<Row>(client: Caller, name: Callable, sent: Asked, most = FOR_ALL): Promise<Row[]> {
  const { rows, isWhole } = await pagesOf<Row>(client, name, sent, most);
  if (!isWhole) throw new TooManyRows(most);
  return rows;
}

async function pagesOf<Row>(client: Caller, name: Callable, sent: Asked, most: number) {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const query = { ...sent.query, limit: '100', cursor };
    const { body } = await client.call(name, { ...sent, query } as never);
    const page = body as unknown as Page<Row>;
    rows.push(...page.data);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && rows.length < most);
  return { rows, isWhole: cursor === undefined };
}
