/** Our pages in a real browser: served at the API's own origin with the headers that the site has, and every complaint kept. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { contentSecurityPolicy, OTHER_HEADERS } from '../../lib/web-headers.ts';
import { bundlePages, type PageFile } from '../../web/bundle.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** The Chromium of this machine: `CHROMIUM`, or one on the path. */
function chromiumPath(): string {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(isExecutable);
  if (!found) throw new Error('no Chromium: install one, or name it in CHROMIUM');
  return found;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface Screens {
  readonly browser: Browser;
  readonly files: ReadonlyMap<string, PageFile>;
  /** A page of a new profile, on a device whose clock is `ahead` ms of this machine's. `complaints` gets what the console of the browser says, and what the policy refuses. */
  open(options: { width: number; locale: string; complaints: string[]; ahead: number }): Promise<Page>;
  stop(): Promise<void>;
}

export async function openScreens(origin: string): Promise<Screens> {
  const files = await bundlePages(['console', 'help']);
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] });
  return {
    browser,
    files,
    async open({ width, locale, complaints, ahead }) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, locale, acceptDownloads: true });
      await context.route(
        (url) => url.origin === origin && fileOf(files, url.pathname) !== undefined,
        async (route) => {
          const file = fileOf(files, new URL(route.request().url()).pathname);
          await route.fulfill({
            body: Buffer.from(file?.content ?? ''),
            headers: {
              'content-type': file?.type ?? '',
              'content-security-policy': contentSecurityPolicy(),
              ...OTHER_HEADERS,
            },
          });
        },
      );
      await context.addInitScript(`{ const now = Date.now; Date.now = () => now() + ${ahead}; }`);
      const page = await context.newPage();
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      return page;
    },
    stop: () => browser.close(),
  };
}

function fileOf(files: ReadonlyMap<string, PageFile>, path: string): PageFile | undefined {
  return files.get(path.slice(1)) ?? files.get(`${path.slice(1)}/index.html`);
}

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly impact: string; readonly nodes: { html: string }[] }[];
}

/** What axe-core finds serious or critical on the page as it is. */
export async function seriousFaults(page: Page): Promise<string[]> {
  // By the debugger, which the page's own policy does not bind.
  await page.evaluate(readFileSync(AXE, 'utf8'));
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResult;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Whether the page is wider than the window. */
export const overflows = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth') as Promise<boolean>;
