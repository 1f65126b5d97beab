/**
 * The largest day: what 10,000 orders a second and 100,000 merchants ask of AWS, from what was measured and assumed in
 * prices.json; and how fast the sweep drains, in virtual time. The paper is docs/largest-day.md.
 */
import { costBench, named, priceTable, secondsOf } from './cost.ts';
import { drain } from './drain.ts';
import { round } from './numbers.ts';

export interface LargestDay {
  readonly lines: readonly (readonly [what: string, value: string])[];
  readonly drains: readonly { readonly shards: number; readonly perSecond: number; readonly skew: number }[];
}

const SHARDS = [16, 64, 256];
/** Write units that one partition of an index takes in a second. */
const UNITS_PER_PARTITION = 1_000;

const whole = (value: number) => Math.round(value).toLocaleString('en');

export async function largestDay(): Promise<LargestDay> {
  const table = priceTable();
  const { ours } = table;
  const assume = named('assumed', table.assumed);
  const day = named('largestDay', table.largestDay);
  const rate = day('ordersPerSecond');
  const polls = assume('pollsPerOrder');
  const requests = 2 + polls;
  const atOnce = (perOrder: number, step: typeof ours.create) => rate * perOrder * secondsOf(step, assume);
  const concurrency = atOnce(1, ours.create) + atOnce(polls, ours.poll) + atOnce(1, ours.notification);
  const unpaid = rate * day('unpaidShare');
  // An order enters the due index when it is opened and leaves it when it is paid or closed.
  const dueUnits = 2 * rate;

  const drains = [];
  for (const shards of SHARDS) {
    const { perSecond, skew } = await drain({
      shards,
      groups: 16,
      perSecond: 10_000,
      backlog: 60_000,
      ms: 5_000,
      tableMs: assume('tableCallMs'),
      channelMs: assume('channelCallMs'),
    });
    drains.push({ shards, perSecond, skew: round(skew) });
  }
  const visitsOf = (memoryMb: number) => (Math.min(1, memoryMb / assume('vcpuAtMb')) * 1_000) / day('sweepVisitCpuMs');
  const sealing = (day('ordersPerDay') * day('statementCpuMsPerOrder')) / 1_000;
  const sealers = sealing / (day('sealingHours') * 3_600 * day('sweepShare'));
  const perMillion = costBench(table).cost.usdPerMillionPaid;
  return {
    lines: [
      ['requests to the API, a second', whole(rate * requests)],
      ['functions at once', whole(concurrency)],
      ['of these for polls', whole(atOnce(polls, ours.poll))],
      ['calls to the channel, a second', whole(rate * (1 + polls) + unpaid)],
      ['write units of the orders table with its indexes, a second', whole(rate * ours.writeUnits)],
      ['read units of the orders table, a second', whole(rate * (ours.readUnits + polls))],
      [
        'read units of the directory, a second, if every instance meets every terminal anew',
        whole(rate * requests * 3),
      ],
      ['write units of the due index, a second', whole(dueUnits)],
      ...SHARDS.map((n): [string, string] => [
        `of these in one of ${n} shards (a partition takes ${whole(UNITS_PER_PARTITION)})`,
        whole(dueUnits / n),
      ]),
      ['orders that nobody pays, a second', whole(unpaid)],
      ['of these one sweep of 512 MB closes (CPU)', whole(visitsOf(512))],
      ['of these one sweep of 1,769 MB closes (CPU)', whole(visitsOf(1_769))],
      ['CPU hours to seal the day', whole(sealing / 3_600)],
      [`sweeps of 1,769 MB that seal it in ${day('sealingHours')} hours`, whole(sealers)],
      ['US dollars for a million paid orders', perMillion.toFixed(2)],
      [
        `US dollars for the day of ${whole(day('ordersPerDay'))} orders`,
        whole((perMillion * day('ordersPerDay')) / 1e6),
      ],
    ],
    drains,
  };
}
