/**
 * A sale over the merchant's midnight, with which other terms begin: its first code was closed and is paid all the same before
 * midnight, the second one after it, and only the bill tells of the first. One statement then tells both, under two agreements.
 */

import { dayIn, endOf } from '../judges/calendar.ts';
import type { Io } from '../world/io.ts';
import type { SimulatedShop } from '../world/shop.ts';
import { operatorOf } from '../world/tills.ts';
import { closeInConsole } from './owner.ts';

const SECOND = 1_000;

export function sellAcrossMidnight(shop: SimulatedShop, io: Io): void {
  const { world } = io;
  const { chance } = world;
  const { zone } = shop.contract;
  const midnight = endOf(zone, dayIn(zone, world.now));
  const till = 'c';
  const amount = { currency: 'CNY', value: chance.int(400, 900) };
  const more = { expiresInSeconds: 90, qrCode: true, svg: false };
  const sale = {
    merchantOrderNo: `midnight-${midnight}`,
    amount,
    subject: 'tea',
    operatorId: operatorOf(till),
    ...more,
  };
  const at = (time: number, run: () => unknown) => world.in(time - world.now, run);
  const numberOf = (n: number) => {
    const trades = [...shop.channel.shown].filter((it) => it.endsWith(`_${n}`) && it.startsWith(orderId ?? ' '));
    return trades[0] ?? '';
  };
  let orderId: string | undefined;
  at(midnight - 60 * SECOND, async () => {
    orderId = (await shop.createOrder(till, sale))?.orderId;
  });
  at(midnight - 50 * SECOND, () => {
    const trade = shop.channel.find(numberOf(1));
    if (trade) shop.channel.books.scan(trade, world.now);
  });
  at(midnight - 48 * SECOND, () => closeInConsole(shop.channel, numberOf(1)));
  for (const seconds of [45, 40, 35]) at(midnight - seconds * SECOND, () => orderId && shop.getOrder(till, orderId));
  at(midnight - 30 * SECOND, () => orderId && shop.createQrCode(till, orderId, 2));
  at(midnight - chance.int(SECOND, 20 * SECOND), () => shop.channel.pay(numberOf(1), true));
  at(midnight + chance.int(SECOND, 40 * SECOND), () => shop.channel.pay(numberOf(2)));
}
