/** A way to a server that breaks on demand: before a request is through, after it was carried out, or in the middle of its answer. */
import { createServer, request as send } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { close, listen } from '../../bin/local/aws.ts';

/** `deaf`: the request never arrives. `mute`: it is carried out and nothing comes back. `half`: half of its answer does. */
export type Cut = 'deaf' | 'mute' | 'half';

export interface Cutter {
  /** Goes to the server through here. */
  readonly fetch: typeof fetch;
  /** Cuts every request whose method and path match, until it is told otherwise. */
  cut(how: Cut | undefined, which?: RegExp): void;
  /** Method and path of every request since the last question. */
  seen(): string[];
  stop(): Promise<void>;
}

export async function openCutter(target: string): Promise<Cutter> {
  let plan: { how: Cut; which: RegExp } | undefined;
  const seen: string[] = [];
  const { host, hostname, port } = new URL(target);
  const server = createServer(async (request, response) => {
    const what = `${request.method} ${request.url}`;
    seen.push(what);
    const body = await buffer(request);
    const how = plan?.which.test(what) ? plan.how : undefined;
    if (how === 'deaf') return void response.destroy();
    const { method, url: path, headers } = request;
    // It was signed for the server, whose name it keeps.
    const onward = send({ hostname, port, method, path, headers: { ...headers, host } }, async (answer) => {
      const content = await buffer(answer);
      if (how === 'mute') return void response.destroy();
      response.writeHead(answer.statusCode ?? 500, { ...answer.headers, 'content-length': content.length });
      if (how === 'half') response.write(content.subarray(0, Math.floor(content.length / 2)), () => response.destroy());
      else response.end(content);
    });
    onward.on('error', () => response.destroy());
    onward.end(body);
  });
  const here = await listen(server);
  return {
    fetch: (input, init) => fetch(String(input).replace(target, here), init),
    cut: (how, which = /^/) => {
      plan = how && { how, which };
    },
    seen: () => seen.splice(0),
    stop: () => close(server),
  };
}
