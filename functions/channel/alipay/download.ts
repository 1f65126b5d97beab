/**
 * Fetches a file from a link that Alipay gave. The link is a stranger's text, signed or not: it may lead to the gateway's own
 * host or to one of Alipay's, over TLS, and nowhere else; nothing is followed further, and nothing endless is read.
 */
import { ask } from '../http.ts';

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
  const url = allowed(link, gateway);
  if (!url) return { kind: 'silence', why: 'the link leads away from Alipay' };
  const arrived = await ask({ method: 'GET', url, timeoutMs, bytesMax: BYTES_MAX });
  switch (arrived.kind) {
    case 'bytes':
      return { kind: 'file', bytes: arrived.bytes };
    case 'too_large':
      return { kind: 'too_large', why: `the file has more than the ${BYTES_MAX} bytes that are taken` };
    case 'silence':
      return { kind: 'silence', why: `the download: ${arrived.why}` };
  }
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
