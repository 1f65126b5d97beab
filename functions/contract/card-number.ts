/** Card numbers in what people write. Pure. A till has no business with them, and a system that stores one is audited for it. */

/**
 * Beginnings and lengths of what card networks issue (ISO/IEC 7812): UnionPay, Visa, Mastercard, American Express, Diners
 * Club, JCB, Discover, and the ranges of Maestro that are still in use. Barcodes, IMEIs, dates, a channel's numbers and our
 * own are others. Visa numbers of 13 digits are not issued any more, and every tenth barcode (EAN-13) would pass for one.
 */
const ISSUED = [
  '62\\d{14,17}',
  '4\\d{15}(?:\\d{3})?',
  '5[1-5]\\d{14}',
  '2(?:22[1-9]|2[3-9]\\d|[3-6]\\d\\d|7[01]\\d|720)\\d{12}',
  '3[47]\\d{13}',
  '3(?:0[0-5]\\d|095|[689]\\d\\d)\\d{10,15}',
  '35(?:2[89]|[3-8]\\d)\\d{12,15}',
  '6(?:011|4[4-9]\\d|5\\d\\d)\\d{12,15}',
  '(?:50(?:18|20|38)|5893|6304|67(?:59|6[1-3]))\\d{12,15}',
];
const CARD = new RegExp(`^(?:${ISSUED.join('|')})$`);
/**
 * Systems number their sales by the time, `yyMMddHHmm` and six more digits, which until 2027 begins like a Mastercard. One
 * in two hundred of those cards reads as a time, too.
 */
const TIMED = /^2[2-7](?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d{7}$/;

/** What people put between the digits of one number: blanks, dots, slashes, dashes, underscores, and invisible characters. */
const BETWEEN = '[\\p{White_Space}\\p{Pd}\\p{Pc}\\p{Default_Ignorable_Code_Point}./\\\\·•‧∙⋅・−⁄]+';
const NUMBER = new RegExp(`\\d(?:(?:${BETWEEN})?\\d){13,}`, 'gu');
const GAP = new RegExp(BETWEEN, 'u');

/** Whether a text holds what passes for a card number: 14 to 19 digits, as cards have them, in one piece or in groups. */
export function holdsCardNumber(text: string): boolean {
  return [...withPlainDigits(text).matchAll(NUMBER)].some(([run]) => {
    const groups = run.split(GAP);
    return groups.some((_, from) => beginsWithCardNumber(groups.slice(from)));
  });
}

/** Full-width, Arabic, Devanagari and all other decimal digits are read by people, too. */
function withPlainDigits(text: string): string {
  return text.normalize('NFKC').replace(/(?!\d)\p{Nd}/gu, (digit) => String(digitOf(digit)));
}

/** Unicode has decimal digits in runs from 0 to 9, one after the other. */
function digitOf(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return (code - zero) % 10;
}

function beginsWithCardNumber(groups: readonly string[]): boolean {
  let digits = '';
  for (const group of groups) {
    digits += group;
    if (digits.length > 19) return false;
    if (isCardNumber(digits)) return true;
  }
  return false;
}

function isCardNumber(digits: string): boolean {
  return CARD.test(digits) && hasLuhnDigit(digits) && !TIMED.test(digits);
}

function hasLuhnDigit(digits: string): boolean {
  const sum = [...digits].reverse().reduce((sum, digit, i) => {
    const value = Number(digit) * (i % 2 === 1 ? 2 : 1);
    return sum + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
