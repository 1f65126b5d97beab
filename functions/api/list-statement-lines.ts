import { contract } from '../http/contract.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import { lineView } from '../statement/statement.ts';
import { ownStatement } from './own-statement.ts';

const DEFAULT_LIMIT = 20;

/** The lines of a sealed statement, in order of their numbers. A sealed line never changes, so neither does a page. */
export const listStatementLines: Run<typeof contract.listStatementLines> = async (s, { params, query, caller }) => {
  const statement = await ownStatement(s, caller, params.statementId);
  const { limit = DEFAULT_LIMIT, cursor } = query;
  const page = await s.statements.lines(statement, { limit, cursor });
  return { status: 200, body: { data: page.rows.map(lineView), nextCursor: page.cursor ?? null } };
};

export const handler = endpoint(contract.listStatementLines, listStatementLines);
