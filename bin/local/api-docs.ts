/** The API's documents on this machine: `/v1/openapi.json`, and the same as a page at `/v1/docs`. Made when they are asked for. */
import { docsFiles } from '../openapi/files.ts';
import { headersOf, type Page } from './pages.ts';

/** Answers the file of a path; undefined: it is none of the documents. `address` is where this very API is. */
export function apiDocs(path: string, address: string): Page | undefined {
  if (!/^\/v1\/(openapi\.json|docs|docs\.css)$/.test(path)) return undefined;
  const files = docsFiles(address);
  const name = path.slice(1);
  const file = files.get(name) ?? files.get(`${name}/index.html`);
  return file && { headers: headersOf(file), content: file.content };
}
