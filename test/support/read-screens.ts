/** What stands on a page, as it is read there: sums with their names, in their order. */
import type { Page } from 'playwright-core';

export const texts = (page: Page, selector: string): Promise<string[]> =>
  page.$$eval(selector, (all) => all.map((it) => it.textContent ?? ''));

/** Name and sum of each line of the slip that would be printed; of a name with a time only the words. */
export const slip = (page: Page): Promise<string[][]> =>
  page.$$eval('#print .line', (all) =>
    all.map((it) => [...it.children].map((cell) => (cell.textContent ?? '').replace(/ \d{4}-\d\d-\d\d .*/, ''))),
  );

/** Facts of an order, by name. */
export const facts = async (page: Page): Promise<Record<string, string>> =>
  Object.fromEntries(
    await page.$$eval('.facts > div', (all) => all.map((it) => [...it.children].map((cell) => cell.textContent ?? ''))),
  );

/** Name with count, and sum, of each figure of a shift. */
export const shiftFigures = (page: Page): Promise<string[][]> =>
  page.$$eval('.figures > div', (all) =>
    all.map((it) => [...it.children].map((cell) => (cell.textContent ?? '').replace(/\s+/g, ' ').trim())),
  );

/** Sends an amount back from the form that is open, and waits until it is gone. */
export async function refundsAt(till: Page, amount: string): Promise<void> {
  await till.fill('input[name=refund]', amount);
  await till.click('.refund button[type=submit]');
  await till.click('.refund button.danger');
  await till.waitForSelector('[data-result=succeeded]');
}
