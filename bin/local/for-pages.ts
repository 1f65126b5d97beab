/**
 * What the screens get from the stack on this machine and from no other: an activation code without the operator's command
 * line, and the simulator's wallet at the page's own origin.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoTable } from '../../functions/table/dynamodb.ts';
import { DIRECTORY } from '../../functions/table/table.ts';
import { createActivation } from '../directory/activation.ts';
import { sdkCalls } from '../sdk-calls.ts';
import type { Identity } from './seed.ts';

interface Options {
  /** The simulator's URL. */
  readonly simulator: string;
  readonly identity: Identity;
  readonly directoryTable: string;
  readonly now: () => number;
}

const WALLET = '/__local/wallet/';

/** Answers undefined where it is none of its business. */
export function createPageHelp({ simulator, identity, directoryTable, now }: Options) {
  const directory = new DynamoTable(sdkCalls(new DynamoDBClient({})), directoryTable, DIRECTORY);

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
    if (!path.startsWith(WALLET)) return undefined;
    const response = await fetch(`${simulator}/wallet/${encodeURIComponent(path.slice(WALLET.length))}`, {
      method,
      ...(method === 'POST' && { body }),
    });
    return { status: response.status, body: await response.json() };
  };
}
