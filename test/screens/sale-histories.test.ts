/** The till's sale in histories: requests, answers and pages get lost, each sale is one order, and none is forgotten. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isOpen } from '../../web/till/sale-state.ts';
import type { Fate } from './server.ts';
import { EMPTY_WALLET, GOOD_CODE, online, SCANNED, started, type Till, WANTED } from './till.ts';

/** What cashiers, customers, networks and browsers do. */
const DEEDS = [
  'begin',
  'charge',
  'no money',
  'next',
  'scan',
  'cancel',
  'done',
  'park',
  'check',
  'reload',
  'pay',
  'a moment',
  'a while',
] as const;
type Deed = (typeof DEEDS)[number];

async function does(till: Till, deed: Deed): Promise<void> {
  const { sale, server } = till;
  switch (deed) {
    case 'begin':
      return sale.begin(WANTED);
    case 'charge':
      return sale.begin(SCANNED, GOOD_CODE);
    case 'no money':
      return sale.begin(SCANNED, EMPTY_WALLET);
    case 'next':
      return sale.next();
    case 'scan':
      return sale.next(GOOD_CODE);
    case 'pay':
      for (const { qrCode } of await server.orders()) if (qrCode) server.pay(qrCode.payload);
      return;
    case 'a moment':
      return server.pass(4_000);
    case 'a while':
      return server.pass(70_000);
    default:
      return deed === 'reload' ? till.reload() : sale[deed]();
  }
}

test('in every history every sale is at most one order, and no order is open that the till does not know', async () => {
  const step = fc.record({
    deed: fc.constantFrom(...DEEDS),
    fates: fc.array(fc.constantFrom<Fate>('lost', 'unanswered', 'answered'), { maxLength: 4 }),
  });
  const ends = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      const till = await started();
      for (const { deed, fates } of steps) {
        till.server.fates = [...fates];
        await does(till, deed);
      }
      // In the end everything is heard of.
      await online(till);
      await till.reload();
      for (let looks = 0; looks < 3; looks += 1) {
        await till.server.pass(4_000);
        await till.sale.check();
      }
      const orders = await till.server.orders();
      const { intent, parked, order } = till.sale.state();
      ends.add(till.screen());
      const known = [...parked.map(({ orderId }) => orderId), intent?.orderId];
      const numbers = orders.map(({ merchantOrderNo }) => merchantOrderNo);
      expect(new Set(numbers).size).toBe(numbers.length);
      expect(numbers.filter((it) => !till.numbers.includes(it))).toEqual([]);
      expect(orders.filter((it) => isOpen(it) && !known.includes(it.orderId))).toEqual([]);
      // Each is an order, or the cashier was told that it is none.
      expect(till.numbers.length - orders.length).toBeLessThanOrEqual(till.refused);
      // What the till shows is what the server has.
      if (order) expect(orders.find(({ orderId }) => orderId === order.orderId)?.status).toBe(order.status);
      till.sale.stop();
    }),
    { seed: 16, numRuns: 400 },
  );
  // The histories end in many ways, so that the rules above have seen something.
  expect([...ends].sort()).toEqual(expect.arrayContaining(['cancelled', 'code', 'failed', 'paid', 'ready', 'scan']));
});
