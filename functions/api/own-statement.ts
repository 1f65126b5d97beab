import { Problem } from '../contract/problem.ts';
import type { Caller } from '../http/caller.ts';
import type { Services } from '../services.ts';
import type { Statement } from '../statement/statement.ts';

/** The caller's own statement. Another merchant's answers exactly like one that does not exist, and takes as long. */
export async function ownStatement(
  services: Pick<Services, 'statements'>,
  caller: Caller,
  statementId: string,
): Promise<Statement> {
  // Heads and chunks live in the same table, under ids of other shapes.
  const isStatementId = /^mer_[a-z2-7]+\.\d{4}-\d\d-\d\d$/.test(statementId);
  const statement = isStatementId ? await services.statements.get(statementId) : undefined;
  if (statement?.merchantId !== caller.merchantId)
    throw new Problem('not_found', { detail: 'There is no such statement.' });
  return statement;
}
