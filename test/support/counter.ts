/** A counter in a real browser: the till and the customer's wallet side by side, on one device. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { overflows, picture, type Screens, seriousFaults } from './screens.ts';

const WIDTHS = [320, 1280];

export interface Counter {
  readonly till: Page;
  readonly wallet: Page;
  /** What the browser complained of, beside what a story makes on purpose. */
  readonly complaints: string[];
  /** The amount of every sale that this counter has begun, fen. */
  readonly begun: number[];
  /** Notes a sale that a story begins without `showCode`. */
  begins(amount: string): void;
  /** Types an amount on the key pad. */
  type(amount: string): Promise<void>;
  /** Shows a code for it, and answers the sale's number. */
  showCode(amount: string): Promise<string>;
  /** Waits until the till shows this screen. */
  shows(screen: string): Promise<void>;
  /** Opens the till's code in the wallet. */
  openCode(): Promise<void>;
  enterPassword(): Promise<void>;
  /** The code that the wallet shows. */
  ownCode(): Promise<string>;
  next(): Promise<void>;
  close(): Promise<void>;
}

interface Place {
  readonly api: string;
  /** What its clock is ahead of this machine's, ms. */
  readonly ahead: number;
  readonly locale?: string;
  /** For a till of another store than the demo merchant's first. */
  readonly code?: string;
}

/** With the till enrolled by a new activation code. */
export async function openCounter(screens: Screens, { api, ahead, locale = 'en', code }: Place): Promise<Counter> {
  const complaints: string[] = [];
  const till = await screens.open({ width: 1280, locale, complaints, ahead });
  const wallet = await till.context().newPage();
  await wallet.goto(`${api}/wallet`);
  await till.goto(`${api}/till`);
  await till.bringToFront();
  await till.fill('input[name=code]', code ?? (await activationCode(api)));
  await till.keyboard.press('Enter');
  const counter: Counter = {
    till,
    wallet,
    complaints,
    begun: [],
    begins(amount) {
      const [yuan = '', fen = ''] = amount.split('.');
      counter.begun.push(Number(yuan + fen.padEnd(2, '0')));
    },
    async type(amount) {
      for (const key of amount) await till.keyboard.press(key);
      await till.waitForSelector(`output[data-amount="${amount}"]`);
    },
    async showCode(amount) {
      await counter.type(amount);
      counter.begins(amount);
      await till.keyboard.press('Enter');
      await counter.shows('code');
      return (await till.textContent('.number')) ?? '';
    },
    async shows(screen) {
      await till.waitForSelector(`main[data-screen=${screen}]`, { timeout: 20_000 }).catch(async () => {
        throw new Error(`not ${screen} but ${await till.getAttribute('main', 'data-screen')}`);
      });
    },
    async openCode() {
      const link = (await till.getAttribute('a[target=tillgate-wallet]', 'href')) ?? '';
      await wallet.goto(`${api}${link}`);
      await wallet.waitForSelector('input[name=password]');
    },
    async enterPassword() {
      await wallet.fill('input[name=password]', '246810');
      await wallet.click('button[type=submit]');
    },
    async ownCode() {
      await wallet.click('nav button >> nth=1');
      return (await (await wallet.waitForSelector('[data-code]')).getAttribute('data-code')) ?? '';
    },
    async next() {
      await till.click('.told button.primary');
      await counter.shows('ready');
    },
    close: () => till.context().close(),
  };
  await counter.shows('ready');
  return counter;
}

export async function activationCode(api: string): Promise<string> {
  const response = await fetch(`${api}/__local/activation-codes`, { method: 'POST' });
  return ((await response.json()) as { code: string }).code;
}

/** The id of the terminal that this page has become. */
export async function terminalOf(till: Page): Promise<string> {
  const terminalId = await till.evaluate(`new Promise((resolve) => {
    const opening = indexedDB.open('tillgate-till');
    opening.onsuccess = () => {
      const asked = opening.result.transaction('values').objectStore('values').get('key');
      asked.onsuccess = () => resolve(asked.result.terminalId);
    };
  })`);
  return String(terminalId);
}

/** The page as it stands can be used by everybody, and fits a phone and a desk. */
export async function suitsEverybody(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width === 320 ? 640 : 800 });
    expect([name, width, await overflows(page), await seriousFaults(page)]).toEqual([name, width, false, []]);
    await picture(page, `${name}-${width}`);
  }
  if (before) await page.setViewportSize(before);
}

/** Forgets the complaints that the story itself has made, such as an answer that was lost on purpose. */
export function excuse({ complaints }: Counter, what: RegExp): void {
  complaints.splice(0, complaints.length, ...complaints.filter((it) => !what.test(it)));
}
