/** What the accountant gets of a day: by the API and by the command line, as lines, files, paper; and live before that. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LineView, StatementView } from '../../functions/contract/answers.ts';
import type { LiveTotalsView } from '../../functions/contract/totals-answers.ts';
import { businessDay, DAY, endOfDay, HOUR } from '../../functions/time.ts';
import { readCsv, readTable } from '../support/csv.ts';
import { cny, openShop, refusal, type TestShop } from '../support/shop.ts';
import { readZip } from '../support/zip.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const ZONE = 'Asia/Shanghai';
const SALES = 24;
let shop: TestShop;
let folder: string;
let day: string;
let before: LiveTotalsView;
let statement: StatementView;
let lines: LineView[];

const operatorOf = (i: number) => ['anna', '王小明', '=HYPERLINK("http://x")'][i % 3];

beforeAll(async () => {
  shop = await openShop();
  folder = mkdtempSync(join(tmpdir(), 'tillgate-statement-'));
  // The whole story happens on one business day, whenever the test runs.
  const untilMidnight = endOfDay(businessDay(shop.now(), ZONE), ZONE) - shop.now();
  if (untilMidnight < HOUR) await shop.advance(untilMidnight + HOUR);
  day = businessDay(shop.now(), ZONE);
  for (let i = 0; i < SALES; i += 1) {
    const operatorId = operatorOf(i) ?? '';
    const order = await shop.open({ merchantOrderNo: `-day-${i}`, amount: cny(1_000 + i), operatorId });
    await shop.pay(order);
    await shop.eventually(order.orderId, ({ status }) => status === 'paid');
    if (i % 5 === 0) {
      const body = { refundNo: 'r1', amount: cny(500), operatorId };
      await shop.till.call('createRefund', { params: { orderId: order.orderId }, body });
    }
  }
  before = (await shop.backOffice.call('getTotals', {})).body;
  await shop.advance(endOfDay(day, ZONE) + HOUR - shop.now());
  const statementId = `${shop.stack.identity.credentials[1]?.merchantId}.${day}`;
  statement = (await shop.backOffice.call('getStatement', { params: { statementId } })).body;
  lines = (await shop.backOffice.call('listStatementLines', { params: { statementId }, query: { limit: '100' } })).body
    .data;
});
afterAll(async () => {
  await shop.stop();
  rmSync(folder, { recursive: true, force: true });
});

const where = () => ['--url', shop.stack.api, '--credential', shop.stack.credentialsFile];
async function till(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      join(ROOT, 'bin', 'till.ts'),
      ...words,
      ...where(),
    ]);
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}
const paths = () => `/v1/statements/${statement.statementId}`;
const file = (name: string) => join(folder, name);

test('the live totals were what the statement says, and still are', async () => {
  expect(before.totals).toEqual(statement.totals);
  expect(statement.totals).toMatchObject([
    { payments: { count: SALES }, refunds: { count: 5, gross: -2_500 }, lateLines: 0 },
  ]);
  const since = String(Date.parse(before.since));
  const after = (await shop.backOffice.call('getTotals', { query: { since } })).body;
  expect([after.totals, after.terminals]).toEqual([before.totals, before.terminals]);
  const { body: stored } = await shop.backOffice.call('listStatementTotals', {
    params: { statementId: statement.statementId },
  });
  expect(stored).toEqual({ data: before.terminals, nextCursor: null });
  const own = (await shop.till.call('getTotals', { query: { terminal: 'self', since, operatorId: 'anna' } })).body;
  expect(own.totals).toMatchObject([{ payments: { count: SALES / 3 } }]);
});

describe('GET /v1/totals refuses', () => {
  test('a terminal without terminal=self, and statements to whom may not read them', async () => {
    expect(await refusal(shop.till.call('getTotals', {}))).toMatchObject({ status: 400, code: 'malformed' });
    expect(await refusal(shop.backOffice.call('getTotals', { query: { since: '1' } }))).toMatchObject({ status: 400 });
    const params = { statementId: statement.statementId };
    expect(await refusal(shop.till.call('listStatementTotals', { params }))).toMatchObject({
      status: 403,
      code: 'scope_missing',
    });
  });
});

describe('Accept: text/csv', () => {
  test('gets pages that are linked and concatenate; without it there is JSON', async () => {
    let text = '';
    let path: string | undefined = `${paths()}/lines?limit=10`;
    const headers: (string | null)[] = [];
    while (path !== undefined) {
      const response: Response = await shop.backOffice.request(
        'GET',
        path,
        undefined,
        'text/csv, application/json;q=0.5',
      );
      headers.push(response.headers.get('content-type'));
      text += await response.text();
      path = /^<(.+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
    }
    expect(headers).toEqual([
      'text/csv; charset=utf-8; header=present',
      ...Array.from({ length: 2 }, () => 'text/csv; charset=utf-8; header=absent'),
    ]);
    const rows = readTable(text);
    expect(rows.map((row) => [Number(row.lineNo), row.orderId, Number(row.netMinor), row.operatorId])).toEqual(
      lines.map(({ lineNo, orderId, net, operatorId }) => [lineNo, orderId, net, operatorId?.replace(/^=/, "'=")]),
    );
    const json = await shop.backOffice.request('GET', `${paths()}/lines`);
    expect(json.headers.get('content-type')).toBe('application/json');
  });

  test('the client follows the links: one page at a time, one file in the end', async () => {
    const params = { statementId: statement.statementId };
    const collect = async (query: { limit?: string; excel?: 'true' }) => {
      const pages: Uint8Array[] = [];
      for await (const page of shop.backOffice.csv('listStatementLines', { params, query })) pages.push(page);
      return { count: pages.length, file: Buffer.concat(pages) };
    };
    const [whole, parts] = [await collect({ excel: 'true' }), await collect({ limit: '10', excel: 'true' })];
    expect([whole.count, parts.count]).toEqual([1, Math.ceil(lines.length / 10)]);
    expect(parts.file.equals(whole.file)).toBe(true);
    const first = shop.backOffice.csv('listStatementLines', { params, query: { limit: '10' } });
    expect(readCsv(Buffer.from((await first.next()).value ?? []).toString()).length).toBe(11);
  });

  test('a refusal stays a problem', async () => {
    const response = await shop.backOffice.request('GET', `${paths().slice(0, -1)}x/lines`, undefined, 'text/csv');
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    const wrong = await shop.backOffice.request('GET', `${paths()}/lines?excel=yes`, undefined, 'text/csv');
    expect(wrong.status).toBe(400);
  });
});

describe('npm run till -- statement', () => {
  test('--csv writes the whole day into one file, with --excel for spreadsheets', async () => {
    const result = await till('statement', day, '--csv', file('day.csv'));
    expect([result.code, result.err]).toEqual([0, '']);
    expect(result.out).toContain(`${lines.length} lines of ${statement.statementId}`);
    const csv = readFileSync(file('day.csv'), 'utf8');
    expect(readTable(csv).map((row) => Number(row.grossMinor))).toEqual(lines.map(({ gross }) => gross));
    await till('statement', day, '--csv', file('excel.csv'), '--excel');
    const excel = readFileSync(file('excel.csv'), 'utf8');
    expect(excel.startsWith('\ufefflineNo,')).toBe(true);
    expect(
      readCsv(excel)
        .slice(1)
        .map((row) => row[13]),
    ).toEqual(lines.map(({ channelTradeNo }) => `'${channelTradeNo}`));
  });

  test('--zip holds lines, totals, totals per terminal and their SHA-256, the same bytes each time', async () => {
    expect((await till('statement', day, '--zip', file('day.zip'))).code).toBe(0);
    const zip = readZip(readFileSync(file('day.zip')));
    const name = (what: string) => `${statement.statementId.replace('.', '_')}_Asia-Shanghai_${what}`;
    expect([...zip.keys()]).toEqual([
      ...['lines.csv', 'totals.csv', 'terminals.csv', 'statement.json'].map(name),
      'SHA256SUMS',
    ]);
    const sums = [...zip]
      .slice(0, -1)
      .map(([name, content]) => `${createHash('sha256').update(content).digest('hex')}  ${name}\n`);
    expect(zip.get('SHA256SUMS')?.toString()).toBe(sums.join(''));
    const table = (what: string) => readTable(zip.get(name(what))?.toString() ?? '');
    const sum = (what: string, column: string) => table(what).reduce((total, row) => total + Number(row[column]), 0);
    expect(table('lines.csv').length).toBe(statement.lineCount);
    expect(sum('totals.csv', 'netReceivableMinor')).toBe(sum('lines.csv', 'netMinor'));
    expect(sum('terminals.csv', 'netReceivableMinor')).toBe(sum('lines.csv', 'netMinor'));
    expect(JSON.parse(zip.get(name('statement.json'))?.toString() ?? '')).toEqual(statement);
    await till('statement', day, '--zip', file('again.zip'));
    expect(readFileSync(file('again.zip')).equals(readFileSync(file('day.zip')))).toBe(true);
  });

  test('--html writes a page in English or Chinese', async () => {
    expect((await till('statement', day, '--html', file('en.html'), '--name', '<b>Shop & Co</b>')).code).toBe(0);
    expect((await till('statement', day, '--html', file('zh.html'), '--lang', 'zh-CN')).code).toBe(0);
    const [en, zh] = ['en.html', 'zh.html'].map((name) => readFileSync(file(name), 'utf8'));
    expect(en).toContain('<html lang="en">');
    expect(en).toContain('Fee statement');
    expect(en).toContain('&#60;b&#62;Shop &#38; Co&#60;/b&#62;');
    expect(zh).toContain('<html lang="zh-CN">');
    expect(zh).toContain('手续费对账单');
    expect(zh).toContain(statement.hash);
  });

  test('leaves no part of a file where the day or the place is none', async () => {
    const none = await till('statement', '2020-01-01', '--csv', file('none.csv'));
    expect([none.code, none.err]).toEqual([1, expect.stringMatching(/^Refused \(404 not_found\)/)]);
    expect((await till('statement', '--csv', file('none.csv'))).code).toBe(2);
    expect([existsSync(file('none.csv')), existsSync(file('none.csv.part'))]).toEqual([false, false]);
  });

  test('totals shows the shift of the till, and of a back office everything', async () => {
    const since = new Date(Date.parse(before.since)).toISOString();
    const { out } = await till('totals', '--since', since, '--json');
    expect(JSON.parse(out).terminals).toEqual(before.terminals);
    expect((await till('totals', '--since', since)).out).toMatch(/main anna {2}CNY {2}payments 8: /);
    expect((await till('totals', '--since', 'noon')).code).toBe(2);
  });
});

test('a day later nothing of it has changed', async () => {
  await shop.advance(DAY);
  const { body } = await shop.backOffice.call('getStatement', { params: { statementId: statement.statementId } });
  expect(body).toEqual(statement);
});
