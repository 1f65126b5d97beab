/** The merchant's credentials: two terminals, each in a store of its own, and a back office. */
import type { Caller } from '../../functions/http/caller.ts';
import type { Item } from '../../functions/table.ts';

export const MERCHANT_ID = 'mer_aaaabbbbcccc';

export const TILLS = ['a', 'b'] as const;
export type Till = (typeof TILLS)[number];
export type By = Till | 'office';

const HOUR = 3_600_000;
export const PLACES: Readonly<Record<Till, { readonly terminalId: string; readonly storeId: string }>> = {
  a: { terminalId: 'trm_aaaabbbbcccc', storeId: 'main' },
  b: { terminalId: 'trm_bbbbccccdddd', storeId: 'side' },
};

const CALLERS: Readonly<Record<By, Caller>> = {
  a: terminal('a'),
  b: terminal('b'),
  office: { keyid: 'off_aaaabbbbcccc.1', merchantId: MERCHANT_ID, scopes: ['orders:read', 'refunds:write'] },
};

function terminal(till: Till): Caller {
  const { terminalId, storeId } = PLACES[till];
  const scopes = ['orders:write', 'orders:read', 'refunds:write'] as const;
  return { keyid: `${terminalId}.1`, merchantId: MERCHANT_ID, scopes, storeId, terminalId };
}

export function callerOf(by: By): Caller {
  return CALLERS[by];
}

/** The terminals as the directory has them, made an hour before. */
export function credentialsOf(now: number): Item[] {
  return TILLS.map((till) => {
    const { terminalId, storeId } = PLACES[till];
    const made = { merchantId: MERCHANT_ID, storeId, createdAt: now - HOUR };
    return { id: terminalId, version: 1, kind: 'credential', ...made };
  });
}
