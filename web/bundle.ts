/**
 * Pages as files: what a browser loads, by path. The local stack serves them; `npm run web -- --api URL --out DIR` writes
 * them for the site, and the API's documents beside them (README, "Deploy").
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { docsFiles } from '../bin/openapi/files.ts';

export interface PageFile {
  readonly type: string;
  readonly content: Uint8Array;
}

const PAGES = ['till', 'console', 'help'];
/** The customer's wallet speaks to the simulator, which is on the developer's machine only. */
const LOCAL_PAGES = [...PAGES, 'wallet'];
const TYPES = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

/**
 * `console/index.html`, `console/main.js`, `console/main.css`, and the same for every page; what only some need at once is in
 * `shared/`. `api` is where the API is, such as `https://pay.example.com`; if absent, these are the local stack's pages, whose
 * API is where they come from.
 */
export async function bundlePages(api?: string): Promise<ReadonlyMap<string, PageFile>> {
  const pages = api === undefined ? LOCAL_PAGES : PAGES;
  const { outputFiles } = await build({
    entryPoints: Object.fromEntries(
      pages.flatMap((page) => [
        [`${page}/main`, join(import.meta.dirname, page, 'main.tsx')],
        [`${page}/style`, styleOf(page)],
      ]),
    ),
    outdir: '/',
    chunkNames: 'shared/[name]-[hash]',
    bundle: true,
    splitting: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const files = outputFiles.map(({ path, contents }): [string, PageFile] => {
    // A script and a style sheet of one entry name would be in each other's way inside the bundler, not here.
    const name = path.slice(1).replace(/style\.css$/, 'main.css');
    return [name, { type: name.endsWith('.css') ? TYPES.css : TYPES.js, content: contents }];
  });
  const html = pages.map((page): [string, PageFile] => [
    `${page}/index.html`,
    { type: TYPES.html, content: htmlOf(page, api) },
  ]);
  return new Map([...files, ...html]);
}

/** All that the site has: its pages, and the documents of the API at `api`. */
export async function siteFiles(api: string): Promise<ReadonlyMap<string, PageFile>> {
  return new Map([...(await bundlePages(api)), ...docsFiles(new URL(api).origin)]);
}

/** A page's own sheet, or the one that the back office's pages share. */
function styleOf(page: string): string {
  const own = join(import.meta.dirname, page, 'main.css');
  return existsSync(own) ? own : join(import.meta.dirname, 'screens.css');
}

function htmlOf(page: string, api: string | undefined): Buffer {
  const [name, content] = api === undefined ? ['local', 'true'] : ['api', new URL(api).origin];
  return Buffer.from(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="tillgate-${name}" content="${content}">
<title>Tillgate</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/${page}/main.css">
<script type="module" src="/${page}/main.js"></script>
</head>
<body><div id="app"></div></body>
</html>
`);
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { api: { type: 'string' }, out: { type: 'string', default: 'dist/web' } } });
  if (!values.api || !URL.canParse(values.api)) {
    console.error("npm run web -- --api URL [--out dist/web]   (URL: the stack's ApiUrl, or its publicUrl)");
    process.exit(2);
  }
  for (const [name, { content }] of await siteFiles(values.api)) {
    const file = join(values.out, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}
