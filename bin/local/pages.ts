/**
 * The screens on this machine, at the API's own address and with the headers that the deployed site has. Bundled when the
 * first page is asked for, so that a stack without a browser does not wait for it.
 */
import { contentSecurityPolicy, OTHER_HEADERS } from '../../lib/web-headers.ts';
import { bundlePages, type PageFile } from '../../web/bundle.ts';

export interface Page {
  readonly headers: Readonly<Record<string, string>>;
  readonly content: Uint8Array;
}

/** Answers the file of a path, such as `/console` or `/console/main.js`; undefined: there is none. */
export function createPages(): (path: string) => Promise<Page | undefined> {
  let files: Promise<ReadonlyMap<string, PageFile>> | undefined;
  return async (path) => {
    if (!/^\/(till|wallet|console|help|shared)(\/|$)/.test(path)) return undefined;
    files ??= bundlePages();
    const there = await files;
    const name = path.slice(1).replace(/\/$/, '');
    const file = there.get(name) ?? there.get(`${name}/index.html`);
    return file && { headers: headersOf(file), content: file.content };
  };
}

export function headersOf({ type }: Pick<PageFile, 'type'>): Record<string, string> {
  return {
    'content-type': type,
    'content-security-policy': contentSecurityPolicy(),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
    ...OTHER_HEADERS,
  };
}
