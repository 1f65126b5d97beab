/** Our pages in a real browser: with every complaint of it kept. */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import axe from 'axe-core';
import { chromium, type Page } from 'playwright-core';

/** The Chromium of this machine: `CHROMIUM`, or one on the path. */
export function chromiumPath(): string {
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

/** Where pictures of what the tests see are put, for people to look at. */
const PICTURES = process.env.PICTURES;

/** Takes a picture of the whole page, if pictures are wanted. */
export async function picture(page: Page, name: string): Promise<void> {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

const AHEAD = 'ahead in tests';

/** From now on the device of this page, with all its pages, is `ahead` ms of this machine. */
export const turnDevice = (page: Page, ahead: number): Promise<void> =>
  page.evaluate(`localStorage.setItem('${AHEAD}', '${ahead}')`) as Promise<void>;

export interface Screens {
  /** A page of a new profile, on a device whose clock is `ahead` ms of this machine's. `complaints` gets what the console of the browser says, and what the policy refuses. */
  open(options: { width: number; locale: string; complaints: string[]; ahead: number }): Promise<Page>;
  stop(): Promise<void>;
}

export async function openScreens(): Promise<Screens> {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] });
  return {
    async open({ width, locale, complaints, ahead }) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, locale, acceptDownloads: true });
      await context.addInitScript(`{
        const now = Date.now;
        Date.now = () => now() + Number(localStorage.getItem('${AHEAD}') ?? ${ahead});
      }`);
      context.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      context.on('weberror', (error) => complaints.push(String(error.error())));
      return context.newPage();
    },
    stop: () => browser.close(),
  };
}

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly impact: string; readonly nodes: { html: string }[] }[];
}

/** What axe-core finds serious or critical on the page as it is. */
export async function seriousFaults(page: Page): Promise<string[]> {
  // By the debugger, which the page's own policy does not bind.
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResult;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Whether the page is wider than the window. */
export const overflows = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth') as Promise<boolean>;
