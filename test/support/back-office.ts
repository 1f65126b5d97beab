/** The back office's pages in a real browser, on a local stack of their own. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Credential } from '../../bin/cli/credentials.ts';
import { openScreens, overflows, picture, seriousFaults } from './screens.ts';
import { openShop, type TestShop } from './shop.ts';

export const ZONE = 'Asia/Shanghai';
const WIDTHS = [320, 1280];

export interface BackOffice {
  readonly shop: TestShop;
  /** What the browser has complained of since the test before. */
  readonly complaints: string[];
  openPage(path: string): Promise<Page>;
  /** The console with the key in it, as a person brings it in: the merchant's own, or another credential. */
  openConsole(credential?: Credential): Promise<Page>;
  stop(): Promise<void>;
}

export async function openBackOffice(): Promise<BackOffice> {
  const shop = await openShop();
  const screens = await openScreens();
  const complaints: string[] = [];
  const openPage = async (path: string) => {
    const page = await screens.open({ width: 1280, locale: 'en', complaints, ahead: shop.now() - Date.now() });
    await page.goto(`${shop.stack.api}${path}`);
    return page;
  };
  return {
    shop,
    complaints,
    openPage,
    async openConsole(credential) {
      const page = await openPage('/console');
      const one = { credentials: [credential] };
      const file = { name: 'one.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(one)) };
      await page.setInputFiles('input[name=file]', credential ? file : shop.stack.credentialsFile);
      await page.waitForSelector('.tabs');
      await settled(page);
      return page;
    },
    async stop() {
      await screens.stop();
      await shop.stop();
    },
  };
}

/** The console beside a till, in its browser; the key is brought in if it is not there yet. */
export async function openConsoleBeside(till: Page, { stack }: TestShop): Promise<Page> {
  const page = await till.context().newPage();
  await page.goto(`${stack.api}/console`);
  await page.waitForSelector('input[name=file], .tabs', { state: 'attached' });
  if (await page.$('input[name=file]')) await page.setInputFiles('input[name=file]', stack.credentialsFile);
  await page.waitForSelector('.tabs');
  await settled(page);
  return page;
}

/** Nothing is being asked for any more. */
export const settled = async (page: Page) => {
  await page.waitForSelector('.loading', { state: 'detached' });
};

export const go = async (page: Page, section: string) => {
  await page.click(`.tabs button:text-is("${section}")`);
  await settled(page);
};

/**
 * The page as it is now fits in both widths and both languages, and can be used by everybody, which is asked once in each
 * width and each language. It is left as it was found.
 */
export async function fitsEverybody(page: Page, name: string): Promise<void> {
  for (const [lang, other, asked] of [
    ['en', '中文', 320],
    ['zh', 'English', 1280],
  ] as const) {
    await page.waitForSelector(`html[lang^=${lang}]`);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      const seen = `${name}-${lang}-${width}`;
      const faults = width === asked ? await seriousFaults(page) : [];
      expect([seen, await overflows(page), faults]).toEqual([seen, false, []]);
      await picture(page, seen);
    }
    await page.click(`header button:text-is("${other}")`);
  }
}

export const figures = async (page: Page): Promise<Record<string, string>> =>
  Object.fromEntries(
    await page.$$eval('.figures .figure', (all) =>
      all.map((it) => [it.querySelector('dt')?.textContent ?? '', it.querySelector('dd')?.textContent ?? '']),
    ),
  );

/** The cells of every row of the tables in `within`. */
export const rows = (page: Page, within = 'main') =>
  page.$$eval(`${within} tbody tr`, (all) => all.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));

export const yuan = (value: number) => `${value < 0 ? '-' : ''}¥${(Math.abs(value) / 100).toFixed(2)}`;
