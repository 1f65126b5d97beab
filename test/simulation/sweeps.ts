/** The sweep's minutes in virtual time. */
import type { Io } from './world/io.ts';
import type { SimulatedShop } from './world/shop.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Every minute, if anything may be due by any clock; skipped and doubled as the adversary likes. Answers who plans the next one. */
export function startSweeps(shop: SimulatedShop, io: Io): () => void {
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
