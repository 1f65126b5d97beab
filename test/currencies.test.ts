import currencyCodes from 'currency-codes';
import { describe, expect, test } from 'vitest';
import { CURRENCIES } from '../functions/currencies.ts';
import { fromDecimalText, minorDigits, toDecimalText } from '../functions/money.ts';

/** What the package lists, and what no shop is paid in. */
const NO_MONEY = {
  funds: 'BOV CHE CHW CLF COU MXV USN UYI UYW',
  metals: 'XAG XAU XPD XPT',
  bonds: 'XBA XBB XBC XBD',
  'units of account': 'XDR XSU XUA',
  'tests and nothing': 'XTS XXX',
};
/** Of ISO 4217 since 2025-03-31; the package is older. */
const NEWER = [['XCG', 2]] as const;

describe('money: the table of currencies', () => {
  test('is ISO 4217 as currency-codes has it, but for what is no money', () => {
    const noMoney = new Set(Object.values(NO_MONEY).flatMap((codes) => codes.split(' ')));
    const named = currencyCodes.data.map(({ code, digits }) => [code, digits] as const);
    // Whoever takes a newer package finds here what it has learned.
    for (const [code] of NEWER) expect(named.map(([known]) => known)).not.toContain(code);
    for (const code of noMoney) expect(named.map(([known]) => known)).toContain(code);
    const expected = [...named.filter(([code]) => !noMoney.has(code)), ...NEWER];
    expect([...CURRENCIES].sort()).toEqual(expected.sort());
  });

  test('says how an amount is written', () => {
    for (const [currency, digits] of CURRENCIES) {
      const text = toDecimalText({ currency, value: 1_234_567 });
      expect([minorDigits(currency), text.split('.')[1]?.length ?? 0]).toEqual([digits, digits]);
      expect(fromDecimalText(currency, text)).toEqual({ currency, value: 1_234_567 });
    }
  });

  test.each(['XXX', 'XTS', 'XAU', 'CLF', 'RMB', 'cny', 'yuan', '', 'constructor'])('%j is no currency', (code) => {
    for (const use of [
      () => minorDigits(code),
      () => toDecimalText({ currency: code, value: 1 }),
      () => fromDecimalText(code, '1'),
      () => fromDecimalText(code, 'no number'),
    ])
      expect(use).toThrow(new RangeError(`not a currency: ${code}`));
  });
});
