/** The first histories of the simulation, with every test run; the whole of it is `npm run sim`. */
import { expect, test } from 'vitest';
import { hasChannels } from './channels.ts';
import { playHistory } from './history.ts';

async function mustBeRight(seed: number): Promise<void> {
  const { violation } = await playHistory({ seed });
  expect(violation, `seed ${seed}`).toBeUndefined();
}

test.each([1, 51, 101, 151])(
  'I1 to I14 hold in fifty histories from seed %i on',
  async (from) => {
    for (let seed = from; seed < from + 50; seed += 1) await mustBeRight(seed);
  },
  60_000,
);

test.each([1, 601])(
  'I29, I30 and I31 hold in a hundred histories of several channels from seed %i on',
  async (from) => {
    const seeds = Array.from({ length: 600 }, (_, i) => from + i).filter(hasChannels);
    for (const seed of seeds) await mustBeRight(seed);
    expect(seeds.length).toBeGreaterThan(80);
  },
  60_000,
);

// Seeds that went wrong while this was built; they stay. 205 found that two trades may have refunds of one number, which
// the reconciliation took for one refund; 66804, that a sweep put an order off by what it had seen before somebody scanned
// again; 53590 and 906360, that a refund of ours was taken for somebody else's; 2104807, that an order that breaks us kept
// the others of its day from being compared with the bill. The rest were faults of a judge, or of the assertion on every write.
// Since owners refund without a word and tills close shifts, these seeds tell other histories. 521 found that a refund which
// takes its number from the bill had its fee compared with nothing; 3897, that a running total was forgotten which a refund of
// ours seemed to explain, until that failed, and so did 95749; 32560, 40308 and 44742, that a cancel closed a trade which had
// been paid and refunded by hand; 49158 and 68376, that two trades may be refunded by hand under one number; 34004, that a fee
// which was equal before its line was made was not when it was. Since the judge writes all documents itself and merchants have
// limits, 156 found that a refund whose write's answer was lost did not count in the limits of its day. 89242, that the
// fee of a refund was compared with nothing when our clock was behind the channel's. 355, 1437, 1999, 20939, 23367 and 31626 were
// faults of the judge. Since people have habits, and somebody looks on, these tell other histories once more; 13, 22, 184, 297, 367 and
// 5014 were faults of the judge; 103217 found that of two messages about money that nobody wanted the slower one called for its refund
// as well, 46 ms after the faster one, and 112292, that no bill could be compared on a day on which a refund that the channel had named
// late was charged for instead of bringing a fee back; 213462, that money counted as back twice: the channel did not know our refund yet,
// a moment after the call, and what it had given back was taken for the shop's; 75470, that an order which was given up on for the day
// waited for the next one although the bill told that it was paid; 13351, that a refund was asked about 5 s after its call, when no answer
// proves anything yet. 7169, 33884, 61401, 66663, 70708, 78807 and 84616 were faults of the judge.
const KEPT = [
  157, 168, 205, 330, 409, 563, 862, 2625, 5178, 21500, 26491, 53590, 66804, 906360, 2038098, 2086549, 2104807, 521,
  621, 3897, 32560, 34004, 40308, 44742, 49158, 68376, 95749, 156, 355, 1437, 1999, 20939, 23367, 31626, 89242, 13, 22,
  184, 297, 367, 5014, 7169, 13351, 33884, 84616, 61401, 103217, 112292, 114005, 213462, 66663, 70708, 75470, 78807,
];
test.each(KEPT)('seed %i stays right', mustBeRight);

test('seeds that are kept tell the histories for which they are kept, of Alipay alone', () => {
  expect(KEPT.filter(hasChannels)).toEqual([]);
});
