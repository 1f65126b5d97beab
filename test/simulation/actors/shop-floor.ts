/** Who stands at the counter: customers who scan, are scanned, pay or do not, and cashiers who ask twice and give up. */

import type { Io } from '../world/io.ts';
import type { SimulatedShop } from '../world/shop.ts';
import { type By, operatorOf, TILLS, type Till } from '../world/tills.ts';
import type { OrderPage } from '../world/wire.ts';
import { behave } from './behaviour.ts';
import { sellAcrossMidnight } from './crossing.ts';
import type { Habits } from './habits.ts';
import { closeInConsole, misreport, refundInConsole, renew } from './owner.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Nobody begins anything after that; faults last longer. */
const LATEST = 180 * MINUTE;

/** Sets everybody to work. Answers nothing: all that counts is in the books. */
export function play(shop: SimulatedShop, io: Io, start: number, habits: Habits): void {
  behave(shop, io, start, habits);
  const { chance } = io.world;
  const orders = chance.int(1, 3);
  const { outageMs } = io.faults;
  if (outageMs > 0)
    io.world.in(chance.int(0, 10 * MINUTE), () => {
      // By then everything may have healed.
      if (io.faults.outageMs > 0) shop.channel.outUntil = io.world.now + chance.int(0, outageMs);
    });
  if (io.strikes('renewal')) io.world.in(chance.int(0, 20 * MINUTE), () => io.faults.renewal > 0 && renew(shop));
  if (shop.contract.isCrossing) sellAcrossMidnight(shop, io);
  for (const till of TILLS)
    for (let shifts = chance.int(0, 2); shifts > 0; shifts -= 1) closings(shop, io, till, `${shifts}`);
  for (let i = 0; i < orders; i += 1) {
    io.world.in(chance.int(0, 10 * MINUTE), () => void sell(shop, io, `${start}-${i}`, habits));
  }
}

/** A cashier closes the shift, is impatient, and closes it again by the same number; sometimes a colleague does by another. */
function closings(shop: SimulatedShop, io: Io, till: Till, shiftNo: string): void {
  const { world } = io;
  const { chance } = world;
  const at = chance.hit(0.7) ? chance.int(MINUTE, 20 * MINUTE) : chance.int(20 * MINUTE, LATEST);
  for (let clicks = chance.int(1, 3); clicks > 0; clicks -= 1)
    world.in(at + chance.pick([0, chance.int(0, 3 * SECOND), chance.int(0, 10 * MINUTE)]), () => {
      void shop.closeShift(till, shiftNo);
      if (chance.hit(0.2)) void shop.closeShift(till, `${shiftNo}${clicks}`);
    });
}

/** Where something is limited, often just what is allowed, or a fen more. */
function atLimit({ world: { chance } }: Io, limit: number | undefined): number | undefined {
  return limit !== undefined && chance.hit(0.7) ? limit + chance.pick([0, 0, 1]) : undefined;
}

/** The sale's own till, or another one. */
function either(io: Io, till: Till): Till {
  const { chance } = io.world;
  return chance.hit(0.25) ? chance.pick(TILLS.filter((it) => it !== till)) : till;
}

/** Whoever gives money back: mostly the sale's own till. */
function refunder(io: Io, till: Till): By {
  return io.world.chance.hit(0.15) ? 'office' : either(io, till);
}

async function sell(shop: SimulatedShop, io: Io, merchantOrderNo: string, { hasLongCodes }: Habits): Promise<void> {
  const { world } = io;
  const { chance } = world;
  const till = chance.pick(TILLS);
  const byTillCode = chance.hit(0.45);
  // Above 1,000 yuan the customer has to confirm a scanned code.
  const { largestOrder } = shop.contract.limits;
  const value = atLimit(io, largestOrder) ?? (chance.hit(0.4) ? chance.int(100_001, 200_000) : chance.int(1, 2_000));
  const body = {
    merchantOrderNo,
    amount: { currency: 'CNY', value },
    subject: 'tea',
    operatorId: operatorOf(till),
    expiresInSeconds: chance.pick(hasLongCodes ? [90, 600] : [90, 180]),
    qrCode: !byTillCode && chance.hit(0.8),
    svg: false,
  };
  let order: OrderPage | undefined;
  for (let tries = chance.int(1, 3); tries > 0; tries -= 1) {
    order = (await shop.createOrder(till, body)) ?? order;
    if (chance.hit(0.3)) void shop.createOrder(till, body);
  }
  if (!order) return;
  const { orderId } = order;
  if (io.strikes('poison')) shop.channel.poisoned.add(orderId);
  if (byTillCode) await scanCustomer(shop, io, either(io, till), orderId, 1);
  else {
    if (!body.qrCode) await shop.createQrCode(till, orderId, 1);
    customer(shop, io, till, orderId, 1);
  }
  cashier(shop, io, till, orderId, value);
  await poll(shop, io, till, orderId);
}

/** Scans and pays, or does not; early, at the last moment, or when it is too late. */
function customer(shop: SimulatedShop, io: Io, till: Till, orderId: string, n: number): void {
  const { world } = io;
  const { chance } = world;
  const attemptNo = `${orderId}_${n}`;
  const scansAt = chance.int(SECOND, 150 * SECOND);
  if (chance.hit(0.7)) world.in(scansAt, () => scan(shop, attemptNo));
  // The cashier gives up while the customer enters the password.
  if (chance.hit(0.2)) world.in(scansAt + chance.int(0, 3 * SECOND), () => void shop.closeOrder(till, orderId));
  if (chance.hit(0.7))
    world.in(scansAt + chance.pick([SECOND, 20 * SECOND, chance.int(0, 120 * SECOND)]), () =>
      shop.channel.pay(attemptNo),
    );
  if (io.strikes('consoleClose'))
    world.in(scansAt + chance.int(SECOND, 30 * SECOND), () => closeInConsole(shop.channel, attemptNo));
  if (io.strikes('wrongAmount')) world.in(chance.int(SECOND, 60 * SECOND), () => misreport(shop.channel, attemptNo));
  if (io.strikes('providerLies')) world.in(liesAt(io), () => shop.channel.pay(attemptNo, true));
}

/** When money arrives for what was called closed: in the middle of the next attempt, or when nobody thinks of it any more. */
function liesAt({ world: { chance } }: Io): number {
  return chance.hit(0.5) ? chance.int(20 * SECOND, 4 * MINUTE) : chance.int(MINUTE, 30 * MINUTE);
}

/** The terminal scans the customer's code, is impatient, and scans again: the same code, or another one. */
async function scanCustomer(shop: SimulatedShop, io: Io, till: Till, orderId: string, n: number): Promise<void> {
  const { world } = io;
  const { chance } = world;
  const attemptNo = `${orderId}_${n}`;
  const newCode = () => shop.channel.books.newTillCode(world.now, chance.hit(0.15)).code;
  const code = newCode();
  if (chance.hit(0.6)) world.in(chance.int(SECOND, 70 * SECOND), () => shop.channel.confirm(attemptNo));
  if (io.strikes('providerLies')) world.in(liesAt(io), () => shop.channel.confirm(attemptNo, true));
  if (io.strikes('wrongAmount')) world.in(chance.int(SECOND, 60 * SECOND), () => misreport(shop.channel, attemptNo));
  for (let tries = chance.int(1, 3); tries > 0; tries -= 1) {
    if (chance.hit(0.2)) void shop.payWithTillCode(till, orderId, n, chance.hit(0.5) ? code : newCode());
    const order = await shop.payWithTillCode(till, orderId, n, code);
    if (chance.hit(0.2)) void shop.payWithTillCode(till, orderId, n + 1, newCode());
    if (order) return;
  }
}

function scan(shop: SimulatedShop, attemptNo: string): void {
  const trade = shop.channel.find(attemptNo);
  if (trade && shop.channel.shown.has(attemptNo)) shop.channel.books.scan(trade, shop.now);
}

function cashier(shop: SimulatedShop, io: Io, till: Till, orderId: string, value: number): void {
  const { world } = io;
  const { chance } = world;
  if (chance.hit(0.4)) world.in(chance.int(SECOND, 4 * MINUTE), () => void shop.closeOrder(till, orderId));
  if (chance.hit(0.3))
    world.in(chance.int(20 * SECOND, 5 * MINUTE), () => void nextAttempt(shop, io, till, orderId, 2));
  for (let refunds = chance.int(0, 3); refunds > 0; refunds -= 1) {
    const { largestTerminalRefund, refundedPerDay } = shop.contract.limits;
    const limited = atLimit(io, largestTerminalRefund ?? refundedPerDay);
    const amount = limited ?? (chance.hit(0.5) ? value : chance.int(1, value));
    const at = chance.int(MINUTE, LATEST);
    const by = refunder(io, till);
    for (let clicks = chance.int(1, 3); clicks > 0; clicks -= 1)
      world.in(at + chance.int(0, 2 * SECOND), () => {
        // A terminal that was told `requested` asks again.
        void shop.createRefund(by, orderId, `r${refunds}`, amount).then(() => poll(shop, io, till, orderId));
      });
  }
  for (let more = io.strikes('consoleRefund'); more; more = chance.hit(0.4)) {
    // Some of them while the goods still lie on the counter.
    const at = chance.hit(0.5) ? chance.int(10 * SECOND, 5 * MINUTE) : chance.int(MINUTE, LATEST);
    const amount = chance.hit(0.4) ? 'rest' : chance.int(1, value);
    const attemptNo = `${orderId}_${chance.hit(0.8) ? 1 : 2}`;
    world.in(at, () => refundInConsole(shop.channel, attemptNo, amount));
  }
}

async function nextAttempt(shop: SimulatedShop, io: Io, till: Till, orderId: string, n: number): Promise<void> {
  if (io.world.chance.hit(0.5)) return scanCustomer(shop, io, either(io, till), orderId, n);
  const order = await shop.createQrCode(till, orderId, n);
  if (order?.attempt?.n !== n) return;
  customer(shop, io, till, orderId, n);
  // The customer's first code, ended by the channel's word, is paid as well.
  if (io.faults.providerLies > 0 && io.world.chance.hit(0.9))
    io.world.in(io.world.chance.int(SECOND, 3 * MINUTE), () => shop.channel.pay(`${orderId}_${n - 1}`, true));
}

async function poll(shop: SimulatedShop, io: Io, till: Till, orderId: string): Promise<void> {
  const { world } = io;
  for (let polls = world.chance.int(0, 40); polls > 0; polls -= 1) {
    const order = await shop.getOrder(till, orderId);
    // The last sale of the day: the shift is closed as soon as it is paid.
    if (order?.payment && world.chance.hit(0.15)) void shop.closeShift(till, `after-${orderId.slice(4, 12)}`);
    if (order && wantsAnotherCode(order, world.now) && world.chance.hit(0.7))
      await nextAttempt(shop, io, till, orderId, (order.attempt?.n ?? 0) + 1);
    const pause = order ? order.nextPollAfterMs : 2 * SECOND;
    if (pause === null) return;
    await new Promise<void>((resolve) => world.in(pause, resolve));
  }
}

/** As a cashier would: the channel refused the code, or it ran out while the customer stood there. */
function wantsAnotherCode({ nextAction, expiresAt, attempt }: OrderPage, now: number): boolean {
  return nextAction === 'get_qr_code' || (nextAction === 'wait' && attempt !== null && Date.parse(expiresAt) <= now);
}
