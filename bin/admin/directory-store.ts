/**
 * The operator's side of the directory: reads, and changes by the version that was read. A command of several writes does
 * them in an order in which the same command, repeated after a kill, finishes what was begun.
 */

import { isDeepStrictEqual } from 'node:util';
import type { ChannelId } from '../../functions/channel/registry.ts';
import type { Credential, KeyItem } from '../../functions/merchant/credentials.ts';
import type { Merchant, Store } from '../../functions/merchant/merchant.ts';
import { readActivation, readMerchant } from '../../functions/merchant/stored.ts';
import type { Orders } from '../../functions/order/orders.ts';
import type { Reconciliations } from '../../functions/reconciliation/reconciliations.ts';
import type { Statements } from '../../functions/statement/statements.ts';
import type { Item, Table } from '../../functions/table/table.ts';
import { LOST } from '../../functions/table/update.ts';
import type { EpochMs } from '../../functions/time.ts';
import { Refused } from '../cli/exit.ts';
import { limitsSet } from '../directory/default-limits.ts';
import {
  type CredentialAsk,
  itemOf,
  type NameItem,
  nameIdOf,
  newCredential,
  newName,
  newStore,
  nobodysKey,
} from '../directory/new-items.ts';
import { untilWon } from '../directory/races.ts';
import type { ChannelAccess } from './channel-check.ts';
import { changeMoneyLimits, type Outcome } from './directory-changes.ts';

/** Where an operator works. */
export interface Deployment {
  /** As a person calls it. */
  readonly name: string;
  readonly directory: Table;
  readonly statements: Statements;
  readonly reconciliations: Reconciliations;
  /** Absent where only the other two tables were named. */
  readonly orders?: Orders;
  now(): EpochMs;
  /** The app, or client, that orders are signed for, where the deployment has a usual one. */
  readonly callers?: { readonly [channel in ChannelId]?: string };
  /** Where the channel's keys are, and whom they are for; absent where only tables were named. */
  readonly channel?: ChannelAccess;
  close(): void;
}

const PAGE = 100;

/** A merchant by its id or by its name. @throws Refused if there is none */
export async function findMerchant({ directory }: Deployment, wanted: string): Promise<Merchant> {
  const name = (await directory.get(nameIdOf(wanted))) as NameItem | undefined;
  const item = await directory.get(name?.merchantId ?? wanted);
  if (item?.kind === 'merchant') return readMerchant(item);
  if (name) throw new Refused(`the creation of ${wanted} was interrupted: repeat merchant create`);
  throw new Refused(`there is no merchant ${wanted}; merchant list shows all`);
}

/**
 * A new merchant under its name, or the one that the same ask made before. Its statements are opened last: who has a head
 * is complete, and listed. @throws Refused if the name belongs to a merchant that is not as asked
 */
export async function createMerchant(
  deployment: Deployment,
  ask: Merchant,
): Promise<{ merchant: Merchant; isNew: boolean }> {
  const { directory, statements, reconciliations } = deployment;
  const merchantId = await takeName(deployment, ask.name, ask.id);
  const asked = { ...ask, id: merchantId, merchantId };
  const isNew = await directory.create(itemOf(asked));
  const merchant = (await directory.get(merchantId)) as unknown as Merchant;
  const difference = discrepancyOf(merchant, asked);
  if (difference) throw new Refused(`${ask.name} is there already (${merchantId}), with another ${difference}`);
  await reconciliations.openHead(merchantId, deployment.now());
  await statements.openHead(merchant, deployment.now());
  return { merchant, isNew };
}

/** Answers whose name it is. */
async function takeName({ directory }: Deployment, name: string, merchantId: string): Promise<string> {
  await directory.create(itemOf(newName(name, merchantId)));
  const stored = (await directory.get(nameIdOf(name))) as NameItem | undefined;
  if (!stored) throw new Error(`the name ${name} is there and is not there`);
  return stored.merchantId;
}

function discrepancyOf(stored: Merchant, asked: Merchant): string | undefined {
  const compared = [
    'name',
    'acquirer',
    'zone',
    'accounts',
    'latePayment',
    'refundWindowDays',
    'supportPhone',
    'limits',
  ] as const;
  // An operator who repeats a command may have a newer version than the one that stored the limits.
  const inOneForm = (merchant: Merchant) => ({
    ...merchant,
    limits: limitsSet({ ...merchant, limits: changeMoneyLimits(merchant, []) }),
  });
  const [before, after] = [inOneForm(stored), inOneForm(asked)];
  return compared.find((field) => !isDeepStrictEqual(before[field], after[field]));
}

/**
 * Changes a merchant by what `decide` makes of it as it is stored; the loser of a race decides again. `confirm` is asked
 * before each write. @throws Refused with the text that `decide` answered
 */
export async function changeMerchant(
  deployment: Deployment,
  merchantId: string,
  decide: (merchant: Merchant) => Outcome,
  confirm: (before: Merchant, after: Merchant) => Promise<void> = async () => {},
): Promise<{ merchant: Merchant; changed: boolean }> {
  const { directory } = deployment;
  return untilWon('others change this merchant all the time', async () => {
    const before = await findMerchant(deployment, merchantId);
    const after = decide(before);
    if (typeof after === 'string') throw new Refused(after);
    if (after === before) return { merchant: before, changed: false };
    await confirm(before, after);
    if (after.name !== before.name && (await takeName(deployment, after.name, merchantId)) !== merchantId)
      throw new Refused(`another merchant has the name ${after.name}`);
    const merchant = { ...after, version: before.version + 1 };
    return (await directory.replace(itemOf(merchant), before.version)) ? { merchant, changed: true } : LOST;
  });
}

/** The items of a merchant whose id begins with `prefix`, in order of their ids. Eventually consistent. */
export async function itemsOf({ directory }: Deployment, merchantId: string, prefix = ''): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const range = { from: prefix, to: `${prefix}\u{10ffff}` };
    const query = { index: 'by-merchant', partition: merchantId, limit: PAGE, ...(prefix && { range }) };
    const page = await directory.query(cursor === undefined ? query : { ...query, cursor });
    items.push(...(await directory.getMany(page.keys)));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return items;
}

export async function storesOf(deployment: Deployment, merchantId: string): Promise<Store[]> {
  return (await itemsOf(deployment, merchantId, `${merchantId}.store.`)) as unknown as Store[];
}

/** Adds a store, or answers the one that the same ask made before. */
export async function addStore(
  { directory }: Deployment,
  merchantId: string,
  storeId: string,
  name: string,
): Promise<{ store: Store; isNew: boolean }> {
  const asked = newStore(merchantId, storeId, name);
  const isNew = await directory.create(itemOf(asked));
  const store = (await directory.get(asked.id)) as unknown as Store;
  if (store.name !== name) throw new Refused(`the store ${storeId} is there already, named ${store.name}`);
  return { store, isNew };
}

/** A credential and its first key. A kill between the writes, or before the key is shown, leaves nothing that can sign. */
export async function createCredential({ directory }: Deployment, ask: CredentialAsk) {
  const made = newCredential(ask);
  for (const item of [made.holder, made.key])
    if (!(await directory.create(itemOf(item)))) throw new Error(`the id ${item.id} is taken`);
  return made;
}

/**
 * Ends an activation code now. Answers whether it was still good.
 * @throws Refused if a terminal was made by it: that one is to be revoked
 */
export async function cancelActivation(deployment: Deployment, id: string, terminalId: string): Promise<boolean> {
  return untilWon(`others change ${id} all the time`, async () => {
    const item = await deployment.directory.get(id);
    // The same handle may be another code's by now.
    if (item?.kind !== 'activation' || item.terminalId !== terminalId) return false;
    const code = readActivation(item);
    if (code.usedBy) throw new Refused(`the code was used: terminal revoke ${terminalId}`);
    const now = deployment.now();
    if (code.expiresAt <= now) return false;
    const over = { ...code, expiresAt: now, version: code.version + 1 };
    return (await deployment.directory.replace({ ...over }, code.version)) || LOST;
  });
}

/**
 * Revokes a credential and all its keys, the credential first: no key is added to a revoked one, and a repeat finishes
 * what was begun. Answers the keys that were revoked by this call.
 */
export async function revokeCredential(deployment: Deployment, id: string): Promise<string[]> {
  const holder = await revokeItem<Credential>(deployment, id, 'credential');
  const { revokedAt = deployment.now(), newestKey } = holder;
  const revoked: string[] = [];
  // One more than is known: a rotation may have stored its key and not yet said so.
  for (let k = 1; k <= newestKey + 1; k += 1) {
    const keyid = `${id}.${k}`;
    // A place that is taken cannot be taken by a rotation or an enrolment that is under way.
    if (await deployment.directory.create(itemOf(nobodysKey(holder, keyid, revokedAt)))) continue;
    const key = (await deployment.directory.get(keyid)) as unknown as KeyItem | undefined;
    if (!key || key.revokedAt !== undefined) continue;
    await revokeItem<KeyItem>(deployment, keyid, 'key', revokedAt);
    revoked.push(keyid);
  }
  return revoked;
}

/** Marks a credential or a key as revoked; the first time stays. @throws Refused if there is no such thing */
export async function revokeItem<T extends Credential | KeyItem>(
  deployment: Deployment,
  id: string,
  kind: T['kind'],
  at = deployment.now(),
): Promise<T> {
  return untilWon(`others change ${id} all the time`, async () => {
    const item = (await deployment.directory.get(id)) as unknown as T | undefined;
    if (item?.kind !== kind) throw new Refused(`there is no ${kind} ${id}`);
    if (item.revokedAt !== undefined) return item;
    const revoked = { ...item, revokedAt: at, version: item.version + 1 };
    return (await deployment.directory.replace({ ...revoked }, item.version)) ? revoked : LOST;
  });
}
