/** A report to which things happen on its way: an amount never changes without its refusal, or its sums, saying so. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSettlementReport } from '../../functions/channel/antom/report.ts';
import { minorDigits } from '../../functions/money.ts';
import { type Cells, CUSTOMER, cellsOf, HEADER, ORDER, textOf } from './antom-report-files.ts';

const read = (file: Buffer | string) => readSettlementReport(Buffer.from(file), { customerId: CUSTOMER });

const AMOUNTS = HEADER.filter((name) => /AmountValue$|^disputeHandlingFee$/.test(name));

/** Major units, by the text and not by the code that is tested. */
function major(value: number, currency: string): string {
  const digits = minorDigits(currency);
  const text = String(Math.abs(value)).padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  return `${value < 0 ? '-' : ''}${whole}${digits === 0 ? '' : `.${text.slice(-digits)}`}`;
}

const kinds = fc.constantFrom('PAYMENT', 'REFUND', 'CANCEL', 'PAYMENT_REVERSAL', 'REFUND_REVERSAL', 'DISPUTE');
const currencies = fc.constantFrom('JPY', 'HKD', 'CNY', 'USD', 'KWD');
const drawn = fc.record({
  kind: kinds,
  from: currencies,
  to: currencies,
  amount: fc.integer({ min: 1, max: 10_000_000_000 }),
  gross: fc.integer({ min: 0, max: 10_000_000_000 }),
  fees: fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: -1_000, max: 1_000 }))),
});

const isBroughtIn = (kind: string) => kind === 'PAYMENT' || kind === 'REFUND_REVERSAL';

function rowOf(
  { kind, from, to, amount, gross, fees }: typeof drawn extends fc.Arbitrary<infer T> ? T : never,
  i: number,
): Cells {
  const sign = isBroughtIn(kind) ? 1 : -1;
  const net = sign * gross + fees.reduce((sum, fee) => sum + fee, 0);
  const [first = 0, second = 0, third = 0, fourth = 0] = fees;
  return cellsOf({
    transactionType: kind,
    transactionRequestId: i % 3 === 0 ? `web-${i}` : `${ORDER}_r${i + 1}`,
    originalTransactionRequestId: i % 3 === 2 ? '' : `${ORDER}_1`,
    transactionAmountValue: major(sign * amount, from),
    transactionCurrency: from,
    convertedTransactionAmountValue: major(sign * gross, to),
    settlementAmountValue: major(net, to),
    settlementCurrency: to,
    paymentMethodFeeAmountValue: major(first, to),
    fxFeeAmountValue: major(second, to),
    withholdingTaxAmountValue: major(third, to),
    disputeHandlingFee: major(fourth, to),
  });
}

const reports = fc.array(drawn, { minLength: 1, maxLength: 6 }).map((its) => its.map(rowOf));

test('fuzz: what was written is read, and its sums are those of the cells', () => {
  fc.assert(
    fc.property(fc.array(drawn, { minLength: 1, maxLength: 12 }), (its) => {
      const report = read(textOf(its.map(rowOf)));
      if (report.kind !== 'settled') return expect(report).toBe('settled');
      for (const to of ['JPY', 'HKD', 'CNY', 'USD', 'KWD']) {
        const ours = its.filter((it) => it.to === to);
        const signed = (kind: string, value: number) => (isBroughtIn(kind) ? value : 0 - value);
        const expected = {
          rows: ours.length,
          gross: ours.reduce((sum, { kind, gross }) => sum + signed(kind, gross), 0),
          fees: 0 - ours.flatMap(({ fees }) => fees).reduce((sum, fee) => sum + fee, 0),
        };
        const rows = report.totals.filter((total) => total.currency === to);
        const sum = (of: 'rows' | 'gross' | 'fees' | 'net') => rows.reduce((total, row) => total + row[of], 0);
        expect({ rows: sum('rows'), gross: sum('gross'), fees: sum('fees') }).toEqual(expected);
        expect(sum('net')).toBe(expected.gross - expected.fees);
      }
      for (const { gross, fee, net } of report.lines) expect(net).toBe(gross - fee);
    }),
    { numRuns: 500, seed: 20 },
  );
});

test('fuzz: no file that differs in one byte of an amount is taken without its sums saying so', () => {
  let [refused, noticed] = [0, 0];
  const change = fc.record({
    rows: reports,
    row: fc.nat(5),
    name: fc.constantFrom(...AMOUNTS),
    place: fc.nat(14),
    byte: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...'0123456789') },
      { weight: 1, arbitrary: fc.constantFrom(...'.-+, "\n\t') },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) },
    ),
  });
  fc.assert(
    fc.property(change, ({ rows, row, name, place, byte }) => {
      const at = row % rows.length;
      const cell = rows[at]?.[name] ?? '';
      fc.pre(cell !== '');
      const i = place % cell.length;
      fc.pre(cell[i] !== byte);
      // A mark that no cell has, so that the writer of the file quotes nothing.
      const marked = rows.map((cells, k) => (k === at ? { ...cells, [name]: '~' } : cells));
      const [before = '', behind = ''] = textOf(marked).split('~');
      const latin = Buffer.from(`${cell.slice(0, i)}${byte}${cell.slice(i + 1)}`, 'latin1');
      const report = read(Buffer.concat([Buffer.from(before), latin, Buffer.from(behind)]));
      if (report.kind === 'broken') {
        refused += 1;
        return;
      }
      // A blank in the place of a last zero, or of the only one, says the same.
      const changed = latin.toString('latin1').trim();
      const original = read(textOf(rows));
      expect(original.kind).toBe('settled');
      if (Number(changed) === Number(cell)) expect(report).toEqual(original);
      else {
        expect(report.totals).not.toEqual((original as typeof report).totals);
        noticed += 1;
      }
    }),
    { numRuns: 10_000, seed: 20 },
  );
  console.log(refused, noticed);
  expect([refused > 4_000, noticed > 400]).toEqual([true, true]);
});

test('fuzz: any bytes are read or refused with a line, and nothing is thrown', () => {
  const whole = Buffer.from(textOf([cellsOf({})]));
  const cut = fc.tuple(fc.nat(whole.length), fc.uint8Array({ maxLength: 40 }), fc.nat(whole.length));
  fc.assert(
    fc.property(cut, ([begin, bytes, end]) => {
      const report = read(Buffer.concat([whole.subarray(0, begin), bytes, whole.subarray(end)]));
      expect(report.kind === 'settled' || (report.line >= 1 && report.why.startsWith(`line ${report.line}`))).toBe(
        true,
      );
    }),
    { numRuns: 5_000, seed: 20 },
  );
});
