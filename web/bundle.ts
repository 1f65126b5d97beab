/**
 * Pages as files: what a browser loads, by path. The local stack serves them; `npm run web -- --api URL --out DIR` writes
 * them for the site (README, "Deploy").
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

export interface PageFile {
  readonly type: string;
  readonly content: Uint8Array;
}

const PAGES = ['console', 'help'];
const TYPES = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

/**
 * `console/index.html`, `console/main.js`, `console/main.css`, and the same for every page. `api` is where the API is, such
 * as `https://pay.example.com`; if absent, where the pages come from.
 */
export async function bundlePages(api?: string): Promise<ReadonlyMap<string, PageFile>> {
  const { outputFiles } = await build({
    entryPoints: Object.fromEntries(PAGES.map((page) => [`${page}/main`, join(import.meta.dirname, page, 'main.tsx')])),
    outdir: '/',
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const style = { type: TYPES.css, content: readFileSync(join(import.meta.dirname, 'screens.css')) };
  const scripts = outputFiles.map(
    ({ path, contents }) => [path.slice(1), { type: TYPES.js, content: contents }] as const,
  );
  const rest = PAGES.flatMap((page) => {
    const html = { type: TYPES.html, content: htmlOf(page, api) };
    return [[`${page}/main.css`, style] as const, [`${page}/index.html`, html] as const];
  });
  return new Map([...scripts, ...rest]);
}

function htmlOf(page: string, api: string | undefined): Buffer {
  const html = readFileSync(join(import.meta.dirname, page, 'index.html'), 'utf8');
  const named = api === undefined ? '' : `<meta name="tillgate-api" content="${new URL(api).origin}">\n`;
  return Buffer.from(html.replace('<title>', `${named}<title>`));
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { api: { type: 'string' }, out: { type: 'string' } } });
  if (!values.api || !URL.canParse(values.api) || !values.out) {
    console.error("npm run web -- --api URL --out DIR   (URL: the stack's ApiUrl, or its publicUrl)");
    process.exit(2);
  }
  for (const [name, { content }] of await bundlePages(values.api)) {
    const file = join(values.out, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}
