/** Pages as files: what a browser loads, by path. The local stack serves them, tests look at them, `npm run web` writes them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

export interface PageFile {
  readonly type: string;
  readonly content: Uint8Array;
}

const TYPES = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

/** `console/index.html`, `console/main.js`, `console/main.css`, and the same for each page named. */
export async function bundlePages(pages: readonly string[]): Promise<ReadonlyMap<string, PageFile>> {
  const { outputFiles } = await build({
    entryPoints: Object.fromEntries(pages.map((page) => [`${page}/main`, join(import.meta.dirname, page, 'main.tsx')])),
    outdir: '/',
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
  });
  const style = readFileSync(join(import.meta.dirname, 'screens.css'));
  return new Map([
    ...outputFiles.map(({ path, contents }) => [path.slice(1), { type: TYPES.js, content: contents }] as const),
    ...pages.flatMap((page) => [
      [`${page}/main.css`, { type: TYPES.css, content: style }] as const,
      [
        `${page}/index.html`,
        { type: TYPES.html, content: readFileSync(join(import.meta.dirname, page, 'index.html')) },
      ] as const,
    ]),
  ]);
}
