import type { MiddlewareObj } from '@middy/core';
import { services } from '../../services.ts';
import type { Observed } from './request-context.ts';

/**
 * First in and last out of every function: gives the invocation its services, and sends at its end what was counted, also
 * when it fails.
 */
export function observability<Event, Result>(): MiddlewareObj<Event, Result, Error, Observed> {
  const publish = ({ context }: { context: Partial<Observed> }) => context.services?.metrics.publish();
  return {
    before({ context }) {
      context.services = services();
      context.startedAt = context.services.now();
    },
    after: publish,
    onError: publish,
  };
}
