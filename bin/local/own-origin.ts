/**
 * Which requests a server of a developer's machine refuses: those that a page of another site has sent. A page reaches
 * 127.0.0.1 in two ways: across origins, where the browser tells its origin, or by a name of its own that it lets point
 * here (DNS rebinding), where the browser tells that name as the host.
 */
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';

/** With any port. */
const OWN_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

export interface Foreign {
  /** 421 Misdirected Request: the host is another's; 403: the page is. */
  readonly status: 421 | 403;
  readonly body: { readonly error: string };
}

/** Undefined for a request of a program, or of a page of this very server. */
export function foreignTo({ host = '', origin, 'sec-fetch-site': site }: IncomingHttpHeaders): Foreign | undefined {
  if (!OWN_HOST.test(host))
    return { status: 421, body: { error: 'This server answers to 127.0.0.1 and localhost only.' } };
  const isOtherOrigin = origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`;
  // `none`: a person typed the address.
  const isOtherSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (isOtherOrigin || isOtherSite) return { status: 403, body: { error: 'This is not for pages of other origins.' } };
  return undefined;
}

/** Puts that refusal before a server that another package made, and takes its permissions for other origins away. */
export function closeToPages(server: Server): Server {
  const listeners = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const foreign = foreignTo(request.headers);
    if (foreign) {
      request.resume();
      response.writeHead(foreign.status, { 'content-type': 'application/json' }).end(JSON.stringify(foreign.body));
      return;
    }
    const setHeader = response.setHeader.bind(response);
    response.setHeader = (name, value) => (/^access-control-/i.test(name) ? response : setHeader(name, value));
    for (const listener of listeners) listener.call(server, request, response);
  });
  return server;
}
