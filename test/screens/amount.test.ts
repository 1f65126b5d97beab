/** What is typed, pasted or scanned as an amount is that amount to the last minor unit, or none; the arithmetic here has its own digits and whole numbers. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amountOf, padKeyOf, refundOf, shownAs, typed } from '../../web/shared/amount.ts';

const SEED = { seed: 16, numRuns: 500 };
const DIGITS = { JPY: 0, CNY: 2, KWD: 3 } as const;
type Currency = keyof typeof DIGITS;
const CURRENCIES = Object.keys(DIGITS) as Currency[];
const currencies = fc.constantFrom(...CURRENCIES);

/** `1234` in fils is `1.234`: cut from the digits, never divided. */
function written(currency: Currency, value: number): string {
  const digits = DIGITS[currency];
  const text = String(value).padStart(digits + 1, '0');
  const at = text.length - digits;
  return digits === 0 ? text : `${text.slice(0, at)}.${text.slice(at)}`;
}

/** The minor units of plain decimal text, or undefined for anything else and for what would have to be rounded. */
function unitsOf(currency: Currency, text: string): bigint | undefined {
  const [whole = '', fraction = '', ...more] = text.split('.');
  const digits = DIGITS[currency];
  const isPlain = more.length === 0 && [...whole, ...fraction].every((it) => '0123456789'.includes(it));
  if (!isPlain || whole === '' || (text.includes('.') && fraction === '')) return undefined;
  const [kept, lost] = [fraction.slice(0, digits).padEnd(digits, '0'), fraction.slice(digits)];
  return [...lost].some((it) => it !== '0') ? undefined : BigInt(whole + kept);
}

const press = (currency: string, keys: Iterable<string>, text = '') =>
  [...keys].reduce((before, key) => {
    const padKey = padKeyOf(key);
    return padKey === undefined ? before : typed(before, padKey, currency);
  }, text);

/** All amounts that have eight digits before the point, small ones more often. */
const amounts = currencies.chain((currency) => {
  const most = 99_999_999 * 10 ** DIGITS[currency];
  const value = fc.oneof(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: 1, max: most }));
  return fc.record({ currency: fc.constant(currency), value });
});
/** The most that an order may have, minor units: 100 million yuan. */
const MOST = 10_000_000_000;

describe('the key pad', () => {
  test('reads every amount of up to a thousand yuan as it is typed', () => {
    const wrong = [];
    for (let value = 1; value < 100_000; value += 1) {
      const text = written('CNY', value);
      const read = amountOf('CNY', press('CNY', text));
      if (read?.value !== value || read.currency !== 'CNY') wrong.push([text, read]);
    }
    expect(wrong).toEqual([]);
  });

  test('reads every amount in every currency, and nothing that is more than an order may have', () => {
    fc.assert(
      fc.property(amounts, ({ currency, value }) => {
        const text = written(currency, value);
        expect([press(currency, text), amountOf(currency, text)]).toEqual([
          text,
          value > MOST ? undefined : { currency, value },
        ]);
      }),
      SEED,
    );
    expect(amountOf('KWD', '10000000.000')).toEqual({ currency: 'KWD', value: MOST });
    expect(amountOf('KWD', '10000000.001')).toBeUndefined();
  });

  test('reads the digits and points of other keyboards as its own', () => {
    const other = (character: string) =>
      character === '.'
        ? fc.constantFrom('.', ',', '，', '。', '．')
        : fc.constantFrom(character, '０１２３４５６７８９'.charAt(Number(character)));
    const keys = amounts.chain(({ currency, value }) =>
      fc.tuple(...[...written(currency, value)].map(other)).map((keys) => ({ currency, value, keys })),
    );
    fc.assert(
      fc.property(keys, ({ currency, value, keys }) => {
        expect(press(currency, keys)).toBe(written(currency, value));
      }),
      SEED,
    );
  });

  test('takes any keys in any order: what it shows is always an amount or one that is being typed', () => {
    const key = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...'0123456789') },
      fc.constantFrom('.', ',', '。', 'Backspace', 'a', '-', '+', 'e', ' ', '٣', '²', 'Enter', '¥'),
    );
    fc.assert(
      fc.property(currencies, fc.array(key, { maxLength: 30 }), (currency, keys) => {
        let [whole, fraction, hasPoint] = ['', '', false];
        for (const key of keys) {
          if (key === 'Backspace') {
            if (fraction !== '') fraction = fraction.slice(0, -1);
            else if (hasPoint) hasPoint = false;
            else whole = whole.slice(0, -1);
          } else if ('.,。'.includes(key)) {
            if (DIGITS[currency] > 0 && !hasPoint) [whole, hasPoint] = [whole === '' ? '0' : whole, true];
          } else if ('0123456789'.includes(key)) {
            if (hasPoint) fraction = fraction.length < DIGITS[currency] ? fraction + key : fraction;
            else if (whole === '0') whole = key;
            else whole = whole.length < 8 ? whole + key : whole;
          }
        }
        const text = whole + (hasPoint ? '.' : '') + fraction;
        const units = unitsOf(currency, text.replace(/\.$/, ''));
        const isAmount = units !== undefined && units > 0n && units <= BigInt(MOST);
        const shown = press(currency, keys);
        expect([shown, amountOf(currency, shown)]).toEqual([
          text,
          isAmount ? { currency, value: Number(units) } : undefined,
        ]);
      }),
      SEED,
    );
  });

  test.each([
    ['CNY', '19.99', 1_999],
    ['CNY', '0.29', 29],
    ['CNY', '1.005', 100],
    ['CNY', '4.35', 435],
    ['CNY', '8.2', 820],
    ['CNY', '8.', 800],
    ['CNY', '.07', 7],
    ['CNY', '0.00', undefined],
    ['CNY', '', undefined],
    ['CNY', '007.5', 750],
    ['CNY', '99999999.99', 9_999_999_999],
    ['CNY', '123456789', 1_234_567_800],
    ['KWD', '1.005', 1_005],
    ['KWD', '0.001', 1],
    ['JPY', '1', 1],
    ['JPY', '99999999', 99_999_999],
  ])('%s %s', (currency, keys, value) => {
    expect(amountOf(currency, press(currency, keys))).toEqual(value === undefined ? undefined : { currency, value });
  });

  test.each([
    ['¥0.00', '', '¥0.00'],
    ['¥0.00', '12.', '¥12.'],
    ['JPY 0', '1200', 'JPY 1200'],
    ['KWD 0.000', '0.0', 'KWD 0.0'],
  ])('shows %s with %j as %s', (zero, text, shown) => {
    expect(shownAs(zero, text)).toBe(shown);
  });
});

describe('a refund', () => {
  test('is read to the unit, with spaces around it, in full width or not, and never more than may go back', () => {
    const spelt = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => `  ${text}\n`,
      (text) => `000${text}`,
      (text) => text.replace(/[0-9]/g, (it) => '０１２３４５６７８９'.charAt(Number(it))),
      (text) => text.replace('.', '．'),
      (text) => text.replace('.', '。'),
    );
    fc.assert(
      fc.property(amounts, spelt, fc.integer({ min: -1, max: 1 }), ({ currency, value }, spell, more) => {
        const read = refundOf({ currency, value: value + more }, spell(written(currency, value)));
        expect(read).toEqual(more < 0 ? undefined : { currency, value });
      }),
      SEED,
    );
  });

  test('of any text is exactly that text, or none', () => {
    const likely = fc.string({ unit: fc.constantFrom(...'00123456789..,-+eE ￥０９．。²٣'), maxLength: 20 });
    fc.assert(
      fc.property(currencies, fc.oneof(likely, fc.string()), (currency, text) => {
        const plain = text
          .trim()
          .replace(/[０-９]/g, (it) => String('０１２３４５６７８９'.indexOf(it)))
          .replaceAll('．', '.')
          .replace('。', '.');
        const units = unitsOf(currency, plain);
        const read = refundOf({ currency, value: MOST }, text);
        // A text that says an amount may be refused, for instance for its length; it is never read as another one.
        if (units === undefined || units === 0n || units > BigInt(MOST)) expect(read).toBeUndefined();
        else expect([undefined, Number(units)]).toContain(read?.value);
      }),
      { ...SEED, numRuns: 3_000 },
    );
  });

  test.each([
    ['CNY', '19.99', 1_999],
    ['CNY', '0.29', 29],
    ['CNY', '1.005', undefined],
    ['CNY', '1.000', 100],
    ['CNY', '007.50', 750],
    ['CNY', '1,50', undefined],
    ['CNY', '1,000.00', undefined],
    ['CNY', '５．２０', 520],
    ['CNY', '５。２', 520],
    ['CNY', '1.2.3', undefined],
    ['CNY', '1e3', undefined],
    ['CNY', '-5', undefined],
    ['CNY', '+5', undefined],
    ['CNY', '0', undefined],
    ['CNY', '', undefined],
    ['CNY', '¥5.00', undefined],
    ['CNY', '²', undefined],
    ['CNY', '100000000.01', undefined],
    ['CNY', '100000000.00', MOST],
    ['CNY', '9'.repeat(30), undefined],
    ['JPY', '5.00', 5],
    ['JPY', '5.5', undefined],
    ['KWD', '1.005', 1_005],
    ['XXX', '5', undefined],
  ])('%s %s', (currency, text, value) => {
    expect(refundOf({ currency, value: MOST }, text)?.value).toBe(value);
  });
});
