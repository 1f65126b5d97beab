/** The API's documents on this machine: `/v1/openapi.json`, and the same as a page at `/v1/docs`. Made when they are asked for. */
import { makeDocument } from '../openapi/document.ts';
import { type Document, pageOf, STYLE } from '../openapi/page.ts';
import { headersOf, type Page } from './pages.ts';

const JSON_PATH = '/v1/openapi.json';
const STYLE_PATH = '/v1/docs.css';

/** Answers the file of a path; undefined: it is none of the documents. `address` is where this very API is. */
export function apiDocs(path: string, address: string): Page | undefined {
  if (path === STYLE_PATH) return page('text/css; charset=utf-8', STYLE);
  if (path !== JSON_PATH && path !== '/v1/docs') return undefined;
  const { document } = makeDocument(address);
  if (path === JSON_PATH) return page('application/json', JSON.stringify(document));
  const where = { json: JSON_PATH, style: STYLE_PATH };
  return page('text/html; charset=utf-8', pageOf(document as unknown as Document, where));
}

function page(type: string, text: string): Page {
  return { headers: headersOf({ type }), content: Buffer.from(text) };
}
