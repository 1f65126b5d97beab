/** The API as this till calls it: one try per call, because the till itself decides what follows; and the server's clock. */
import { type Client, createClient } from '../../functions/client/client.ts';
import type { SigningKey } from '../../functions/client/sign.ts';
import type { EpochMs } from '../../functions/time.ts';
import { apiUrl } from '../page.ts';

/** The header tells whole seconds. */
const SECOND_MS = 1_000;

export interface Server {
  readonly client: Client;
  /** Epoch ms by the server's clock, as far as it has been heard. */
  now(): EpochMs;
  /** Gives up what is being asked, which then counts as unanswered. */
  hangUp(): void;
}

export function createServer(key: SigningKey): Server {
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const asking = new Set<AbortController>();
  const send: typeof fetch = async (input, init) => {
    const controller = new AbortController();
    asking.add(controller);
    try {
      const signals = [controller.signal, ...(init?.signal ? [init.signal] : [])];
      const response = await fetch(input, { ...init, signal: AbortSignal.any(signals) });
      const told = Date.parse(response.headers.get('date') ?? '') + SECOND_MS / 2;
      if (Math.abs(told - now()) > SECOND_MS * 1.5) ahead = told - Date.now();
      return response;
    } finally {
      asking.delete(controller);
    }
  };
  return {
    client: createClient({ baseUrl: apiUrl(), key, fetch: send, now, retries: 0 }),
    now,
    hangUp: () => {
      for (const controller of asking) controller.abort();
    },
  };
}
