/**
 * The product under test, put together for virtual time: nothing of functions/ is replaced; clock, tables, channel and log are
 * arguments, as they are in Lambda. This file, shop.ts and office.ts are the only ones here that know functions/.
 */
import { createAntomChannel } from '../../../functions/channel/antom/antom.ts';
import { readJson } from '../../../functions/channel/antom/json.ts';
import type { Channel } from '../../../functions/channel/channel.ts';
import type { Account } from '../../../functions/channel/registry.ts';
import type { Caller } from '../../../functions/http/caller.ts';
import { type Credential, TERMINAL_SCOPES } from '../../../functions/merchant/credentials.ts';
import type { Merchant } from '../../../functions/merchant/merchant.ts';
import { TokenBuckets } from '../../../functions/merchant/token-buckets.ts';
import { RateLimiter, SWEEP_PER_SECOND } from '../../../functions/rate-limiter.ts';
import { type Services, storesOf } from '../../../functions/services.ts';
import { DIRECTORY, ORDERS, readCursor, STATEMENTS, type Table, writeCursor } from '../../../functions/table/table.ts';
import { type Brought, CLIENT_ID, MERCHANT, SETTLED } from './antom.ts';
import { keysOfAntom } from './antom-mail.ts';
import { APP_ID, type ChannelModel, FIRST_TOKEN, SELLER_ID } from './channel.ts';
import type { Contract } from './contract.ts';
import type { Item } from './port.ts';
import type { Store } from './table.ts';
import { type By, MERCHANT_ID, PLACES, TILLS, type Till } from './tills.ts';

export type { Services, Table };
export const SHAPES = { orders: ORDERS, directory: DIRECTORY, statements: STATEMENTS } as const;
export const cursors = { write: writeCursor, read: readCursor };

const NOTIFIED = 'https://pay.example/v1/notifications';
const HOUR = 3_600_000;
const MINUTE = 60_000;
/** Fewer than in a deployment: most are empty in a shop of a few orders, and empty ones have nothing to go wrong. */
const SHARDS = { orders: 2, statements: 2 };

const CALLERS: Readonly<Record<By, Caller>> = {
  a: terminal('a'),
  b: terminal('b'),
  c: terminal('c'),
  office: {
    keyid: 'off_aaaabbbbcccc.1',
    merchantId: MERCHANT_ID,
    scopes: ['orders:read', 'refunds:write', 'statements:read'],
  },
};

function terminal(till: Till): Caller {
  const { terminalId, storeId } = PLACES[till];
  const scopes = ['orders:write', 'orders:read', 'refunds:write'] as const;
  // Widened, so that any till may refund any sale: that a till is bound to its store is the matrix's (test/http).
  return { keyid: `${terminalId}.1`, merchantId: MERCHANT_ID, scopes, storeId, stores: 'all', terminalId };
}

export function callerOf(by: By): Caller {
  return CALLERS[by];
}

/** The terminals as the directory has them, made an hour before. */
export function credentialsOf(now: number): Item[] {
  return TILLS.map((till) => {
    const { terminalId, storeId } = PLACES[till];
    const terminal: Credential = {
      ...{ id: terminalId, merchantId: MERCHANT_ID, kind: 'credential', version: 1, role: 'terminal', name: till },
      ...{ scopes: TERMINAL_SCOPES, storeId, stores: 'all', createdAt: now - HOUR, newestKey: 1 },
    };
    return { ...terminal };
  });
}

const ACCOUNTS: Readonly<Record<'alipay' | 'antom', Account>> = {
  alipay: { channel: 'alipay', appId: APP_ID, sellerId: SELLER_ID, appAuthToken: FIRST_TOKEN },
  antom: {
    ...{ channel: 'antom', clientId: CLIENT_ID, referenceMerchantId: MERCHANT, currencies: SETTLED },
    ...{ merchantName: 'shop', merchantMCC: '5499' },
  },
};
/** Terms are of one channel: the contract's own are Alipay's. */
const FOREIGN = Object.entries(SETTLED).map(([currency, settlementCurrency]) => ({
  ...{ agreementId: `agr_antom_${currency.toLowerCase()}`, channel: 'antom' as const, currency, settlementCurrency },
  ...{ validFrom: '2020-01-01', ratePpm: 8_000, feeOnRefund: 'returned' as const },
}));

export function merchantOf(contract: Contract): Merchant {
  const { zone, terms, latePayment, refundWindowDays, limits, accounts = ['alipay'] } = contract;
  return {
    id: MERCHANT_ID,
    merchantId: MERCHANT_ID,
    kind: 'merchant',
    version: 1,
    acquirer: 'acquirer',
    name: 'shop',
    zone,
    agreements: accounts.includes('antom') ? [...terms, ...FOREIGN] : terms,
    accounts: accounts.map((channel) => ACCOUNTS[channel]),
    channels: {},
    latePayment,
    refundWindowDays,
    limits,
  };
}

/** What a warm instance of a function keeps from one request to the next. */
export class Memory {
  readonly lastSynced = new Map<string, number>();
  readonly tokenBuckets = new TokenBuckets();
}

export interface Parts {
  readonly tables: { readonly orders: Table; readonly directory: Table; readonly statements: Table };
  readonly channel: ReturnType<ChannelModel['seenBy']>;
  readonly antom: Wire;
  readonly lastSynced: Map<string, number>;
  readonly tokenBuckets: TokenBuckets;
  now(): number;
  count(name: string): void;
  /** `error`: the name and message of a fault that was caught. */
  failed(message: string, error: string | undefined): void;
  wait(ms: number): Promise<void>;
}

/** A parcel as the door gets it. */
export const messageOf = (parcel: unknown) => ({
  body: Buffer.from(JSON.stringify(parcel)),
  headers: {},
  path: '/v1/notifications/alipay',
});

const nothing = () => {};

/** One call to Antom: its method and what is asked, as JSON. */
interface Wire {
  call(method: string, body: string, timeoutMs: number): Promise<Brought>;
}

/** The product's own code for Antom, over the simulator's answers. */
function antomOver(wire: Wire, now: () => number): Channel {
  const { antom, antomPublic } = keysOfAntom();
  const keys = new Map([[CLIENT_ID, { signers: [antom], antomKeys: [antomPublic], keyVersion: '1' }]]);
  return createAntomChannel({
    gateway: {
      async call(_, method, content, { timeoutMs }) {
        const brought = await wire.call(method, JSON.stringify(content), timeoutMs);
        if (brought.kind === 'silence') return brought;
        return { kind: 'answer', isSigned: brought.isSigned, body: readJson(brought.bytes) ?? {} };
      },
    },
    keys: async () => keys,
    now,
  });
}

export function servicesOf({
  tables,
  channel,
  antom,
  lastSynced,
  tokenBuckets,
  now,
  count,
  failed,
  wait,
}: Parts): Services {
  return {
    ...storesOf(tables, now, SHARDS),
    now,
    log: {
      info: nothing,
      warn: nothing,
      error: (message, fields) => failed(message, fields?.error?.split('\n')[0]),
    },
    metrics: { count, publish: nothing },
    channels: { alipay: channel, antom: antomOver(antom, now) },
    notifyUrls: { alipay: `${NOTIFIED}/alipay`, antom: `${NOTIFIED}/antom` },
    authorities: new Set(),
    statementDelay: 30 * MINUTE,
    lastSynced,
    tokenBuckets,
    rateLimiter: new RateLimiter(SWEEP_PER_SECOND, now, wait),
  };
}

/** The store without latency or faults. */
export function direct(store: Store): Table {
  return {
    get: async (key) => store.get(key),
    getMany: async (keys) => keys.map((key) => store.get(key)).filter((item) => item !== undefined),
    create: async (item) => store.write(item, undefined),
    replace: async (item, seen) => store.write(item, seen),
    query: async (query) => store.query(query),
  };
}
