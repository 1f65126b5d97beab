/** What people write, and what of it is no text: characters that end a line, that are not visible, or that turn what stands around them. Pure. */

/** Control characters, and the two separators that end a line as a line feed does: they would end up in logs and reports. */
const BREAKS_LINES = /[\p{Cc}\u2028\u2029]/u;
/**
 * Characters of format: they turn the direction of what follows, hide between letters, or carry text that no screen shows.
 * The two joiners (U+200C, U+200D) stay: Persian, Indian scripts and emoji are spelt with them.
 */
const UNSEEN = /(?![\u200C\u200D])\p{Cf}/u;
/** What leaves a text blank, if there is nothing else in it: blanks, what fonts leave out, and the Braille cell without dots. */
const BLANK = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** What is wrong with a text, in words that follow its name; `undefined`: nothing. */
export function textFault(text: string): string | undefined {
  if (!text.isWellFormed() || BREAKS_LINES.test(text)) return 'must be text without control characters';
  if (UNSEEN.test(text)) return 'must be text without invisible characters';
  return BLANK.test(text) ? 'must not be blank' : undefined;
}

/** The one spelling of a text that is kept and compared: an accent typed apart from its letter is the same letter (NFC). */
function spelling(text: string): string {
  return text.normalize('NFC');
}

/** Whether two texts are spelt alike; an absent one is like an absent one only. What was stored before is kept as it was typed. */
export function isSpeltAlike(a: string | undefined, b: string | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && spelling(a) === spelling(b));
}

/** Letters and digits that are written from right to left, by the blocks that Unicode keeps for them. */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/**
 * A text of others, to stand in a sentence of ours: first strong isolate and its end (U+2068, U+2069) around it, where without them it
 * would turn what stands beside it. Any other text is as it was. Where there is markup, `<bdi>` does the same.
 */
export function isolated(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
}
