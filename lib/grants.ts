import { CHANNELS, type ChannelId } from '../functions/channel/registry.ts';
import type { OperationName } from '../functions/contract/contract.ts';
import type { NotificationName } from '../functions/contract/notifications.ts';

type Action = 'GetItem' | 'BatchGetItem' | 'PutItem';

export interface TableGrant {
  readonly actions?: readonly Action[];
  /** Indexes that may be queried. */
  readonly query?: readonly string[];
  /** The beginnings of the keys that it writes, where it does not write all of them. */
  readonly writes?: readonly string[];
}

export interface Grant {
  readonly orders?: TableGrant;
  readonly directory?: TableGrant;
  readonly statements?: TableGrant;
  /** The channels that it speaks to, or hears from, and whose keys it reads. */
  readonly channels?: readonly ChannelId[];
}

const all = Object.keys(CHANNELS) as ChannelId[];
const caller: TableGrant = { actions: ['GetItem'] };
/** What the functions keep for themselves there, such as counters. */
const counting: TableGrant = { ...caller, writes: ['cnt_*'] };
const drive: Grant = { orders: { actions: ['GetItem', 'PutItem'] }, directory: counting, channels: all };
const readStatements: TableGrant = { actions: ['GetItem', 'BatchGetItem'] };

/** A refund that a message starts, or is asked about for it, needs the merchant's authorisation. */
const notifications = Object.fromEntries(
  all.map((channel) => [
    `${channel}Notification`,
    { orders: { actions: ['GetItem', 'PutItem'] }, directory: caller, channels: [channel] },
  ]),
) as unknown as Readonly<Record<NotificationName, Grant>>;

/** What each function may do, and with that all it may do. Nothing scans, nothing deletes. */
export const grants = {
  createOrder: drive,
  createQrCode: drive,
  payWithTillCode: drive,
  getOrder: drive,
  closeOrder: drive,
  createRefund: drive,
  getRefund: drive,
  // A channel's number is asked for at the channel, and where it does not say, looked for in our own facts.
  listOrders: {
    orders: { actions: ['GetItem', 'BatchGetItem'], query: ['by-day', 'unposted'] },
    directory: caller,
    statements: readStatements,
    channels: all,
  },
  listChannels: { directory: caller },
  getMerchant: { directory: caller },
  listStatements: { directory: caller, statements: { actions: ['BatchGetItem'], query: ['by-merchant'] } },
  getStatement: { directory: caller, statements: readStatements },
  listStatementLines: { directory: caller, statements: { actions: ['GetItem'] } },
  listStatementTotals: { directory: caller, statements: readStatements },
  listReconciliations: { directory: caller, statements: readStatements },
  getTotals: {
    orders: { actions: ['BatchGetItem'], query: ['unposted'] },
    directory: caller,
    statements: readStatements,
  },
  closeShift: {
    orders: { actions: ['BatchGetItem'], query: ['unposted'] },
    directory: counting,
    statements: { ...readStatements, writes: ['shf_*', 'shh_*', 'shn_*'] },
  },
  listShifts: { directory: caller, statements: readStatements },
  getShift: { directory: caller, statements: { actions: ['GetItem'] } },
  enrolTerminal: { directory: { actions: ['GetItem'], writes: ['act_*', 'trm_*'] } },
  rotateKey: { directory: { actions: ['GetItem'], writes: ['trm_*'] } },
  listTerminals: { directory: { actions: ['GetItem', 'BatchGetItem'], query: ['by-merchant'] } },
  ...notifications,
  sweep: {
    orders: { actions: ['GetItem', 'BatchGetItem', 'PutItem'], query: ['due', 'unposted'] },
    directory: counting,
    statements: { actions: ['GetItem', 'BatchGetItem', 'PutItem'], query: ['due'] },
    channels: all,
  },
} as const satisfies Record<OperationName | 'sweep', Grant>;
