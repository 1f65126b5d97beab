/** Terminals: activated by a code, revoked for good. */

import { type Activation, type Credential, TERMINAL_SCOPES } from '../../../functions/merchant/credentials.ts';
import { SCOPES, type Scope } from '../../../functions/merchant/key.ts';
import { isolated } from '../../../functions/text.ts';
import { toInstant } from '../../../functions/time.ts';
import { Refused, UsageError } from '../../cli/exit.ts';
import { createActivation } from '../../directory/activation.ts';
import { storeIdOf } from '../../directory/new-items.ts';
import { type Command, command } from '../command.ts';
import {
  cancelActivation,
  type Deployment,
  findMerchant,
  itemsOf,
  revokeCredential,
  storesOf,
} from '../directory-store.ts';
import { quoted, readChoice, readStoreId, readText } from '../read-options.ts';

/** @throws Refused unless the merchant has that store; without any store it has the one called main */
async function mustHaveStore(deployment: Deployment, merchantId: string, storeId: string): Promise<void> {
  if (await deployment.directory.get(storeIdOf(merchantId, storeId))) return;
  const stores = await storesOf(deployment, merchantId);
  if (stores.length === 0 && storeId === 'main') return;
  throw new Refused(`there is no store ${storeId}; there is ${stores.map((it) => it.storeId).join(', ') || 'main'}`);
}

/** @throws UsageError for anything but the id of a terminal */
function mustNameTerminal(id: string): void {
  if (!/^trm_[a-z2-7]+$/.test(id)) throw new UsageError(`a terminal is named by its id trm_…, not ${id}`);
}

/** What terminals usually may, by a word for it. */
const PRESETS: Readonly<Record<string, readonly Scope[]>> = {
  all: TERMINAL_SCOPES,
  'sell-only': ['orders:write', 'orders:read'],
  'read-only': ['orders:read'],
};

/** A preset, or scopes one by one. A till that cannot read cannot follow its own sale. */
function readScopes(text: string): readonly Scope[] {
  const preset = PRESETS[text];
  if (preset) return preset;
  const named = text.split(',').map((scope) => readChoice('scopes', scope.trim(), SCOPES));
  const foreign = named.find((scope) => !(TERMINAL_SCOPES as readonly Scope[]).includes(scope));
  if (foreign !== undefined) throw new UsageError(`--scopes: ${foreign} is for the back office: key create`);
  if (!named.includes('orders:read')) throw new UsageError('--scopes: a terminal needs orders:read');
  return TERMINAL_SCOPES.filter((scope) => named.includes(scope));
}

const can = (scopes: readonly Scope[] | undefined, stores: 'all' | undefined) =>
  `${(scopes ?? TERMINAL_SCOPES).join(', ')} in ${stores === 'all' ? 'all stores' : 'its own store'}`;

export const terminalCommands: readonly Command[] = [
  command({
    name: 'terminal code',
    takes: ['MERCHANT'],
    does: 'an activation code for one new terminal of a store, shown once, good for ten minutes',
    options: {
      store: ['STORE', 'main if not named'],
      name: ['TEXT', 'what people call the terminal (Till)'],
      scopes: ['WHAT', `all (default), sell-only, read-only, or of ${TERMINAL_SCOPES.join(',')}`],
      stores: ['own|all', 'where it reads, closes and refunds; it sells in its own (own)'],
    },
    async run({ deployment, say, tell }, [wanted], values) {
      const storeId = readStoreId(values.store ?? 'main');
      const name = readText('--name', values.name ?? 'Till', 64);
      const scopes = readScopes(values.scopes ?? 'all');
      const stores = readChoice('stores', values.stores ?? 'own', ['own', 'all']);
      const merchant = await findMerchant(deployment, wanted);
      await mustHaveStore(deployment, merchant.id, storeId);
      const { code, item } = await createActivation(deployment, {
        merchantId: merchant.id,
        storeId,
        name,
        scopes,
        ...(stores === 'all' && { stores }),
      });
      const expiresAt = toInstant(item.expiresAt);
      say(
        `${code}`,
        `  for ${isolated(name)} in the store ${storeId} of ${isolated(merchant.name)}, once, until ${expiresAt}`,
        `  It may ${can(scopes, item.stores)}.`,
      );
      tell({ code, expiresAt, merchantId: merchant.id, storeId, terminalId: item.terminalId, name, scopes, stores });
    },
  }),
  command({
    name: 'terminal list',
    takes: ['MERCHANT'],
    does: 'terminals and codes that wait for one',
    options: {},
    async run({ deployment, say, tell }, [wanted]) {
      const { id } = await findMerchant(deployment, wanted);
      const terminals = ((await itemsOf(deployment, id, 'trm_')) as unknown as Credential[])
        .filter(({ kind }) => kind === 'credential')
        .map(({ id: terminalId, storeId, name, scopes, stores = 'own', createdAt, revokedAt }) => ({
          terminalId,
          storeId,
          name,
          scopes,
          stores,
          state: revokedAt === undefined ? 'active' : 'revoked',
          createdAt: toInstant(createdAt),
          ...(revokedAt !== undefined && { revokedAt: toInstant(revokedAt) }),
        }));
      const waiting = ((await itemsOf(deployment, id, 'act_')) as unknown as Activation[])
        .filter(({ usedBy, expiresAt }) => !usedBy && expiresAt > deployment.now())
        .map(({ terminalId, storeId, name, scopes = TERMINAL_SCOPES, stores = 'own', expiresAt }) => ({
          terminalId,
          storeId,
          name,
          scopes,
          stores,
          state: 'waiting',
          expiresAt: toInstant(expiresAt),
        }));
      const data = [...terminals, ...waiting];
      for (const { terminalId, storeId, name, state, scopes, stores } of data)
        say(
          `${terminalId}  ${state}  ${storeId}  ${isolated(name)}  (${can(scopes, stores === 'all' ? stores : undefined)})`,
        );
      if (data.length === 0) say('No terminals: terminal code');
      tell({ data });
    },
  }),
  command({
    name: 'terminal cancel',
    takes: ['MERCHANT', 'TERMINAL'],
    does: 'the activation code that waits for this terminal is good for nothing from then on',
    options: {},
    async run({ deployment, say, tell, confirm }, [wanted, terminalId]) {
      mustNameTerminal(terminalId);
      const { id: merchantId } = await findMerchant(deployment, wanted);
      const codes = (await itemsOf(deployment, merchantId, 'act_')) as unknown as Activation[];
      const code = codes.find((it) => it.terminalId === terminalId);
      if (!code) throw new Refused(`no code waits for ${terminalId}; terminal list shows those that do`);
      await confirm(`The code for ${quoted(code.name)} (${terminalId}) makes no terminal any more.`);
      const isNew = await cancelActivation(deployment, code.id, terminalId);
      say(isNew ? 'Cancelled.' : 'Was over already.');
      tell({ terminalId, isNew });
    },
  }),
  command({
    name: 'terminal revoke',
    takes: ['TERMINAL'],
    does: 'its keys are refused from then on, within 30 seconds; it cannot come back',
    options: {},
    async run({ deployment, say, tell, confirm }, [terminalId]) {
      mustNameTerminal(terminalId);
      const terminal = (await deployment.directory.get(terminalId)) as Credential | undefined;
      if (terminal?.kind !== 'credential')
        throw new Refused(`there is no terminal ${terminalId}; terminal list shows them`);
      await confirm(`${quoted(terminal.name)} (${terminalId}) can never call again.`);
      const keys = await revokeCredential(deployment, terminalId);
      say(keys.length === 0 ? 'Was revoked already.' : `Revoked: ${keys.join(', ')}`);
      tell({ terminalId, revokedKeys: keys });
    },
  }),
];
