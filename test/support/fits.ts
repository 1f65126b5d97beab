/** Whether sums keep to their places, measured in the browser. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { picture } from './screens.ts';

const WIDTHS = [320, 390, 768, 1024, 1280, 1920];
/** Browsers round boxes, px. */
const ROUNDING = 1;

/** What sticks out, is broken into lines or lies on something else; run in the page. */
const MEASURE = `(rounding) => {
  const found = [];
  const inner = (box) => {
    const { left, right } = box.getBoundingClientRect();
    const style = getComputedStyle(box);
    return { left: left + parseFloat(style.paddingLeft), right: right - parseFloat(style.paddingRight) };
  };
  const isShown = (it) => it.getClientRects().length > 0;
  const sums = [...document.querySelectorAll('.fit > *, .receipt .line > :last-child, .receipt .total')].filter(isShown);
  for (const sum of sums) {
    const range = document.createRange();
    range.selectNodeContents(sum);
    const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
    if (lines.size > 1) found.push('in lines: ' + sum.textContent);
    const { left, right } = range.getBoundingClientRect();
    const place = inner(sum.closest('.figure, .figures > div, .told, .amount, .card, .receipt'));
    if (right > place.right + rounding || left < place.left - rounding)
      found.push(sum.textContent + ' at ' + left + ' to ' + right + ' in ' + JSON.stringify(place));
    if (parseFloat(getComputedStyle(sum).fontSize) < 12) found.push('too small to read: ' + sum.textContent);
  }
  const tiles = [...document.querySelectorAll('.figure, .figures > div, .sale > .shown, .sale > .told')].filter(isShown);
  for (const one of tiles)
    for (const two of tiles) {
      if (one === two || one.contains(two) || two.contains(one)) continue;
      const [a, b] = [one.getBoundingClientRect(), two.getBoundingClientRect()];
      if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
        found.push('over each other: ' + one.textContent + ' and ' + two.textContent);
    }
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) found.push('sideways: ' + scrollWidth);
  return { sums: sums.map((it) => it.textContent), found };
}`;

/** Every sum of the page fits its place at every width; one of them is `sum`. */
export async function sumsFit(page: Page, name: string, sum: RegExp): Promise<void> {
  const before = page.viewportSize();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    const { sums, found } = (await page.evaluate(`(${MEASURE})(${ROUNDING})`)) as { sums: string[]; found: string[] };
    expect([name, width, found]).toEqual([name, width, []]);
    expect([name, width, sums.filter((text) => sum.test(text)).length > 0]).toEqual([name, width, true]);
    await picture(page, `${name}-${width}`);
  }
  if (before) await page.setViewportSize(before);
}
