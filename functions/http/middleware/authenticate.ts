import type { Operation, Parsed } from '../../contract/operation.ts';
import { Problem } from '../../contract/problem.ts';
import type { Services } from '../../services.ts';
import type { ReceivedRequest } from '../signature.ts';
import { parseRequest } from './parse.ts';
import type { HttpEvent, HttpMiddleware, Known } from './request-context.ts';

/** Finds out who calls, or throws a {@link Problem}. `parse` reads the request, where its content says by whom it is signed. */
export type Identify<O extends Operation, C> = (
  services: Services,
  received: ReceivedRequest,
  parse: () => Parsed<O>,
) => Promise<C>;

/** Finds out who calls by the signature (RFC 9421). @throws Problem 401 */
export function authenticate<O extends Operation, C extends Known>(
  operation: O,
  identify: Identify<O, C>,
): HttpMiddleware {
  return {
    async before({ event, context }) {
      mustBePlain(event);
      const { services, body } = context;
      context.caller = await identify(services, receivedOf(event, body), () => parseRequest(operation, event, body));
    },
  };
}

function receivedOf(event: HttpEvent, body: Buffer | undefined): ReceivedRequest {
  return {
    method: event.requestContext.http.method,
    authority: event.headers.host ?? '',
    path: event.rawPath,
    query: event.rawQueryString,
    headers: event.headers,
    body,
    address: event.requestContext.http.sourceIp,
  };
}

/**
 * Paths and queries consist of unreserved characters only. The gateway hands us the decoded path, so that anything else
 * could not be verified against what the caller signed.
 */
function mustBePlain({ rawPath, rawQueryString }: HttpEvent): void {
  if (!/^[A-Za-z0-9\-._~/]*$/.test(rawPath))
    throw new Problem('malformed', { detail: 'A path consists of A-Z a-z 0-9 - . _ ~ and slashes.' });
  if (!/^[A-Za-z0-9\-._~=&]*$/.test(rawQueryString))
    throw new Problem('malformed', { detail: 'A query value consists of A-Z a-z 0-9 - . _ ~.' });
}
