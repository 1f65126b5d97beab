/**
 * Fetches a file from a link that Alipay gave. The link is a stranger's text, signed or not: it may lead to the gateway's own
 * host or to one of Alipay's, over TLS, and nowhere else; nothing is followed further, and nothing endless is read.
 */
import type { ClientRequest, IncomingMessage } from 'node:http';

export type Downloaded =
  | { readonly kind: 'file'; readonly bytes: Buffer }
  /** It will be no smaller when it is asked for again. */
  | { readonly kind: 'too_large'; readonly why: string }
  | { readonly kind: 'silence'; readonly why: string };

const ALIPAYS = /^([a-z0-9-]+\.)+(alipay|alipaydev)\.com$/;
/** A day of more than a million rows, zipped; a function of 512 MB holds it twice for a moment. */
const BYTES_MAX = 96 * 1024 * 1024;

export async function download(
  link: string,
  { gateway, timeoutMs }: { readonly gateway: string; readonly timeoutMs: number },
): Promise<Downloaded> {
  const target = allowed(link, gateway);
  return target ? fetchFile(target, timeoutMs) : silence('the link leads away from Alipay');
}

/** The link if it may be followed. Alipay still prints `http:` before hosts that speak TLS. */
function allowed(link: string, gateway: string): URL | undefined {
  if (!URL.canParse(link)) return undefined;
  const url = new URL(link);
  if (url.username !== '' || url.password !== '') return undefined;
  if (url.origin === new URL(gateway).origin) return url;
  if (!ALIPAYS.test(url.hostname) || url.port !== '' || !/^https?:$/.test(url.protocol)) return undefined;
  url.protocol = 'https:';
  return url;
}

function silence(why: string): Downloaded {
  return { kind: 'silence', why };
}

function fetchFile(target: URL, timeoutMs: number): Promise<Downloaded> {
  const isPlain = target.protocol === 'http:';
  const client = isPlain ? process.getBuiltinModule('node:http') : process.getBuiltinModule('node:https');
  return new Promise((resolve) => {
    const settle = (downloaded: Downloaded) => {
      clearTimeout(timer);
      resolve(downloaded);
      request.destroy();
    };
    const options = { agent: false, ...(!isPlain && { minVersion: 'TLSv1.2' as const }) };
    const request: ClientRequest = client.get(target, options, (response) => read(response, settle));
    const timer = setTimeout(() => settle(silence('time-out of the download')), timeoutMs);
    request.on('error', (error) => settle(silence(error.message)));
  });
}

function read(response: IncomingMessage, settle: (downloaded: Downloaded) => void): void {
  if (response.statusCode !== 200) {
    settle(silence(`status ${response.statusCode} of the download`));
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > BYTES_MAX)
      settle({ kind: 'too_large', why: `the file has more than the ${BYTES_MAX} bytes that are taken` });
  });
  response.on('aborted', () => settle(silence('the file broke off')));
  response.on('end', () => settle({ kind: 'file', bytes: Buffer.concat(chunks) }));
}
