/** Reads every document of a history as a back office does: page by page, with pages so small that there are several. */
import { listReconciliations } from '../../../functions/api/list-reconciliations.ts';
import { listShifts } from '../../../functions/api/list-shifts.ts';
import { listStatementLines } from '../../../functions/api/list-statement-lines.ts';
import { listStatementTotals } from '../../../functions/api/list-statement-totals.ts';
import { listStatements } from '../../../functions/api/list-statements.ts';
import type { AllPages, StatementPage, WholeStatement } from '../judges/pages.ts';
import { callerOf, type Services } from '../world/product.ts';
import { PLACES, TILLS } from '../world/tills.ts';

type Page = { readonly data: unknown[]; readonly nextCursor: string | null };
type Read = (query: { limit: number; cursor?: string }) => Promise<{ readonly status: number; readonly body: unknown }>;
type FileQuery = { readonly limit: number; readonly cursor?: string; readonly excel?: 'true' };
type Csv = (query: FileQuery) => Promise<{
  readonly status: number;
  readonly text?: string;
  readonly next?: { readonly cursor: string; link(cursor: string): string };
}>;

const PAGES_MAX = 1_000;

export async function readAll(s: Services, reportDays: readonly string[]): Promise<AllPages> {
  const caller = callerOf('office');
  const request = { params: {}, body: undefined, caller, deadline: { endsAt: Number.POSITIVE_INFINITY } };
  const rows = (await all((query) => listStatements(s, { ...request, query }), 2)) as StatementPage[];
  const statements: WholeStatement[] = [];
  for (const statement of rows.toReversed()) {
    const params = { statementId: statement.statementId };
    const csv = { ...request, params, accept: 'text/csv' };
    statements.push({
      statement,
      lines: (await all((query) => listStatementLines(s, { ...request, params, query }), 3)) as never,
      terminals: (await all((query) => listStatementTotals(s, { ...request, params, query }), 2)) as never,
      linesCsv: await file((query) => listStatementLines(s, { ...csv, query }), { limit: 4 }),
      // One of them shows how a spreadsheet reads them all.
      linesExcel:
        statements.length > 0
          ? undefined
          : await file((query) => listStatementLines(s, { ...csv, query }), { limit: 2, excel: 'true' }),
      terminalsCsv: await file((query) => listStatementTotals(s, { ...csv, query }), { limit: 3 }),
    });
  }
  const shifts: unknown[] = [];
  for (const till of TILLS) {
    const terminal = PLACES[till].terminalId;
    shifts.push(...(await all((query) => listShifts(s, { ...request, query: { ...query, terminal } }), 2)).reverse());
  }
  const reconciliations: unknown[] = [];
  for (const day of reportDays)
    reconciliations.push(...((await listReconciliations(s, { ...request, query: { day } })).body as Page).data);
  return { statements, inRange: await between(s, request, rows), shifts, reconciliations } as AllPages;
}

/** All but the newest statement, asked for by their days. */
function between(
  s: Services,
  request: Omit<Parameters<typeof listStatements>[1], 'query'>,
  rows: readonly StatementPage[],
) {
  const [from, to] = [rows.at(-1)?.day, rows.at(1)?.day];
  if (from === undefined || to === undefined) return [];
  return all((query) => listStatements(s, { ...request, query: { ...query, from, to } }), 1);
}

/** A list from its first page to its last. */
async function all(read: Read, limit: number): Promise<unknown[]> {
  const rows: unknown[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const { status, body } = await read({ limit, ...(cursor !== undefined && { cursor }) });
    if (status !== 200) throw new Error(`a page has the status ${status}`);
    const { data, nextCursor } = body as Page;
    if (data.length > limit) throw new Error(`a page of ${limit} rows has ${data.length}`);
    rows.push(...data);
    if (nextCursor === null) return rows;
    cursor = nextCursor;
  }
  throw new Error('a list does not end');
}

/** A file from its first page to its last, which concatenate: each page names the whole of the request for the next. */
async function file(read: Csv, first: FileQuery): Promise<string> {
  let text = '';
  let query = first;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const reply = await read(query);
    if (reply.status !== 200) throw new Error(`a page of a file has the status ${reply.status}`);
    text += reply.text ?? '';
    const link = reply.next?.link(reply.next.cursor) ?? '';
    const next = Object.fromEntries(new URLSearchParams(/[?]([^>]*)>/.exec(link)?.[1]));
    if (next.cursor === undefined) return text;
    query = { ...next, limit: Number(next.limit) };
  }
  throw new Error('a file does not end');
}
