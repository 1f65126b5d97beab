/** Terminals: activated by a code, revoked for good. */
import type { Activation, Credential } from '../../../functions/merchant/merchant.ts';
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
import { quoted, readStoreId, readText } from '../read-options.ts';

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

export const terminalCommands: readonly Command[] = [
  command({
    name: 'terminal code',
    takes: ['MERCHANT'],
    does: 'an activation code for one new terminal of a store, shown once, good for ten minutes',
    options: { store: ['STORE', 'main if not named'], name: ['TEXT', 'what people call the terminal (Till)'] },
    async run({ deployment, say, tell }, [wanted], values) {
      const storeId = readStoreId(values.store ?? 'main');
      const name = readText('--name', values.name ?? 'Till', 64);
      const merchant = await findMerchant(deployment, wanted);
      await mustHaveStore(deployment, merchant.id, storeId);
      const { code, item } = await createActivation(deployment, { merchantId: merchant.id, storeId, name });
      const expiresAt = toInstant(item.expiresAt);
      say(`${code}`, `  for ${name} in the store ${storeId} of ${merchant.name}, once, until ${expiresAt}`);
      tell({ code, expiresAt, merchantId: merchant.id, storeId, terminalId: item.terminalId, name });
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
        .map(({ id: terminalId, storeId, name, createdAt, revokedAt }) => ({
          terminalId,
          storeId,
          name,
          state: revokedAt === undefined ? 'active' : 'revoked',
          createdAt: toInstant(createdAt),
          ...(revokedAt !== undefined && { revokedAt: toInstant(revokedAt) }),
        }));
      const waiting = ((await itemsOf(deployment, id, 'act_')) as unknown as Activation[])
        .filter(({ usedBy, expiresAt }) => !usedBy && expiresAt > deployment.now())
        .map(({ terminalId, storeId, name, expiresAt }) => ({
          terminalId,
          storeId,
          name,
          state: 'waiting',
          expiresAt: toInstant(expiresAt),
        }));
      const data = [...terminals, ...waiting];
      for (const { terminalId, storeId, name, state } of data) say(`${terminalId}  ${state}  ${storeId}  ${name}`);
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
