/** The project's own pages, README and docs/: their blocks of commands, headings and links, as a reader finds them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

export interface Block {
  /** The heading that it stands under: `docs/quick-start.md#a-first-sale-by-hand`. */
  readonly at: string;
  readonly lines: readonly string[];
}

/** From the root, each page that is written for a reader. */
export const pages: readonly string[] = [
  ...['README.md', 'README.zh-CN.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
    .sort(),
];

export const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** A page's text outside of fenced blocks: where headings, links and names of files are what they seem. */
export const proseOf = (page: string): string => textOf(page).replace(/^```[\s\S]*?^```$/gm, '');

/** What a forge makes of a heading, for links to it. */
function anchorOf(heading: string): string {
  const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
  return plain.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');
}

/** Every anchor of a page. Two headings of one text have one name, of which the page must not have a second. */
export function anchorsOf(page: string): string[] {
  return [...proseOf(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

/** The fenced blocks of a shell, in the order of the page. */
export function shellBlocksOf(page: string): Block[] {
  let anchor = '';
  const blocks: Block[] = [];
  for (const [, heading, language, body = ''] of textOf(page).matchAll(/^#{1,6} (.+)$|^```(\w*)\n([\s\S]*?)^```$/gm)) {
    if (heading !== undefined) anchor = anchorOf(heading);
    else if (language === 'sh' || language === 'bash')
      blocks.push({ at: `${page}#${anchor}`, lines: body.split('\n').filter((line) => line.trim() !== '') });
  }
  return blocks;
}

/** The commands under a heading, without their comments. @throws Error where the page has no such block */
export function commandsAt(at: string): string[] {
  const [page = ''] = at.split('#');
  const found = shellBlocksOf(page).filter((block) => block.at === at);
  if (found.length === 0) throw new Error(`no commands stand at ${at}`);
  return found.flatMap(({ lines }) => lines.map(withoutComment));
}

export const withoutComment = (line: string): string => line.replace(/ {2,}#.*$/, '');

/** The words of a line of `npm run <script> -- …`: quotes of both kinds hold a word together. */
export const wordsOf = (line: string): string[] =>
  [...line.replace(/^npm run \w+ -- /, '').matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? '',
  );

/** Where the links of a page lead, images included. */
export const linksOf = (page: string): string[] =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
