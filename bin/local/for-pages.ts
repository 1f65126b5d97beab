/**
 * What the screens get from the stack on this machine and from no other: an activation code without the operator's command
 * line, and the simulators' wallets at the page's own origin.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { documentsOf } from '../../functions/sdk.ts';
import { DynamoTable } from '../../functions/table/dynamodb.ts';
import { DIRECTORY } from '../../functions/table/table.ts';
import { createActivation } from '../directory/activation.ts';
import type { Identity } from './seed.ts';

interface Options {
  /** The Alipay simulator's URL. */
  readonly simulator: string;
  /** The Antom simulator's URL. */
  readonly antom: string;
  readonly identity: Identity;
  readonly directoryTable: string;
  readonly now: () => number;
}

/** The wallet face of Alipay's simulator, or of Antom's. */
const WALLET = /^\/__local\/(antom-)?wallet\/(.+)$/;

/** Answers undefined where it is none of its business. */
export function createPageHelp({ simulator, antom, identity, directoryTable, now }: Options) {
  const directory = new DynamoTable(documentsOf(new DynamoDBClient({})), directoryTable, DIRECTORY);

  /** For one more till of the demo merchant. */
  async function newCode() {
    const [merchant] = identity.merchants;
    if (!merchant) throw new Error('the seed has a merchant');
    const ask = { merchantId: merchant.id, storeId: 'main', name: '网页收银台' };
    const { code, item } = await createActivation({ directory, now }, ask);
    return { code, expiresAt: new Date(item.expiresAt).toISOString() };
  }

  return async (method: string, path: string, body: string): Promise<{ status: number; body: unknown } | undefined> => {
    if (method === 'POST' && path === '/__local/activation-codes') return { status: 200, body: await newCode() };
    const [, isAntom, action] = WALLET.exec(path) ?? [];
    if (action === undefined) return undefined;
    const response = await fetch(`${isAntom ? antom : simulator}/wallet/${encodeURIComponent(action)}`, {
      method,
      ...(method === 'POST' && { body }),
    });
    return { status: response.status, body: await response.json() };
  };
}
