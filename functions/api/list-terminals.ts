import type { TerminalView } from '../contract/answers.ts';
import { DEFAULT_LIMIT } from '../contract/fields.ts';
import { terminalOperations } from '../contract/terminals.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import type { ListedTerminal } from '../merchant/terminals.ts';
import { toInstant } from '../time.ts';

export { warmUp } from '../services.ts';

/** The caller's own terminals, each with its last two keys and when it was seen. */
export const listTerminals: Run<typeof terminalOperations.listTerminals> = async (services, { query, caller }) => {
  const { limit = DEFAULT_LIMIT, cursor } = query;
  const page = await services.directory.terminals(caller.merchantId, { limit, cursor });
  return { status: 200, body: { data: page.rows.map(viewOf), nextCursor: page.cursor ?? null } };
};

export const handler = endpoint(terminalOperations.listTerminals, listTerminals);

function viewOf({ terminal, keys, seen }: ListedTerminal): TerminalView {
  const { id, storeId = 'main', stores = 'own', scopes, name, createdAt, revokedAt } = terminal;
  return {
    terminalId: id,
    storeId,
    stores,
    scopes: [...scopes],
    name,
    state: revokedAt === undefined ? 'active' : 'revoked',
    createdAt: toInstant(createdAt),
    lastSeenAt: seen ? toInstant(seen.at) : null,
    clockSkewMs: seen?.skewMs ?? null,
    keys: keys.map((key) => ({
      keyid: key.id,
      alg: key.alg,
      createdAt: toInstant(key.createdAt),
      expiresAt: key.expiresAt === undefined ? null : toInstant(key.expiresAt),
      revokedAt: key.revokedAt === undefined ? null : toInstant(key.revokedAt),
    })),
  };
}
