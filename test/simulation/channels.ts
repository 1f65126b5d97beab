/**
 * One history of a merchant with an account at Antom, beside Alipay's or alone, who sells in three currencies. It is judged by the
 * books of both channels; what Alipay's documents must say to the letter is judged in the other histories.
 */
import { playChannels } from './actors/channels-floor.ts';
import { replaceToken } from './actors/owner.ts';
import { type FaultName, faultsOf, noFaults } from './adversary/faults.ts';
import type { Outcome } from './history.ts';
import { dayIn, endOf } from './judges/calendar.ts';
import { type ChannelOrder, ChannelsJudge } from './judges/channels.ts';
import { checkAlarm, checkFault } from './judges/invariants.ts';
import { Violation } from './judges/violation.ts';
import { startSweeps } from './sweeps.ts';
import type { Contract } from './world/contract.ts';
import { Io } from './world/io.ts';
import { SimulatedShop } from './world/shop.ts';
import { chanceOf, World } from './world/world.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const ZONES = ['Asia/Shanghai', 'Asia/Tokyo', 'America/New_York'] as const;
const START = Date.parse('2026-03-07T04:00:00.000Z');
const FAULTY = 6 * HOUR;
const LAST_LINES = 80 * HOUR;
/** One seed in so many has such a merchant: none of those that are kept in histories.test.ts, or stood in test/defects/record.json. */
const SHARE = 1 / 6;
const SALT = 0x0a6f130c;

export function hasChannels(seed: number): boolean {
  return chanceOf(seed ^ SALT).hit(SHARE);
}

export async function playSeveralChannels(seed: number, without: ReadonlySet<FaultName>): Promise<Outcome> {
  const world = new World(seed, START);
  const { chance } = world;
  const drawn = faultsOf(chance);
  const faults = { ...drawn, poison: 0, consoleRefund: 0, consoleClose: 0 };
  for (const name of without) faults[name] = 0;
  world.now = START + chance.int(0, 24 * HOUR);
  const io = new Io(world, faults, []);
  const contract = contractOf(io);
  const found: { violation?: string; items: unknown[] } = { items: [] };
  const judge = (check: () => void, items: unknown[] = []) => {
    try {
      check();
    } catch (error) {
      const message =
        error instanceof Violation ? error.message : `fault: ${error instanceof Error ? error.stack : error}`;
      found.violation ??= message;
      if (found.items.length === 0) found.items = items;
    }
  };
  const nothing = () => {};
  let planSweep = nothing;
  const shop: SimulatedShop = new SimulatedShop(io, contract, {
    ...{ onThanks: nothing, onTold: nothing, onCount: nothing, onDone: nothing, onEnd: nothing, onBegun: nothing },
    ...{ onAnswer: nothing, onStatement: nothing },
    onReply: (its, { body }) => judge(() => judged.told(its, body)),
    written: () => planSweep(),
    onAlarm: (what) => judge(() => checkAlarm(what)),
    onFault: (what, error) => judge(() => checkFault(what, error)),
    onAsked: (asked) => judged.heard(asked),
    onOrder: (before, after, _, by) => {
      if (!String(after.orderId).startsWith('ord_')) return;
      const [was, is] = [before, after] as unknown as [ChannelOrder | undefined, ChannelOrder];
      judge(() => judged.written(was, is, by, world.now), [before, after]);
    },
  });
  const { antom } = shop;
  const judged = new ChannelsJudge(contract, shop.stores.orders, { alipay: shop.channel, antom });
  antom.onCall = (...call) => judge(() => judged.antomCalled(...call));
  if (chance.hit(0.5)) antom.pending = 0.4 * chance.next();
  antom.mail.isMute = chance.hit(0.25);
  // What nobody tells, nobody can know.
  antom.manners.lateMoneyStays = !antom.mail.isMute && chance.hit(0.3);
  antom.forgetsRefused = chance.hit(0.3);
  antom.style.rateMissing = chance.hit(0.2);
  antom.style.quoteNumeric = chance.hit(0.3);
  await shop.openStatements(world.now);
  const broken = () => found.violation !== undefined;
  playChannels(shop, io, world.now);
  planSweep = startSweeps(shop, io);
  planSweep();
  const healAt = world.now + (chance.hit(0.3) ? chance.int(5 * MINUTE, 20 * MINUTE) : FAULTY);
  await world.runUntil(healAt, broken);
  world.tell('everything heals');
  Object.assign(faults, noFaults());
  Object.assign(antom, { pending: 0, forgetsRefused: false });
  replaceToken(shop);
  await world.runUntil(endOf(contract.zone, dayIn(contract.zone, healAt + LAST_LINES)) + HOUR, broken);
  if (!broken()) {
    const { statements } = await shop.readAll([]);
    const lines = statements.flatMap((it) => it.lines);
    judge(() => judged.end(lines, shop.channel.handedOver), shop.stores.orders.all());
  }
  const { met, points } = io;
  io.count('severalChannels');
  return {
    ...{ seed, digest: world.digest, points, met, story: world.story, faults: drawn, items: found.items },
    ...(found.violation !== undefined && { violation: found.violation }),
  };
}

function contractOf({ world: { chance } }: Io): Contract {
  const terms = { agreementId: 'agr_1', currency: 'CNY', validFrom: '2020-01-01', ratePpm: 6_000 } as const;
  return {
    zone: chance.pick(ZONES),
    terms: [{ ...terms, feeOnRefund: 'returned' }],
    latePayment: chance.hit(0.3) ? 'keep' : 'refund',
    refundWindowDays: 90,
    limits: {},
    isCrossing: false,
    accounts: chance.hit(0.7) ? ['alipay', 'antom'] : ['antom'],
  };
}
