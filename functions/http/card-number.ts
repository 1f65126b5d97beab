/** Card numbers in what people write. Pure. A till has no business with them, and whoever stores one is audited for it. */

/** Prefixes and lengths of the card networks (ISO/IEC 7812). Barcodes, IMEIs, dates and our own numbers are others. */
const CARD =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|5[0-8]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}(?:\d{2,5})?|35\d{14,17}|6\d{15,18})$/;

/** Whether a text holds what passes for a card number: 13 to 19 digits, as cards have them, in one piece or in groups. */
export function holdsCardNumber(text: string): boolean {
  // Full-width digits and exotic blanks are read by people all the same.
  const plain = text.normalize('NFKC');
  return [...plain.matchAll(/\d(?:[ -]?\d){12,}/g)].some(([run]) => {
    const groups = run.split(/[ -]/);
    return groups.some((_, from) => beginsWithCardNumber(groups.slice(from)));
  });
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
  return CARD.test(digits) && hasLuhnDigit(digits) && !(digits.length === 13 && hasBarcodeDigit(digits));
}

function hasLuhnDigit(digits: string): boolean {
  const sum = [...digits].reverse().reduce((sum, digit, i) => {
    const value = Number(digit) * (i % 2 === 1 ? 2 : 1);
    return sum + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/** Of an EAN-13, which shops do write: one in ten passes for an old Visa number of 13 digits otherwise. */
function hasBarcodeDigit(digits: string): boolean {
  const sum = [...digits].reduce((sum, digit, i) => sum + Number(digit) * (i % 2 === 1 ? 3 : 1), 0);
  return sum % 10 === 0;
}
