import { describe, expect, test } from 'vitest';
import { CURRENCIES } from '../functions/currencies.ts';
import { showMoney } from '../web/shared/say.ts';

const plain = (text: string) => text.replaceAll(/\s/g, ' ');

describe.each(['zh-CN', 'en'] as const)('money on a screen in %s', (lang) => {
  const show = (currency: string, value: number) => plain(showMoney(lang, { currency, value }));

  test.each([
    ['CNY', 1_234, '¥12.34'],
    ['CNY', 8_888_888_888, '¥88,888,888.88'],
    ['CNY', -5, '-¥0.05'],
    ['JPY', 1_000, 'JPY 1,000'],
    ['IDR', 1_234_567, 'Rp 12,345.67'],
    ['EUR', 1, '€0.01'],
    ['USD', 1_234, 'USD 12.34'],
    ['HKD', 1_234, 'HKD 12.34'],
    ['KWD', 1_234, 'KWD 1.234'],
    ['HUF', 101, 'Ft 1.01'],
  ])('%s %i is %s', (currency, value, text) => {
    expect(show(currency, value)).toBe(text);
  });

  test('has the digits of the table in every currency, whatever the browser thinks of it', () => {
    for (const [currency, digits] of CURRENCIES) {
      const text = show(currency, 1_234_567);
      const whole = { 0: '1,234,567', 2: '12,345.67', 3: '1,234.567' }[digits];
      expect([currency, /\d.*\d/.exec(text)?.[0]]).toEqual([currency, whole]);
    }
  });

  test('is told from the same number in every other currency', () => {
    const texts = [...CURRENCIES.keys()].map((currency) => show(currency, 1_234).replaceAll(/[\d.,]/g, ''));
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts.length).toBeGreaterThan(100);
  });

  test('of an earlier version is shown as it was written', () => {
    expect(show('RMB', 1_234)).toBe('RMB 12.34');
  });
});
