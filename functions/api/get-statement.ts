import { contract } from '../contract/contract.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import { statementView } from '../statement/statement.ts';
import { ownStatement } from './own-statement.ts';

export { warmUp } from '../services.ts';

/** One sealed statement with its totals. */
export const getStatement: Run<typeof contract.getStatement> = async (s, { params, caller }) => {
  const statement = await ownStatement(s, caller, params.statementId);
  const [totals = []] = await s.statements.totals([statement]);
  return { status: 200, body: statementView(statement, totals) };
};

export const handler = endpoint(contract.getStatement, getStatement);
