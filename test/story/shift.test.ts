/** Shifts of a till, on the whole system: closed once, whatever is told late, and read by whom it concerns. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ShiftView } from '../../functions/contract/shifts.ts';
import { SECOND, toInstant } from '../../functions/time.ts';
import { cny, newNo, openShop, refusal, type TestShop } from '../support/shop.ts';

let shop: TestShop;
let terminalId: string;
beforeAll(async () => {
  shop = await openShop();
  terminalId = shop.stack.identity.credentials[0]?.keyid.replace(/\.\d+$/, '') ?? '';
});
afterAll(() => shop.stop());

const closes = async (shiftNo: string, operatorId?: string) =>
  (await shop.till.call('closeShift', { body: { shiftNo, ...(operatorId && { operatorId }) } })).body;
const open = async () => (await shop.till.call('getTotals', { query: { terminal: 'self', shift: 'open' } })).body;
const sells = async (value: number, more = {}) => {
  const order = await shop.open({ amount: cny(value), ...more });
  await shop.pay(order);
  return shop.eventually(order.orderId, ({ status }) => status === 'paid');
};
const taken = ({ totals }: Pick<ShiftView, 'totals'>) => totals.map(({ payments }) => payments);

test('money F9: what the customer paid before the change of shift and we heard after it is in the next one, as late', async () => {
  await sells(1_000, { operatorId: 'anna' });
  await shop.faults({ dropNotifications: true });
  const late = await shop.open({ amount: cny(7_700), operatorId: 'anna' });
  await shop.pay(late);
  await shop.advance(2 * SECOND);
  const foreseen = await open();
  const first = await closes('F9-1', 'anna');
  await shop.advance(2 * SECOND);
  const heard = await shop.eventually(late.orderId, ({ status }) => status === 'paid');
  await shop.faults({ reset: true });
  await sells(200, { operatorId: 'ben' });
  const second = await closes('F9-2', 'ben');

  expect(taken(first)).toEqual([{ count: 1, gross: 1_000, received: 1_000 }]);
  expect(foreseen.totals).toEqual(first.totals);
  expect(taken(second)).toEqual([{ count: 2, gross: 7_900, received: 7_900 }]);
  expect(second.totals).toMatchObject([{ lateLines: 1 }]);
  expect(second.terminals.map(({ operatorId, netSales }) => [operatorId, netSales])).toEqual([
    ['anna', 7_700],
    ['ben', 200],
  ]);
  expect(second.late).toMatchObject({
    count: 1,
    sums: [{ currency: 'CNY', payments: { count: 1, gross: 7_700 }, refunds: { count: 0 } }],
    facts: [
      {
        type: 'payment',
        orderId: late.orderId,
        merchantOrderNo: late.merchantOrderNo,
        occurredAt: heard.payment?.paidAt,
        operatorId: 'anna',
        gross: 7_700,
      },
    ],
  });
  expect(second).toMatchObject({
    shiftNo: 'F9-2',
    sequence: first.sequence + 1,
    openedAt: first.closedAt,
    previousShiftNo: 'F9-1',
    terminalId,
    storeId: 'main',
    operatorId: 'ben',
    zone: 'Asia/Shanghai',
  });
  expect(await open()).toMatchObject({
    since: second.closedAt,
    totals: [],
    shift: { sequence: second.sequence + 1, openedAt: second.closedAt, lastShiftNo: 'F9-2', late: { count: 0 } },
  });
});

test('money F10: who scans has the payment, who refunds has the refund', async () => {
  const order = await shop.open({ amount: cny(5_000), operatorId: 'anna', qrCode: false });
  const tillCode = String((await shop.wallet('codes', {})).tillCode);
  const params = { orderId: order.orderId };
  await shop.till.call('payWithTillCode', { params, body: { attempt: 1, tillCode, operatorId: 'ben' } });
  await shop.eventually(order.orderId, ({ status }) => status === 'paid');
  await shop.till.call('createRefund', { params, body: { refundNo: 'r', amount: cny(2_000), operatorId: 'cleo' } });
  await shop.eventually(order.orderId, ({ refunded }) => refunded.value === 2_000);
  const shift = await closes('D-1', 'dora');
  expect(shift.terminals.map(({ operatorId, netSales }) => [operatorId, netSales])).toEqual([
    ['ben', 5_000],
    ['cleo', -2_000],
  ]);
});

test('the same number is the same shift, for ever; another cashier under it is refused', async () => {
  await sells(300);
  const sent = { body: { shiftNo: 'again', operatorId: 'anna' } };
  const made = await shop.till.call('closeShift', sent);
  await sells(400);
  const repeated = await shop.till.call('closeShift', sent);
  expect([made.status, made.replayed, repeated.status, repeated.replayed]).toEqual([201, false, 200, true]);
  expect(repeated.body).toEqual(made.body);
  for (const operatorId of ['ben', undefined])
    expect(await refusal(closes('again', operatorId))).toMatchObject({
      status: 409,
      code: 'shift_exists_with_different_operatorId',
      shiftNo: 'again',
    });
  const next = await closes('next');
  expect([taken(next), next.operatorId]).toEqual([[{ count: 1, gross: 400, received: 400 }], null]);
});

test('five closings at the same time: one has the sale, and every number is a shift', async () => {
  await sells(500);
  const numbers = Array.from({ length: 5 }, () => newNo());
  const shifts = await Promise.all(numbers.map((shiftNo) => closes(shiftNo)));
  expect(shifts.map(({ shiftNo }) => shiftNo)).toEqual(numbers);
  expect(shifts.flatMap(taken)).toEqual([{ count: 1, gross: 500, received: 500 }]);
  const sequences = shifts.map(({ sequence }) => sequence).sort((a, b) => a - b);
  expect(sequences).toEqual(sequences.map((_, i) => (sequences[0] ?? 0) + i));
});

test('the list is the terminal’s own, the newest first, page by page; a back office says whose', async () => {
  const all = (await shop.till.call('listShifts', { query: { limit: '100' } })).body;
  expect(all.nextCursor).toBeNull();
  expect(all.data.map(({ sequence }) => sequence)).toEqual(all.data.map((_, i) => all.data.length - i));
  const pages: ShiftView[] = [];
  for (let cursor: string | undefined; ; ) {
    const { body } = await shop.backOffice.call('listShifts', { query: { terminal: terminalId, limit: '3', cursor } });
    pages.push(...body.data);
    if (body.nextCursor === null) break;
    cursor = body.nextCursor;
  }
  expect(pages).toEqual(all.data);
  const [newest] = all.data;
  const params = { shiftNo: newest?.shiftNo ?? '' };
  const self = await shop.till.call('listShifts', { query: { terminal: 'self', limit: '1' } });
  expect(self.body.data).toEqual([newest]);
  expect((await shop.till.call('getShift', { params })).body).toEqual(newest);
  expect((await shop.backOffice.call('getShift', { params, query: { terminal: terminalId } })).body).toEqual(newest);
  expect((await shop.stranger.call('listShifts', {})).body).toEqual({ data: [], nextCursor: null });
});

test('on the command line: closed by a number that is told before it is sent, listed, shown', async () => {
  await sells(600, { operatorId: 'anna' });
  const till = async (...words: string[]) => {
    const where = ['--url', shop.stack.api, '--credential', shop.stack.credentialsFile];
    const program = join(import.meta.dirname, '..', '..', 'bin', 'till.ts');
    return (await promisify(execFile)(process.execPath, [program, 'shift', ...words, ...where])).stdout;
  };
  const closed = await till('close', '--operator', 'Anna');
  const [, shiftNo = ''] = /^Closing shift (\S+); if no answer comes, repeat with --no \1$/m.exec(closed) ?? [];
  const { body: shift } = await shop.till.call('getShift', { params: { shiftNo } });
  expect(shift).toMatchObject({ shiftNo: `shift-${shift.sequence}`, operatorId: 'Anna' });
  const sums = 'payments 1: CNY 6.00  refunds 0: CNY 0.00';
  expect(closed).toContain(`  ${sums}  received CNY 6.00\n  cashier anna: ${sums}\n`);
  const again = await till('close', '--operator', 'Anna', '--no', shiftNo, '--json');
  expect(JSON.parse(again)).toEqual(shift);
  expect((await till('list')).split('\n')[0]).toMatch(new RegExp(`^${shiftNo} .+ CNY 6\\.00$`));
  expect(closed).toContain(await till('show', shiftNo));
  const credential = shop.stack.identity.credentials[1]?.keyid ?? '';
  expect(JSON.parse(await till('list', '--key', credential, '--terminal', terminalId, '--json')).data[0]).toEqual(
    shift,
  );
});

test.each([
  ['a back office that closes', () => shop.backOffice.call('closeShift', { body: { shiftNo: 'x' } }), 403],
  ['a number with a dot', () => closes('a.b'), 400],
  ['a list of no terminal', () => shop.backOffice.call('listShifts', {}), 400],
  ['a terminal that names one', () => shop.till.call('listShifts', { query: { terminal: terminalId } }), 400],
  ['a terminal that is none', () => shop.backOffice.call('listShifts', { query: { terminal: 'trm_none' } }), 404],
  ['a number that is none', () => shop.till.call('getShift', { params: { shiftNo: 'none' } }), 404],
  ['the open shift of a back office', () => shop.backOffice.call('getTotals', { query: { shift: 'open' } }), 400],
  [
    'the open shift since another time',
    () =>
      shop.till.call('getTotals', { query: { terminal: 'self', shift: 'open', since: String(shop.now() - SECOND) } }),
    400,
  ],
])('refuses %s', async (_, call, status) => {
  expect(await refusal(call())).toMatchObject({ status });
});

test('every total of a terminal says which shift runs; a back office has none', async () => {
  const last = (await shop.till.call('listShifts', { query: { limit: '1' } })).body.data[0];
  const { shift } = (await shop.till.call('getTotals', { query: { terminal: 'self' } })).body;
  expect(shift).toEqual({
    sequence: (last?.sequence ?? 0) + 1,
    openedAt: toInstant(Date.parse(last?.closedAt ?? '')),
    lastShiftNo: last?.shiftNo,
  });
  expect((await shop.backOffice.call('getTotals', {})).body.shift).toBeNull();
});
