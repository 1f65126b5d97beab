/**
 * A day whose currencies are each settled in itself is sealed to the bytes to which it was sealed before lines knew any other
 * settlement: hashes, chunks, and files up to the old last column, as they were recorded then.
 */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Column, csvHeader, csvRows, lineColumns, totalsColumns } from '../../functions/statement/export/csv.ts';
import { lineView } from '../../functions/statement/lines.ts';
import { DAY } from '../../functions/time.ts';
import { busyDay, busyMerchant, MIDNIGHT, play } from './busy-day.ts';
import { DELAY, newShop } from './shop.ts';

const sha = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);
/** The columns that have come since: of lines, and of totals. */
const ADDED = { lines: 10, totals: 0 };

const fileOf = <Row>(columns: readonly Column<Row>[], rows: readonly Row[], added: number) => {
  const before = columns.slice(0, columns.length - added);
  return sha(csvHeader(before) + csvRows(before, rows));
};

test('a day in three currencies has the hashes, chunks and files of the version before', async () => {
  const shop = await newShop();
  const merchant = busyMerchant();
  await shop.setUp(merchant, MIDNIGHT);
  await play(shop, busyDay(merchant, { seed: 20, orders: 120 }));
  for (const day of [1, 2, 3]) await shop.run(MIDNIGHT + day * DAY + DELAY);
  const books = await shop.books(merchant.id);
  const recorded = books.map(({ statement, lines, totals }) => [
    ...[statement.day, statement.lineCount, statement.hash.slice(0, 16)],
    ...statement.lineChunks.map(({ hash }) => hash.slice(0, 16)),
    ...[...statement.totalsChunks, ...statement.terminalsChunks].map((hash) => hash.slice(0, 16)),
    fileOf(lineColumns(statement.zone), lines.map(lineView), ADDED.lines),
    fileOf(totalsColumns(statement), totals, ADDED.totals),
  ]);
  expect(recorded).toMatchInlineSnapshot(`
    [
      [
        "2026-03-01",
        136,
        "165612e0c20afa1a",
        "babf459cb8564003",
        "445073b62f5654c3",
        "0d313ed35b1ead02",
        "03af3386124f15cf",
        "5fb9c85a3d09f681",
      ],
      [
        "2026-03-02",
        27,
        "1ec5158b93bdfd06",
        "cb91d8a435dcdc4a",
        "9e36f729b639982a",
        "b8743b75ebfd4ca8",
        "142a7f411f9dd445",
        "2a39b3b6f908d00e",
      ],
      [
        "2026-03-03",
        14,
        "9063007ed6138d70",
        "9b10e8c7b59d09d3",
        "237185ce1d0981ba",
        "a00c699ea2a5a3e0",
        "2e92c90f476a788a",
        "9a4f00a1c4ca415d",
      ],
    ]
  `);
});
