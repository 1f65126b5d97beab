/** What tells a hand scanner from a person at the till's keyboard, for every way of typing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTillCode } from '../functions/channel/channels.ts';
import { type Burst, heard, isScanned, SILENCE_MS } from '../web/till/hand-scanner.ts';

const SEED = { seed: 15 };
const digits = (least: number, most: number) => fc.stringMatching(new RegExp(`^[0-9]{${least},${most}}$`));
const code = digits(16, 24);
const amount = fc.stringMatching(/^[1-9][0-9]{0,7}(\.[0-9]{1,2})?$/);
const gap = (min: number, max: number) => fc.integer({ min, max });
/** Pauses before each character after the first. */
const gaps = (min: number, max: number) => fc.array(gap(min, max), { minLength: 40, maxLength: 40 });

/** Types `text` from `at`, and answers what is being typed at its end. */
function type(text: string, pauses: readonly number[], before?: Burst, at = 0): Burst {
  let [burst, now] = [before, at];
  for (const [i, character] of [...text].entries()) {
    now += i === 0 ? 0 : (pauses[i - 1] ?? 0);
    burst = heard(burst, character, now);
  }
  return burst as Burst;
}

describe('screens A1 a hand scanner', () => {
  test('is known by its pace, whatever code it types', () => {
    fc.assert(
      fc.property(code, gaps(0, 49), (text, pauses) => {
        const burst = type(text, pauses);
        expect([burst.text, isScanned(burst)]).toEqual([text, true]);
      }),
      SEED,
    );
  });

  test('may stop for a moment, as long as it is fast on the whole', () => {
    fc.assert(
      fc.property(code, gap(1, 14), gap(50, SILENCE_MS), (text, where, stop) => {
        const pauses = Array.from({ length: text.length }, (_, i) => (i === where ? stop : 8));
        expect(isScanned(type(text, pauses))).toBe(true);
      }),
      SEED,
    );
  });

  test('is not a person, who types the same digits slowly', () => {
    fc.assert(
      fc.property(code, gaps(50, 400), (text, pauses) => {
        expect(isScanned(type(text, pauses))).toBe(false);
      }),
      SEED,
    );
  });

  test('never types an amount: what a key pad takes is a person, however fast', () => {
    fc.assert(
      fc.property(amount, gaps(0, 5), (text, pauses) => {
        expect(isScanned(type(text, pauses))).toBe(false);
      }),
      SEED,
    );
  });

  test('types after a person: the amount is not part of the code', () => {
    fc.assert(
      fc.property(
        amount,
        gaps(50, 400),
        gap(SILENCE_MS + 1, 5_000),
        code,
        gaps(0, 49),
        (typed, slow, pause, text, fast) => {
          const person = type(typed, slow);
          const scanned = type(text, fast, person, person.lastAt + pause);
          expect([scanned.text, isScanned(scanned)]).toEqual([text, true]);
        },
      ),
      SEED,
    );
  });

  test('types one code after the other: two codes', () => {
    fc.assert(
      fc.property(code, code, gaps(0, 49), gap(SILENCE_MS + 1, 5_000), (one, two, pauses, pause) => {
        const first = type(one, pauses);
        expect(type(two, pauses, first, first.lastAt + pause).text).toBe(two);
      }),
      SEED,
    );
  });

  test.each([
    ['a bar code of goods', '6901234567892', true],
    ['a link from the code of a person', 'https://qr.alipay.com/fkx1234567', true],
    ['longer than any payment code', '1'.repeat(30), true],
    ['the largest amount', '88888888.88', false],
    ['too short for any code', '12345678', false],
    ['one character', '1', false],
  ])('%s', (_, text, expected) => {
    expect(isScanned(type(text, Array(40).fill(10)))).toBe(expected);
  });

  test('knows the codes of Alipay', () => {
    fc.assert(
      fc.property(digits(14, 26), (text) => {
        const isCode = text.length >= 16 && text.length <= 24 && text >= '25' && text < '31';
        expect(isTillCode('alipay', text)).toBe(isCode);
      }),
      { ...SEED, numRuns: 1_000 },
    );
    for (const [text, expected] of [
      ['2500000000000000', true],
      ['300000000000000000000000', true],
      ['134567890123456789', false],
      ['250000000000000', false],
    ] as const)
      expect(isTillCode('alipay', text)).toBe(expected);
  });
});
