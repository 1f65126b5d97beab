/** The API's documents as files: what the local stack and the site serve below `/v1`. */
import { makeDocument } from './document.ts';
import { type Document, pageOf, STYLE } from './page.ts';

export interface DocsFile {
  readonly type: string;
  readonly content: Uint8Array;
}

const WHERE = { json: '/v1/openapi.json', style: '/v1/docs.css' };

/** By name, such as `v1/openapi.json`; a page's own name is its `index.html`. `address` is where the API is. */
export function docsFiles(address: string): ReadonlyMap<string, DocsFile> {
  const { document } = makeDocument(address);
  const file = (type: string, text: string): DocsFile => ({ type, content: Buffer.from(text) });
  return new Map([
    ['v1/openapi.json', file('application/json', JSON.stringify(document))],
    ['v1/docs/index.html', file('text/html; charset=utf-8', pageOf(document as unknown as Document, WHERE))],
    ['v1/docs.css', file('text/css; charset=utf-8', STYLE)],
  ]);
}
