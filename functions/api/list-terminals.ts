import type { TerminalView } from '../contract/answers.ts';
import { contract } from '../contract/contract.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import { type LastSeen, seenItemId } from '../http/last-seen.ts';
import type { Credential, KeyItem } from '../merchant/merchant.ts';
import { toInstant } from '../time.ts';

export { warmUp } from '../services.ts';

const DEFAULT_LIMIT = 20;

/** The caller's own terminals, each with its last two keys and when it was seen. */
export const listTerminals: Run<typeof contract.listTerminals> = async (s, { query, caller }) => {
  const { limit = DEFAULT_LIMIT, cursor } = query;
  const { table } = s.directory;
  const range = { from: 'trm_', to: 'trm_\u{10ffff}' };
  const page = await table.query({
    index: 'by-merchant',
    partition: caller.merchantId,
    range,
    limit,
    ...(cursor && { cursor }),
  });
  // Keys stand in the same index, right behind their terminal.
  const ids = page.keys.filter((id) => !id.includes('.'));
  const terminals = (await table.getMany(ids)) as unknown as Credential[];
  const wanted = terminals.flatMap(({ id, newestKey }) => [
    `${id}.${newestKey}`,
    `${id}.${newestKey - 1}`,
    seenItemId(id),
  ]);
  const others: Record<string, unknown>[] = [];
  for (let i = 0; i < wanted.length; i += 100) others.push(...(await table.getMany(wanted.slice(i, i + 100))));
  const found = new Map(others.map((item) => [item.id as string, item]));
  const data = terminals.map((terminal) => viewOf(terminal, found));
  return { status: 200, body: { data, nextCursor: page.cursor ?? null } };
};

export const handler = endpoint(contract.listTerminals, listTerminals);

function viewOf(
  { id, storeId = 'main', name, createdAt, revokedAt, newestKey }: Credential,
  found: ReadonlyMap<string, unknown>,
): TerminalView {
  const seen = found.get(seenItemId(id)) as LastSeen | undefined;
  const keys = [newestKey, newestKey - 1].flatMap((k) => (found.get(`${id}.${k}`) as KeyItem | undefined) ?? []);
  return {
    terminalId: id,
    storeId,
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
