/**
 * Statements that were sealed by the version before lines said what is received, as its tables have them. Among the orders are one
 * whose shop paid a discount, and one that another cashier scanned than the one who opened it: such lines keep what they said.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Merchant } from '../../functions/merchant/merchant.ts';
import { upgraded } from '../../functions/order/upgrade.ts';
import {
  type Column,
  csvHeader,
  csvRows,
  lineColumns,
  terminalColumns,
  totalsColumns,
} from '../../functions/statement/export/csv.ts';
import { lineView } from '../../functions/statement/lines.ts';
import { verifyStatements } from '../../functions/statement/verify.ts';
import type { Table } from '../../functions/table/table.ts';
import { DAY } from '../../functions/time.ts';
import { MIDNIGHT } from './busy-day.ts';
import { DELAY, newShop, type Shop } from './shop.ts';

interface Sealed {
  readonly merchant: Merchant;
  /** The items, each as its JSON text. */
  readonly orders: readonly string[];
  readonly statements: readonly string[];
  readonly csv: readonly { statementId: string; lines: string; totals: string; terminals: string }[];
}

const SETTLEMENT =
  'settlementCurrency,settlementGross,settlementGrossMinor,settlementFee,settlementFeeMinor,settlementNet,' +
  'settlementNetMinor,quotePair,quotePrice,settlementState';

const sealed: Sealed = JSON.parse(readFileSync(join(import.meta.dirname, 'sealed/schema-1.json'), 'utf8'));
const { merchant } = sealed;

let shop: Shop;
beforeEach(async () => {
  shop = await newShop();
  const put = async (table: Table, items: readonly string[]) => {
    // Orders as a rewrite of the table leaves them: an index of today has no items of the first layout.
    for (const item of items) await table.create(upgraded(JSON.parse(item)));
  };
  await put(shop.tables.directory, [JSON.stringify(merchant)]);
  await put(shop.tables.orders, sealed.orders);
  await put(shop.tables.statements, sealed.statements);
});

const verify = () =>
  verifyStatements(
    shop.services(() => MIDNIGHT + 3 * DAY),
    merchant.id,
  );
async function filesOf({ statement, totals, lines }: Awaited<ReturnType<Shop['books']>>[number]) {
  const { rows } = await shop.statements.terminals(statement, { limit: Number.MAX_SAFE_INTEGER, cursor: undefined });
  const file = <Row>(columns: readonly Column<Row>[], its: readonly Row[]) =>
    csvHeader(columns) + csvRows(columns, its);
  return {
    lines: file(lineColumns(statement.zone), lines.map(lineView)),
    totals: file(totalsColumns(statement), totals),
    terminals: file(terminalColumns(statement), rows),
  };
}

test('money F3 a statement sealed by the version before has the same hash and the same CSV up to the old last column', async () => {
  const stored = sealed.statements.map((item) => JSON.parse(item));
  const hashes = new Map(stored.flatMap(({ statementId, hash }) => (hash ? [[statementId, hash]] : [])));
  const books = await shop.books(merchant.id);
  expect(books.map(({ statement }) => [statement.statementId, statement.hash])).toEqual([...hashes]);
  expect((await verify()).findings).toEqual([]);

  const added = {
    lines: [14, `received,receivedMinor,saleStoreId,saleTerminalId,${SETTLEMENT}`],
    totals: [6],
    terminals: [6],
  };
  for (const [i, book] of books.entries()) {
    const files = await filesOf(book);
    for (const name of ['lines', 'totals', 'terminals'] as const) {
      const before = (sealed.csv[i]?.[name] ?? '').split('\r\n');
      const now = files[name].split('\r\n');
      // No text is in the columns at the end that has a comma or a quote in it.
      const cut = now.map((row) => row.split(',').slice(0, -Number(added[name][0])).join(','));
      expect(cut).toEqual(before);
      expect(before.length).toBeGreaterThan(5);
    }
    expect(files.lines.split('\r\n')[0]).toMatch(new RegExp(`,agreementId,${added.lines[1]}$`));
  }
});

test('money F3 its lines say that all of gross was received, and stand where they stood', async () => {
  const [book] = await shop.books(merchant.id);
  const told = (no: string) =>
    book?.lines
      .filter(({ merchantOrderNo }) => merchantOrderNo === no)
      .map(({ gross, received, fee, net, operatorId }) => [gross, received, fee, net, operatorId]);
  expect(told('discounted')).toEqual([
    [10_000, 10_000, 48, 9_952, null],
    [-2_500, -2_500, -12, -2_488, 'op-7'],
  ]);
  expect(told('scanned')).toEqual([
    [5_000, 5_000, 30, 4_970, 'anna'],
    [-1_000, -1_000, -6, -994, 'op-7'],
  ]);
});

test('money F3 the next day is sealed behind it in the form of today, and both verify', async () => {
  const [before] = await shop.books(merchant.id);
  await shop.run(MIDNIGHT + 2 * DAY + DELAY);
  expect(shop.errors).toEqual([]);
  const [first, second] = await shop.books(merchant.id);
  expect(first?.statement.hash).toBe(before?.statement.hash);
  expect(second?.statement).toMatchObject({ day: '2026-03-02', previousHash: before?.statement.hash });
  expect(second?.lines.find(({ merchantOrderNo }) => merchantOrderNo === 'discounted')).toMatchObject({
    ...{ gross: -2_500, received: -2_000, fee: -12, net: -1_988 },
  });
  const checks = (book: typeof first) => new Set(book?.statement.checks.map(({ check }) => check));
  expect(checks(first)).toContain('gross_less_fees_is_net_receivable');
  expect(checks(second)).toContain('received_less_fees_is_net_receivable');
  expect((await verify()).findings).toEqual([]);
});

test.each([
  ['its net is changed', (text: string) => text.replace('"net":9952', '"net":9953')],
  ['a line says what is received', (text: string) => text.replace('"net":9952', '"net":9952,"received":8000')],
])('money F3 verification still finds it if %s', async (_, change) => {
  const chunk = sealed.statements.map((item) => JSON.parse(item)).find(({ text }) => text?.includes('"net":9952'));
  const stored = await shop.tables.statements.get(chunk.id);
  await shop.tables.statements.replace({ ...stored, id: chunk.id, version: 2, text: change(chunk.text) }, 1);
  expect((await verify()).findings.length).toBeGreaterThan(0);
});
