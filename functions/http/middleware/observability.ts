import type { MiddlewareObj } from '@middy/core';
import { services } from '../../services.ts';
import type { HttpEvent, Observed } from './request-context.ts';

/**
 * First in and last out of every function: gives the invocation its services, whose log names the request and the
 * `operation` in each line, and sends at its end what was counted, also when it fails.
 */
export function observability<Event, Result>(operation: string): MiddlewareObj<Event, Result, Error, Observed> {
  const publish = ({ context }: { context: Partial<Observed> }) => context.services?.metrics.publish();
  return {
    before({ event, context }) {
      context.services = services({ requestId: requestIdOf(event) ?? context.awsRequestId, operation });
      context.startedAt = context.services.now();
    },
    after: publish,
    onError: publish,
  };
}

/** The API's number of a request, which its answer tells, too; what a schedule sends has Lambda's own. */
function requestIdOf(event: unknown): string | undefined {
  return (event as Partial<HttpEvent> | null | undefined)?.requestContext?.requestId;
}
