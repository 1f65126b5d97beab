import { DEFAULT_LIMIT } from '../contract/fields.ts';
import { statementOperations } from '../contract/statements.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import { lineColumns } from '../statement/export/csv.ts';
import { lineView } from '../statement/lines.ts';
import { CSV_ROWS, csvPage, wantsCsv } from './csv-page.ts';
import { ownStatement } from './own-statement.ts';

export { warmUp } from '../services.ts';

/** The lines of a sealed statement, in order of their numbers. A sealed line never changes, so neither does a page. */
export const listStatementLines: Run<typeof statementOperations.listStatementLines> = async (services, request) => {
  const { params, query, caller, accept } = request;
  const statement = await ownStatement(services, caller, params.statementId);
  const asCsv = wantsCsv(accept);
  const { limit = asCsv ? CSV_ROWS : DEFAULT_LIMIT, cursor } = query;
  const page = await services.statements.lines(statement, { limit, cursor });
  const rows = page.rows.map(lineView);
  if (!asCsv) return { status: 200, body: { data: rows, nextCursor: page.cursor ?? null } };
  return csvPage(statement, {
    path: `/v1/statements/${statement.statementId}/lines`,
    query,
    columns: lineColumns(statement.zone),
    rows,
    next: page.cursor,
    what: 'lines.csv',
  });
};

export const handler = endpoint(statementOperations.listStatementLines, listStatementLines);
