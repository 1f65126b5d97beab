import { DEFAULT_LIMIT } from '../contract/fields.ts';
import { statementOperations } from '../contract/statements.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import { terminalColumns } from '../statement/export/csv.ts';
import { CSV_ROWS, csvPage, wantsCsv } from './csv-page.ts';
import { ownStatement } from './own-statement.ts';

export { warmUp } from '../services.ts';

/** The totals of a sealed statement per terminal and operator. They add up to the totals per store. */
export const listStatementTotals: Run<typeof statementOperations.listStatementTotals> = async (services, request) => {
  const { params, query, caller, accept } = request;
  const statement = await ownStatement(services, caller, params.statementId);
  const asCsv = wantsCsv(accept);
  const { limit = asCsv ? CSV_ROWS : DEFAULT_LIMIT, cursor } = query;
  const { rows, cursor: next } = await services.statements.terminals(statement, { limit, cursor });
  if (!asCsv) return { status: 200, body: { data: rows, nextCursor: next ?? null } };
  return csvPage(statement, {
    path: `/v1/statements/${statement.statementId}/totals`,
    query,
    columns: terminalColumns(statement),
    rows,
    next,
    what: 'terminals.csv',
  });
};

export const handler = endpoint(statementOperations.listStatementTotals, listStatementTotals);
