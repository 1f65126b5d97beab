/**
 * One history: a shop with a few orders, a terminal that asks twice, a cashier who gives up, a payer who comes late, and an
 * adversary. Six hours of faults at the most, then everything heals, then everything must have come right.
 */
import type { OrderView } from '../../functions/http/answers.ts';
import type { KeyItem, Merchant } from '../../functions/merchant/merchant.ts';
import type { Order } from '../../functions/order/order.ts';
import { businessDay, endOfDay } from '../../functions/time.ts';
import { APP_ID, SELLER_ID } from './channel.ts';
import { type FaultName, type Faults, faultsOf, noFaults } from './faults.ts';
import { checkAlarm, checkEnd, checkThanks, checkWrite, Violation } from './invariants.ts';
import { Io, type Kill } from './io.ts';
import { SimulatedShop } from './shop.ts';
import { World } from './world.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const ZONE = 'Asia/Shanghai';
/** 2026-03-01, noon in Shanghai. */
const START = Date.parse('2026-03-01T04:00:00.000Z');
const FAULTY = 6 * HOUR;

export interface Setting {
  readonly seed: number;
  /** Fault classes to leave out, for shrinking. */
  readonly without?: ReadonlySet<FaultName>;
  /** No faults at all, but these kills. */
  readonly kills?: readonly Kill[];
}

export interface Outcome {
  readonly seed: number;
  readonly violation?: string;
  readonly digest: number;
  readonly points: number;
  readonly met: ReadonlyMap<string, number>;
  readonly story: readonly string[];
  readonly faults: Faults;
  /** The order that the violation names, as it was and was to be. */
  readonly items: readonly unknown[];
}

export async function playHistory({ seed, without, kills }: Setting): Promise<Outcome> {
  const world = new World(seed, START);
  const { chance } = world;
  const drawn = faultsOf(chance);
  const faults = kills ? noFaults() : drawn;
  for (const name of without ?? []) faults[name] = 0;
  world.now = START + (kills ? 0 : chance.int(0, 12 * HOUR));
  const io = new Io(world, faults, kills ?? []);
  const found: { violation?: string; items: unknown[] } = { items: [] };
  const blame = (error: unknown, items: unknown[] = []) => {
    found.violation ??=
      error instanceof Violation ? error.message : `fault: ${error instanceof Error ? error.stack : error}`;
    if (found.items.length === 0) found.items = items;
  };
  let planSweep = () => {};
  const judge = (check: () => void, items: unknown[] = []) => {
    try {
      check();
    } catch (error) {
      blame(error, items);
    }
  };
  const shop: SimulatedShop = new SimulatedShop(io, merchantOf(chance.hit(0.3)), KEY, {
    written: () => planSweep(),
    onThanks: (news) => judge(() => checkThanks(shop.stores, shop.channel, news)),
    onAlarm: (what) => judge(() => checkAlarm(what)),
    onOrder: (before, after, size) => {
      countMove(io, before as unknown as Order | undefined, after as unknown as Order);
      judge(() => checkWrite(shop.channel, world.now, before, after, size), [before, after]);
    },
  });
  const broken = () => found.violation !== undefined;
  await shop.openStatements(world.now);
  play(shop, io, world.now);
  planSweep = startSweeps(shop, io);
  planSweep();
  const healAt = world.now + FAULTY;
  await world.runUntil(healAt, broken);
  Object.assign(faults, noFaults());
  // What breaks us is mended in half of the histories; in the others, everybody else has to live with it.
  if (chance.hit(0.5)) shop.channel.poisoned.clear();
  await world.runUntil(endOfDay(businessDay(healAt + 24 * HOUR, ZONE), ZONE) + HOUR, broken);
  if (!broken()) {
    try {
      checkEnd(shop.stores, shop.channel);
    } catch (error) {
      blame(error, shop.stores.orders.all());
    }
  }
  const { met, points } = io;
  return {
    seed,
    ...(found.violation !== undefined && { violation: found.violation }),
    digest: world.digest,
    points,
    met,
    story: world.story,
    faults: drawn,
    items: found.items,
  };
}

function countMove(io: Io, before: Order | undefined, after: Order): void {
  if (!after.orderId.startsWith('ord_')) return;
  const facts = (order: Order | undefined) => ({
    created: order !== undefined,
    attempt: (order?.attempts.length ?? 0) > 1,
    code: order?.attempts.some(({ payload }) => payload !== undefined) ?? false,
    refusedCode: order?.attempts.some(({ refused }) => refused !== undefined) ?? false,
    deadClosed: order?.attempts.some(({ dead }) => dead?.why === 'closed') ?? false,
    deadExpired: order?.attempts.some(({ dead }) => dead?.why === 'expired') ?? false,
    closeAskedByCashier: order?.closeAsked?.by === 'cashier',
    closeAskedByExpiry: order?.closeAsked?.by === 'expiry',
    closed: order?.closed !== undefined,
    paid: (order?.payments.length ?? 0) > 0,
    paidAfterClosed: order?.closed !== undefined && order.payments.length > 0,
    surplus: (order?.payments.length ?? 0) > 1,
    refundAsked: order?.refunds.some(({ source }) => source === 'till') ?? false,
    refundAutomatic: order?.refunds.some(({ source }) => source === 'automatic') ?? false,
    refundReported: order?.refunds.some(({ source }) => source === 'channel') ?? false,
    refundRepeated: order?.refunds.some(({ tries }) => tries > 1) ?? false,
    refundDoubted: order?.refunds.some(({ doubted }) => doubted !== undefined) ?? false,
    refundSucceeded: order?.refunds.some(({ result }) => result?.status === 'succeeded') ?? false,
    refundFailed: order?.refunds.some(({ result }) => result?.status === 'failed') ?? false,
    postponed: order?.failures !== undefined,
    billed: order?.payments.some(({ billed }) => billed !== undefined) ?? false,
  });
  const was = facts(before) as Record<string, boolean>;
  for (const [name, holds] of Object.entries(facts(after))) if (holds && !was[name]) io.count(`move ${name}`);
}

const KEY: KeyItem = {
  id: 'trm_aaaabbbbcccc.1',
  merchantId: 'mer_aaaabbbbcccc',
  kind: 'key',
  version: 1,
  alg: 'ed25519',
  publicKey: '',
  scopes: ['orders:write', 'orders:read', 'refunds:write'],
  storeId: 'main',
  terminalId: 'trm_aaaabbbbcccc',
  createdAt: 0,
};

function merchantOf(keepsLate: boolean): Merchant {
  return {
    id: 'mer_aaaabbbbcccc',
    merchantId: 'mer_aaaabbbbcccc',
    kind: 'merchant',
    version: 1,
    acquirer: 'acquirer',
    name: 'shop',
    zone: ZONE,
    agreements: [
      { agreementId: 'agr_1', currency: 'CNY', validFrom: '2020-01-01', ratePpm: 6_000, feeOnRefund: 'returned' },
    ],
    accounts: [{ channel: 'alipay', appId: APP_ID, sellerId: SELLER_ID }],
    channels: {},
    latePayment: keepsLate ? 'keep' : 'refund',
    refundWindowDays: 90,
    limits: {},
  };
}

/** Every minute, if anything may be due by any clock; skipped and doubled as the adversary likes. Answers who plans the next one. */
function startSweeps(shop: SimulatedShop, io: Io): () => void {
  const { world } = io;
  const { orders, statements } = shop.stores;
  let planned = Number.POSITIVE_INFINITY;
  const plan = () => {
    const due = Math.min(orders.nextDue(), statements.nextDue()) - 31 * SECOND;
    if (due === Number.POSITIVE_INFINITY) return;
    const at = (Math.floor(Math.max(due, world.now) / MINUTE) + 1) * MINUTE;
    if (at >= planned) return;
    planned = at;
    world.in(at - world.now, () => (planned === at ? tick() : 'quiet'));
  };
  const tick = () => {
    planned = Number.POSITIVE_INFINITY;
    if (!io.strikes('sweepSkipped')) {
      void shop.sweep();
      if (io.strikes('sweepDoubled')) world.in(world.chance.int(0, 30 * SECOND), () => void shop.sweep());
    }
    plan();
  };
  return plan;
}

/** Sets everybody to work. Answers nothing: all that counts is in the books. */
function play(shop: SimulatedShop, io: Io, start: number): void {
  const { chance } = io.world;
  const orders = chance.int(1, 3);
  for (let i = 0; i < orders; i += 1) {
    io.world.in(chance.int(0, 10 * MINUTE), () => void sell(shop, io, `${start}-${i}`));
  }
}

async function sell(shop: SimulatedShop, io: Io, merchantOrderNo: string): Promise<void> {
  const { world } = io;
  const { chance } = world;
  const value = chance.int(1, 2_000);
  const body = {
    merchantOrderNo,
    amount: { currency: 'CNY', value },
    subject: 'tea',
    expiresInSeconds: chance.pick([90, 180]),
    qrCode: chance.hit(0.8),
    svg: false,
  };
  let order: OrderView | undefined;
  for (let tries = chance.int(1, 3); tries > 0; tries -= 1) {
    order = (await shop.createOrder(body)) ?? order;
    if (chance.hit(0.3)) void shop.createOrder(body);
  }
  if (!order) return;
  const { orderId } = order;
  if (io.strikes('poison')) shop.channel.poisoned.add(orderId);
  if (!body.qrCode) await shop.createQrCode(orderId, 1);
  customer(shop, io, `${orderId}_1`);
  cashier(shop, io, orderId, value);
  await poll(shop, io, orderId);
}

/** Scans and pays, or does not; early, at the last moment, or when it is too late. */
function customer(shop: SimulatedShop, io: Io, attemptNo: string): void {
  const { world } = io;
  const { chance } = world;
  const scansAt = chance.int(SECOND, 150 * SECOND);
  if (chance.hit(0.7)) world.in(scansAt, () => scan(shop, attemptNo));
  if (chance.hit(0.7))
    world.in(scansAt + chance.pick([SECOND, 20 * SECOND, chance.int(0, 120 * SECOND)]), () =>
      shop.channel.pay(attemptNo),
    );
  // The cashier gives up while the customer looks at the amount.
  if (chance.hit(0.2))
    world.in(scansAt + chance.int(0, 20 * SECOND), () => void shop.closeOrder(attemptNo.replace(/_\d+$/, '')));
  if (io.strikes('consoleClose'))
    world.in(scansAt + chance.int(SECOND, 30 * SECOND), () => shop.channel.closeInConsole(attemptNo));
  if (io.strikes('wrongAmount')) world.in(chance.int(SECOND, 60 * SECOND), () => shop.channel.misreport(attemptNo));
  if (io.strikes('providerLies')) world.in(chance.int(MINUTE, 30 * MINUTE), () => shop.channel.pay(attemptNo, true));
}

function scan(shop: SimulatedShop, attemptNo: string): void {
  const trade = shop.channel.find(attemptNo);
  if (trade && shop.channel.shown.has(attemptNo)) shop.channel.books.scan(trade, shop.now);
}

function cashier(shop: SimulatedShop, io: Io, orderId: string, value: number): void {
  const { world } = io;
  const { chance } = world;
  if (chance.hit(0.4)) world.in(chance.int(SECOND, 4 * MINUTE), () => void shop.closeOrder(orderId));
  if (chance.hit(0.3)) world.in(chance.int(100 * SECOND, 5 * MINUTE), () => void nextAttempt(shop, io, orderId, 2));
  for (let refunds = chance.int(0, 3); refunds > 0; refunds -= 1) {
    const amount = chance.hit(0.5) ? value : chance.int(1, value);
    const at = chance.int(MINUTE, FAULTY / 2);
    for (let clicks = chance.int(1, 3); clicks > 0; clicks -= 1)
      world.in(at + chance.int(0, 2 * SECOND), () => {
        // A terminal that was told `requested` asks again.
        void shop.createRefund(orderId, `r${refunds}`, amount).then(() => poll(shop, io, orderId));
      });
  }
  if (io.strikes('consoleRefund'))
    world.in(chance.int(MINUTE, FAULTY / 2), () => shop.channel.refundInConsole(`${orderId}_1`, chance.int(1, value)));
}

async function nextAttempt(shop: SimulatedShop, io: Io, orderId: string, n: number): Promise<void> {
  const order = await shop.createQrCode(orderId, n);
  if (order?.attempt?.n !== n) return;
  customer(shop, io, `${orderId}_${n}`);
  // The customer's first code, dead by the channel's word, is paid as well.
  const { world } = io;
  if (io.faults.providerLies > 0 && world.chance.hit(0.9))
    world.in(world.chance.int(SECOND, 3 * MINUTE), () => shop.channel.pay(`${orderId}_${n - 1}`, true));
}

async function poll(shop: SimulatedShop, io: Io, orderId: string): Promise<void> {
  const { world } = io;
  for (let polls = world.chance.int(0, 40); polls > 0; polls -= 1) {
    const order = await shop.getOrder(orderId);
    if (order && wantsAnotherCode(order, world.now) && world.chance.hit(0.7))
      await nextAttempt(shop, io, orderId, (order.attempt?.n ?? 0) + 1);
    const pause = order ? order.nextPollAfterMs : 2 * SECOND;
    if (pause === null) return;
    await new Promise<void>((resolve) => world.in(pause, resolve));
  }
}

/** As a cashier would: the channel refused the code, or it ran out while the customer stood there. */
function wantsAnotherCode({ nextAction, expiresAt, attempt }: OrderView, now: number): boolean {
  return nextAction === 'get_qr_code' || (nextAction === 'wait' && attempt !== null && Date.parse(expiresAt) <= now);
}
