import type { Operation } from '../../contract/operation.ts';
import { noteSeen } from '../last-seen.ts';
import type { HttpMiddleware } from './request-context.ts';

/** Stores that the terminal was seen, after it was answered. Only functions that sell may write that down. */
export function lastSeen({ scope }: Operation): HttpMiddleware {
  return {
    async after({ context: { services, caller } }) {
      if (scope !== 'orders:write' || !caller?.terminalId || caller.signedAt === undefined) return;
      await noteSeen(services, caller.terminalId, caller.signedAt);
    },
  };
}
