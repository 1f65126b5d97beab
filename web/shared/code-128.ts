/**
 * Code 128 (ISO/IEC 15417), the bar code of tickets and payment codes: printable ASCII in code set B, digits in pairs in
 * code set C. Pure.
 */

/** Widths of bar, space, bar, … by symbol value; 103 to 105 start in A, B and C, 106 stops. */
const PATTERNS = (
  '212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 ' +
  '123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 ' +
  '232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 ' +
  '313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 ' +
  '111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 ' +
  '111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 ' +
  '114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112'
).split(' ');

const START_B = 104;
const START_C = 105;
const CODE_B = 100;
const CODE_C = 99;
const STOP = 106;

/** The symbol values of `text` from start to stop, check symbol included. @throws RangeError beyond printable ASCII */
function symbolsOf(text: string): number[] {
  if (!/^[ -~]+$/.test(text)) throw new RangeError('Code 128 here holds printable ASCII, and something of it');
  const symbols: number[] = [];
  let set: 'B' | 'C' | undefined;
  for (let at = 0; at < text.length; ) {
    const digits = /^[0-9]*/.exec(text.slice(at))?.[0].length ?? 0;
    // A change of set costs a symbol: it pays from four digits on, or when they are all there is.
    const pays = digits >= 4 || (digits === 2 && text.length === 2);
    const wanted: 'B' | 'C' = set === 'C' ? (digits >= 2 ? 'C' : 'B') : pays && digits % 2 === 0 ? 'C' : 'B';
    if (wanted !== set) {
      const start = wanted === 'B' ? START_B : START_C;
      const change = wanted === 'B' ? CODE_B : CODE_C;
      symbols.push(set === undefined ? start : change);
      set = wanted;
    }
    symbols.push(set === 'C' ? Number(text.slice(at, at + 2)) : text.charCodeAt(at) - 32);
    at += set === 'C' ? 2 : 1;
  }
  const [start = 0, ...data] = symbols;
  const check = data.reduce((sum, symbol, i) => sum + symbol * (i + 1), start) % 103;
  return [...symbols, check, STOP];
}

/** Widths in modules: bar, space, bar, … */
export function widthsOf(text: string): number[] {
  return symbolsOf(text).flatMap((symbol) => [...(PATTERNS[symbol] ?? '')].map(Number));
}
