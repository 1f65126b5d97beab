/**
 * Tells a hand scanner from a person, because both type on the same keyboard: a scanner types a whole code at once. Pure; the
 * clock is passed in.
 */
/** So long without a key, and what was typed is over, ms. */
export const SILENCE_MS = 100;
/** Scanners that end a code with Enter may be slow about it, ms. */
export const LATE_ENTER_MS = 500;
/** A scanner needs less than so long for a key on average, a person more, ms. */
const SCANNER_PACE_MS = 50;
/** Shorter than any bar code that is not as short as an amount. */
const SHORTEST_SCAN = 9;
/** What a key pad takes: at most eight digits, and decimals. Typed however fast, it is an amount. */
const LIKE_AN_AMOUNT = /^\d{0,8}(\.\d*)?$/;

/** What was typed without a pause; ms of the clock that the keys come with. */
export interface Burst {
  readonly text: string;
  readonly begunAt: number;
  readonly lastAt: number;
}

/** What is being typed after one more character. */
export function heard(burst: Burst | undefined, character: string, at: number): Burst {
  if (!burst || at - burst.lastAt > SILENCE_MS) return { text: character, begunAt: at, lastAt: at };
  return { text: burst.text + character, begunAt: burst.begunAt, lastAt: at };
}

/** Whether a scanner has typed it. */
export function isScanned({ text, begunAt, lastAt }: Burst): boolean {
  if (text.length < SHORTEST_SCAN || LIKE_AN_AMOUNT.test(text)) return false;
  return (lastAt - begunAt) / (text.length - 1) < SCANNER_PACE_MS;
}
