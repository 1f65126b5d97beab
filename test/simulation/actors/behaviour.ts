/** What people do beyond selling, in histories in which they have the habit: see habits.ts. */

import type { Io } from '../world/io.ts';
import type { SimulatedShop } from '../world/shop.ts';
import { operatorOf, TILLS } from '../world/tills.ts';
import type { OrderPage } from '../world/wire.ts';
import type { Habits } from './habits.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export function behave(shop: SimulatedShop, io: Io, start: number, habits: Habits): void {
  if (habits.isHasty) shop.onPaid.push((order) => refundInHaste(shop, io, order));
  if (habits.closesOften) closeOften(shop, io);
  if (habits.slices) shop.onPaid.push((order) => void slice(shop, io, order));
  if (habits.isCrowded)
    for (const minutes of [1, 2]) io.world.in(minutes * MINUTE, () => crowd(shop, io, `${start}-crowd-${minutes}`));
}

/** A part, a few seconds later another part, and both once more after a while: what failed leaves room for it. */
function refundInHaste(shop: SimulatedShop, io: Io, { orderId, amount }: OrderPage): void {
  const { world } = io;
  const { chance } = world;
  const till = chance.pick(TILLS);
  const part = Math.max(1, Math.floor(amount.value / 2));
  const first = chance.int(5 * SECOND, 20 * MINUTE);
  const again = first + chance.int(2 * MINUTE, 10 * MINUTE);
  const refund = (no: string, at: number) => world.in(at, () => void shop.createRefund(till, orderId, no, part));
  refund('h1', first);
  refund('h2', first + chance.int(1_200, 3_600));
  refund('h3', again);
  refund('h4', again + chance.int(1_200, 3_600));
}

/** The shifts of all tills, again and again, so that some of it happens while the news of a payment is on its way. */
function closeOften(shop: SimulatedShop, io: Io): void {
  const { world } = io;
  for (const till of TILLS)
    for (let n = 1; n <= 8; n += 1)
      world.in(world.chance.int(MINUTE, 25 * MINUTE), () => void shop.closeShift(till, `often-${n}`));
}

/** An order takes so many slices, and the last takes all the rest. */
async function slice(shop: SimulatedShop, io: Io, { orderId, amount }: OrderPage): Promise<void> {
  const { world } = io;
  if (amount.value < 200) return;
  for (let n = 1; n <= 52; n += 1) {
    await shop.createRefund('office', orderId, `slice-${n}`, 1);
    await new Promise<void>((resolve) => world.in(world.chance.int(SECOND, 10 * SECOND), resolve));
  }
  await shop.createRefund('office', orderId, 'all the rest', amount.value - 49);
}

/** More sales than are allowed, by one till or by all; nobody pays for them. */
function crowd(shop: SimulatedShop, io: Io, number: string): void {
  const { world } = io;
  const { chance } = world;
  const same = chance.pick(TILLS);
  const isSame = chance.hit(0.5);
  for (let n = chance.int(3, 6); n > 0; n -= 1) {
    const till = isSame ? same : chance.pick(TILLS);
    const sale = {
      ...{ merchantOrderNo: `${number}-${n}`, amount: { currency: 'CNY', value: 100 }, subject: 'tea' },
      ...{ operatorId: operatorOf(till), expiresInSeconds: 90, qrCode: chance.hit(0.5), svg: false },
    };
    world.in(chance.int(0, 2_500), () => void shop.createOrder(till, sale));
  }
}
