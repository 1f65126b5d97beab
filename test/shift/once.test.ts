/** Every fact is in exactly one shift: in any order, however late it is written, whoever closes, whoever is killed. */
import { afterAll, describe, expect, test } from 'vitest';
import { INDEX_LAG, SHIFT_MARGIN, SWEEP } from '../../functions/deadlines.ts';
import { liveTotals } from '../../functions/statement/live.ts';
import { HOUR, MINUTE } from '../../functions/time.ts';
import { EVENING, moved, TILLS, type Till, Tills } from './world.ts';

/** What a till has moved in all. */
const nothing = () => ({ payments: 0, taken: 0, refunds: 0, returned: 0 });

/** Two hours of sales, refunds at either till and closings at random instants; then a last closing of each. */
async function evening(seed: number) {
  const tills = new Tills(seed);
  const { world } = tills;
  const { chance } = world;
  const expected: Record<Till, ReturnType<typeof nothing>> = { [TILLS[0]]: nothing(), [TILLS[1]]: nothing() };
  const failures: unknown[] = [];
  const seldom = () => chance.hit(0.05);
  const run = (work: () => Promise<unknown>) => {
    work().catch((error: unknown) => failures.push(error));
  };

  const sells = async (till: Till, power: number) => {
    // Nothing is agreed for euros: they are in no total, and in exactly one shift all the same.
    const { order, payment } = await tills.opens(till, power, chance.hit(0.2) ? 'EUR' : 'CNY');
    // The customer has paid; we hear of it later.
    await tills.wait(chance.hit(0.3) ? chance.int(0, 20 * MINUTE) : chance.int(0, 5_000));
    const sold = await tills.learns(order, payment);
    expected[till].payments += 1;
    expected[till].taken += 2 ** power;
    if (chance.hit(0.6)) return;
    const at = chance.pick(TILLS);
    await tills.refunds(sold, at);
    expected[at].refunds += 1;
    expected[at].returned += 2 ** (power - 1);
  };
  for (const till of TILLS)
    for (let power = 2; power < 32; power += 1)
      world.in(chance.int(0, 90 * MINUTE), () => run(() => sells(till, power)));
  for (let n = 0; n < 12; n += 1) {
    const till = chance.pick(TILLS);
    const at = chance.int(0, 110 * MINUTE);
    const again = chance.hit(0.5) ? chance.int(0, 200) : chance.int(0, 2 * MINUTE);
    world.in(at, () => run(() => tills.closes(till, `n${n}`, seldom)));
    // The same number once more, or another closing that races.
    const other = chance.hit(0.5) ? `n${n}` : `m${n}`;
    world.in(at + again, () => run(() => tills.closes(till, other, seldom)));
  }
  for (let at = 0; at < 2 * HOUR; at += 5 * MINUTE) world.in(at, () => run(() => tills.seals()));
  await world.runUntil(EVENING + 2 * HOUR + SWEEP + INDEX_LAG);
  for (const till of TILLS) run(() => tills.closes(till, 'last'));
  await world.runUntil(world.now + MINUTE);
  expect(failures).toEqual([]);

  const read: Record<string, unknown>[] = [];
  for (const till of TILLS)
    run(async () => {
      const shifts = await tills.shiftsOf(till);
      const s = tills.process();
      const whole = { since: EVENING - HOUR, terminalId: till };
      const { tally } = await liveTotals(s, tills.merchant, whole, { endsAt: s.now() + HOUR });
      read.push({ till, shifts, live: moved(tally.totals) });
    });
  await world.runUntil(world.now + MINUTE);
  expect(failures).toEqual([]);
  return {
    tills,
    expected,
    read: read as { till: Till; shifts: Awaited<ReturnType<Tills['shiftsOf']>>; live: object }[],
  };
}

let killed = 0;
afterAll(() => expect(killed).toBeGreaterThan(100));

describe('money F9: every fact is in exactly one shift of one terminal', () => {
  test.each(Array.from({ length: 60 }, (_, seed) => seed))('evening %i', async (seed) => {
    const { expected, read, tills } = await evening(seed);
    killed += tills.killed;
    expect(read.length).toBe(TILLS.length);
    for (const { till, shifts, live } of read) {
      const rows = shifts.flatMap(({ totals, withoutAgreement }) => [...totals, ...withoutAgreement]);
      expect(moved(rows)).toEqual(expected[till]);
      expect(moved(shifts.flatMap(({ totals }) => totals))).toEqual(live);
      expect(moved(shifts.flatMap(({ terminals }) => terminals))).toEqual(live);
      // One follows on the other: numbers, bounds and names.
      expect(shifts.map(({ sequence }) => sequence)).toEqual(shifts.map((_, i) => i + 1));
      expect(new Set(shifts.map(({ shiftNo }) => shiftNo)).size).toBe(shifts.length);
      for (const [i, shift] of shifts.entries()) {
        expect(shift.closedAt).toBeGreaterThanOrEqual(shift.openedAt);
        expect([shift.openedAt, shift.previousShiftNo]).toEqual(
          i === 0 ? [EVENING, undefined] : [shifts[i - 1]?.closedAt, shifts[i - 1]?.shiftNo],
        );
        const lateRows = moved(shift.late.sums);
        expect(lateRows.payments + lateRows.refunds).toBe(shift.late.count);
      }
    }
  });

  test('the margin is what a write, two clocks and an index need', () => {
    expect(SHIFT_MARGIN).toBeGreaterThan(SWEEP + INDEX_LAG + MINUTE);
  });
});
