/** Totals and shifts: whose they are, since when, and what is no question; boundaries to the millisecond. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeShift } from '../../functions/api/close-shift.ts';
import { getShift } from '../../functions/api/get-shift.ts';
import { getTotals } from '../../functions/api/get-totals.ts';
import { listShifts } from '../../functions/api/list-shifts.ts';
import type { LiveTotalsView } from '../../functions/contract/totals-answers.ts';
import type { Caller } from '../../functions/http/caller.ts';
import { DAY, toInstant } from '../../functions/time.ts';
import { orderOf } from '../support/bench.ts';
import { NOON } from '../support/orders.ts';
import { cny } from '../support/shop.ts';
import { type Counter, openCounter, refusal } from './counter.ts';

let it: Counter;
/** When each of the five sales was paid: two of our till, one of the next, two of the store in the west. */
const paidAt: number[] = [];
beforeAll(async () => {
  it = await openCounter();
  const { till, nextTill, westTill } = it;
  for (const [by, value, operatorId] of [
    [till, 100, 'anna'],
    [till, 20, 'bob'],
    [nextTill, 3_000, 'anna'],
    [westTill, 40_000, 'anna'],
    [westTill, 500_000, 'bob'],
  ] as const) {
    const order = orderOf(await it.open(by, { amount: cny(value), operatorId }));
    await it.bench.wallet('pay', { qrCode: order.qrCode?.payload });
    it.bench.pass(5_000);
    paidAt.push(Date.parse((await it.get(order.orderId)).payment?.paidAt ?? ''));
  }
});
afterAll(() => it.bench.stop());

type Query = Parameters<typeof getTotals>[1]['query'];
const ask = async (by: Caller, query: Query = {}) =>
  (await getTotals(it.bench.services, { ...it.common(by), params: {}, query, body: undefined })).body as LiveTotalsView;
/** What was sold, in fen. */
const sold = async (by: Caller, query: Query = {}) =>
  (await ask(by, query)).totals.reduce((sum, { payments }) => sum + payments.gross, 0);
const malformed = (detail: string) => ({ status: 400, code: 'malformed', retryable: false, detail });

describe('totals', () => {
  test('of a terminal are its own', async () => {
    const own = { terminal: 'self' } as const;
    expect([await sold(it.till, own), await sold(it.nextTill, own), await sold(it.westTill, own)]).toEqual([
      ...[120, 3_000, 540_000],
    ]);
    expect(await sold(it.till, { ...own, operatorId: 'bob' })).toBe(20);
    expect(await sold(it.till, { ...own, operatorId: 'Bob' })).toBe(0);
  });

  test('of a back office are of everything, a store or an operator', async () => {
    const of = (query: Query) => sold(it.office, query);
    expect([await of({}), await of({ storeId: 'main' }), await of({ storeId: 'west' })]).toEqual([
      543_120, 3_120, 540_000,
    ]);
    expect([await of({ operatorId: 'anna' }), await of({ operatorId: 'bob', storeId: 'main' })]).toEqual([43_100, 20]);
    expect(await of({ storeId: 'none' })).toBe(0);
  });

  test('are asked for by a terminal for itself alone, and by a back office for no terminal', async () => {
    const own = malformed('A terminal asks for its own totals: terminal=self, without a store.');
    expect(await refusal(ask(it.till))).toEqual(own);
    expect(await refusal(ask(it.till, { terminal: 'self', storeId: 'main' }))).toEqual(own);
    expect(await refusal(ask(it.office, { terminal: 'self' }))).toEqual(malformed('terminal=self is for terminals.'));
  });

  test('begin with the business day, or with an instant of the last seven days', async () => {
    const today = await ask(it.office);
    expect([today.since, today.until, today.zone, today.shift]).toEqual([
      ...['2026-02-28T16:00:00.000Z', toInstant(it.bench.now()), 'Asia/Shanghai', null],
    ]);
    const now = it.bench.now();
    const tooOld = malformed('since is at most 7 days ago; before that, read the statements.');
    expect((await ask(it.office, { since: now - 7 * DAY })).since).toBe(toInstant(now - 7 * DAY));
    expect(await refusal(ask(it.office, { since: now - 7 * DAY - 1 }))).toEqual(tooOld);
    expect(await sold(it.office, { since: now })).toBe(0);
    expect(await refusal(ask(it.office, { since: now + 1 }))).toEqual(malformed('since is not here yet.'));
  });

  test('count what was paid at the instant itself, and nothing of a millisecond before', async () => {
    const last = paidAt.at(-1) ?? 0;
    expect([await sold(it.office, { since: last }), await sold(it.office, { since: last + 1 })]).toEqual([500_000, 0]);
    expect(await sold(it.office, { since: (paidAt[3] ?? 0) + 1 })).toBe(500_000);
  });

  test('that take too long are refused: a part is no sum', async () => {
    const late = getTotals(it.bench.services, {
      ...{ caller: it.office, deadline: { endsAt: it.bench.now() - 1 } },
      ...{ params: {}, query: {}, body: undefined },
    });
    expect(await refusal(late)).toEqual({
      ...{ status: 422, code: 'too_much_to_add_up', retryable: false },
      detail: 'Read the statement, which is sealed after the day has ended.',
    });
  });
});

describe('shifts', () => {
  const close = (by: Caller, shiftNo: string, operatorId?: string) =>
    closeShift(it.bench.services, {
      ...it.common(by),
      ...{ params: {}, query: {}, body: { shiftNo, ...(operatorId !== undefined && { operatorId }) } },
    });
  const list = async (by: Caller, query: Parameters<typeof listShifts>[1]['query'] = {}) => {
    const { body } = await listShifts(it.bench.services, { ...it.common(by), params: {}, query, body: undefined });
    const { data, nextCursor } = body as { data: { shiftNo: string }[]; nextCursor: string | null };
    return [data.map(({ shiftNo }) => shiftNo), nextCursor !== null];
  };
  const get = (by: Caller, shiftNo: string, terminal?: string) =>
    getShift(it.bench.services, {
      ...it.common(by),
      ...{ params: { shiftNo }, query: terminal === undefined ? {} : { terminal }, body: undefined },
    });

  test('run from the last closing on, and are closed by their own terminal only', async () => {
    const own = await ask(it.till, { terminal: 'self', shift: 'open' });
    expect([own.totals[0]?.payments, own.shift?.sequence, own.shift?.lastShiftNo]).toMatchObject([
      { count: 2, gross: 120 },
      ...[1, null],
    ]);
    const made = await close(it.till, 's1', 'anna');
    expect([made.status, made.headers]).toEqual([201, undefined]);
    expect(made.body).toMatchObject({ shiftNo: 's1', sequence: 1, operatorId: 'anna', totals: own.totals });
    expect(await close(it.till, 's1', 'anna')).toEqual({
      ...{ status: 200, body: made.body, headers: { 'idempotency-replayed': 'true' } },
    });
    expect(await get(it.till, 's1')).toEqual({ status: 200, body: made.body });
    for (const operatorId of ['bob', undefined])
      expect(await refusal(close(it.till, 's1', operatorId))).toEqual({
        ...{ status: 409, code: 'shift_exists_with_different_operatorId', retryable: false, shiftNo: 's1' },
        detail: 'The shift was closed by a different operator.',
      });
    expect(await refusal(close(it.office, 's1'))).toEqual(
      malformed('A shift is closed by its own terminal; a back office reads it.'),
    );
    expect((await ask(it.till, { terminal: 'self', shift: 'open' })).shift).toMatchObject({
      ...{ sequence: 2, lastShiftNo: 's1' },
    });
  });

  test('are listed newest first, twenty at a time or as many as one says', async () => {
    for (let i = 2; i <= 22; i += 1) {
      it.bench.pass(1_000);
      await close(it.till, `s${i}`);
    }
    const all = Array.from({ length: 22 }, (_, i) => `s${22 - i}`);
    expect(await list(it.till)).toEqual([all.slice(0, 20), true]);
    expect(await list(it.till, { terminal: 'self', limit: 22 })).toEqual([all, false]);
    expect(await list(it.till, { limit: 3 })).toEqual([all.slice(0, 3), true]);
    expect(await list(it.nextTill)).toEqual([[], false]);
  });

  test('are a terminal’s own; a back office says whose, of its own merchant', async () => {
    const [holder] = it.bench.identity.holders;
    const [, , , others] = it.bench.identity.holders;
    expect([
      (await list(it.office, { terminal: holder?.id }))[1],
      (await get(it.office, 's1', holder?.id)).status,
    ]).toEqual([...[true, 200]]);
    const another = malformed('A terminal asks for its own shifts: terminal=self, or nothing.');
    expect(await refusal(list(it.till, { terminal: holder?.id }))).toEqual(another);
    expect(await refusal(get(it.nextTill, 's1', 'trm_next'))).toEqual(another);
    const whose = malformed('A back office says whose shifts: terminal=trm_….');
    expect(await refusal(list(it.office))).toEqual(whose);
    const none = { status: 404, code: 'not_found', retryable: false, detail: 'There is no such terminal.' };
    for (const terminal of ['self', 'trm_none', others?.id, it.bench.identity.holders[1]?.id])
      expect(await refusal(list(it.office, { terminal }))).toEqual(none);
    expect(await refusal(get(it.till, 'none'))).toEqual({ ...none, detail: 'There is no such shift.' });
  });

  test('show only what the terminal has learned: shift=open is whole', async () => {
    const whole = malformed("shift=open is a terminal's own shift, whole: without since and operatorId.");
    const open = { terminal: 'self', shift: 'open' } as const;
    expect(await refusal(ask(it.till, { ...open, since: NOON }))).toEqual(whole);
    expect(await refusal(ask(it.till, { ...open, operatorId: 'anna' }))).toEqual(whole);
    expect(await refusal(ask(it.office, { shift: 'open' }))).toEqual(whole);
  });
});
