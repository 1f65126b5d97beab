/** Keys: of the back office, made here; and all keys of a merchant, to look at and to revoke. */

import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { readRange } from '../../../functions/merchant/addresses.ts';
import type { Credential, KeyItem } from '../../../functions/merchant/credentials.ts';
import { SCOPES } from '../../../functions/merchant/key.ts';
import { isolated } from '../../../functions/text.ts';
import { DAY, type EpochMs, toInstant } from '../../../functions/time.ts';
import { Refused, UsageError } from '../../cli/exit.ts';
import { NOBODY } from '../../directory/new-items.ts';
import { writePrivately } from '../../private-file.ts';
import { type Command, command } from '../command.ts';
import { createCredential, findMerchant, itemsOf, revokeCredential, revokeItem } from '../directory-store.ts';
import { quoted, readChoice, readCount, readText } from '../read-options.ts';

function stateOf({ revokedAt, expiresAt }: KeyItem, now: EpochMs): 'revoked' | 'expired' | 'active' {
  if (revokedAt !== undefined) return 'revoked';
  return expiresAt !== undefined && expiresAt <= now ? 'expired' : 'active';
}

/** Looked at before the key is stored: a key that cannot be written down is lost, and one that is written over, too. */
function mustBeWritable(file: string): void {
  if (existsSync(file)) throw new Refused(`${file} is there already, and may hold a key that is nowhere else`);
  try {
    mkdirSync(dirname(file), { recursive: true });
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw new Refused(`cannot write ${file}: ${(error as Error).message}`);
  }
}

/** @throws UsageError for what is no range of addresses */
function readAddresses(text: string): string {
  const range = readRange(text.trim());
  if (range === undefined)
    throw new UsageError(`--addresses is a list of ranges such as 203.0.113.0/24 or 2001:db8::/32, not ${text}`);
  return range;
}

export const keyCommands: readonly Command[] = [
  command({
    name: 'key create',
    takes: ['MERCHANT'],
    does: 'a key for the back office; the private key is written to a file and shown nowhere',
    options: {
      name: ['TEXT', 'who holds it (Back office)'],
      scopes: ['A,B,…', `of ${SCOPES.join(', ')} (orders:read,statements:read)`],
      'expires-days': ['DAYS', 'it ends by itself so many days from now, 1 to 3650 (never)'],
      alg: ['NAME', 'ed25519 (default) or ecdsa-p256-sha256'],
      addresses: ['A,B,…', 'the only network addresses that may use it, such as 203.0.113.0/24 (any)'],
      out: ['FILE', 'a new file for the credentials, readable by you alone; it must be named'],
    },
    async run({ deployment, say, tell }, [wanted], values) {
      const scopes = (values.scopes ?? 'orders:read,statements:read')
        .split(',')
        .map((scope) => readChoice('scopes', scope, SCOPES));
      const days = values['expires-days'];
      const alg = readChoice('alg', values.alg ?? 'ed25519', ['ed25519', 'ecdsa-p256-sha256']);
      const name = readText('--name', values.name ?? 'Back office', 64);
      const lifetime = days === undefined ? undefined : readCount('expires-days', days, { from: 1, to: 3_650 }) * DAY;
      const addresses = values.addresses?.split(',').map(readAddresses);
      const { out } = values;
      // A private key on a screen or in a pipe ends up in a log.
      if (out === undefined) throw new UsageError('--out FILE must name a new file for the private key');
      const merchant = await findMerchant(deployment, wanted);
      mustBeWritable(out);
      const now = deployment.now();
      const { credential, key } = await createCredential(deployment, {
        merchantId: merchant.id,
        name,
        scopes: [...new Set(scopes)],
        alg,
        createdAt: now,
        ...(lifetime !== undefined && { expiresAt: now + lifetime }),
        ...(addresses && { addresses }),
      });
      writePrivately(out, { credentials: [credential] });
      const ends = key.expiresAt === undefined ? 'until it is revoked' : `until ${toInstant(key.expiresAt)}`;
      say(`${key.id} of ${isolated(merchant.name)} for ${isolated(name)}: ${credential.scopes.join(', ')}, ${ends}`);
      if (addresses) say(`  from ${addresses.join(', ')} only`);
      say(`  The private key is in ${out}: npm run till -- statement --credential ${out}`);
      tell({ keyid: key.id, file: out });
    },
  }),
  command({
    name: 'key list',
    takes: ['MERCHANT'],
    does: 'all keys, of terminals and of the back office',
    options: {},
    async run({ deployment, say, tell }, [wanted]) {
      const { id } = await findMerchant(deployment, wanted);
      const items = await itemsOf(deployment, id);
      const holders = new Map(
        (items as unknown as Credential[]).flatMap((it) =>
          it.kind === 'credential' ? [[it.id, it.name] as const] : [],
        ),
      );
      const data = (items as unknown as KeyItem[])
        .filter(({ kind, publicKey }) => kind === 'key' && publicKey !== NOBODY)
        .map((key) => ({
          keyid: key.id,
          name: holders.get(key.id.replace(/\.[0-9]+$/, '')) ?? null,
          state: stateOf(key, deployment.now()),
          alg: key.alg,
          scopes: key.scopes,
          storeId: key.storeId ?? null,
          stores: key.stores ?? null,
          addresses: key.addresses ?? null,
          createdAt: toInstant(key.createdAt),
          expiresAt: key.expiresAt === undefined ? null : toInstant(key.expiresAt),
          revokedAt: key.revokedAt === undefined ? null : toInstant(key.revokedAt),
        }));
      for (const { keyid, state, name, scopes, addresses } of data)
        say(
          `${keyid}  ${state}  ${isolated(name ?? '?')}  ${scopes.join(', ')}${addresses ? `  from ${addresses.join(', ')}` : ''}`,
        );
      if (data.length === 0) say('No keys: terminal code, or key create');
      tell({ data });
    },
  }),
  command({
    name: 'key revoke',
    takes: ['KEY'],
    does: 'one key (bko_….1), or a credential with all its keys (bko_…); within 30 seconds, for good',
    options: {},
    async run({ deployment, say, tell, confirm }, [id]) {
      const item = (await deployment.directory.get(id)) as unknown as Credential | KeyItem | undefined;
      if (item?.kind !== 'key' && item?.kind !== 'credential')
        throw new Refused(`there is no key ${id}; key list shows them`);
      await confirm(
        `${item.kind === 'key' ? `The key ${id}` : `${quoted(item.name)} (${id}), with all its keys,`} can never sign again.`,
      );
      const wasRevoked = item.revokedAt !== undefined;
      if (item.kind === 'key') await revokeItem<KeyItem>(deployment, id, 'key');
      const revokedKeys = item.kind === 'key' ? (wasRevoked ? [] : [id]) : await revokeCredential(deployment, id);
      say(revokedKeys.length === 0 ? 'Was revoked already.' : `Revoked: ${revokedKeys.join(', ')}`);
      tell({ revokedKeys });
    },
  }),
];
