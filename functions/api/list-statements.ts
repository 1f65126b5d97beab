import { DEFAULT_LIMIT } from '../contract/fields.ts';
import { Problem } from '../contract/problem.ts';
import { statementOperations } from '../contract/statements.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import { statementView } from '../statement/statement.ts';

export { warmUp } from '../services.ts';

/** Many stores on many days are more than the 6 MB that a function may answer: then the page has fewer rows. */
const BYTES_MAX = 4_000_000;

/** The merchant's sealed statements from one business day to another, both included, the newest first. */
export const listStatements: Run<typeof statementOperations.listStatements> = async (services, { query, caller }) => {
  const { from, to, limit = DEFAULT_LIMIT, cursor } = query;
  if (from !== undefined && to !== undefined && from > to)
    throw new Problem('malformed', { detail: 'from is a later day than to.' });
  const range = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  for (let rows = limit; ; rows = Math.ceil(rows / 2)) {
    const page = await services.statements.list(caller.merchantId, { range, limit: rows, cursor });
    const totals = await services.statements.totals(page.rows);
    const data = page.rows.map((statement, i) => statementView(statement, totals[i] ?? []));
    const body = { data, nextCursor: page.cursor ?? null };
    if (rows === 1 || Buffer.byteLength(JSON.stringify(body)) <= BYTES_MAX) return { status: 200, body };
  }
};

export const handler = endpoint(statementOperations.listStatements, listStatements);
