import { statementOperations } from '../contract/statements.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import { statementView } from '../statement/statement.ts';
import { ownStatement } from './own-statement.ts';

export { warmUp } from '../services.ts';

/** One sealed statement with its totals. */
export const getStatement: Run<typeof statementOperations.getStatement> = async (services, { params, caller }) => {
  const statement = await ownStatement(services, caller, params.statementId);
  const [totals = []] = await services.statements.totals([statement]);
  return { status: 200, body: statementView(statement, totals) };
};

export const handler = endpoint(statementOperations.getStatement, getStatement);
