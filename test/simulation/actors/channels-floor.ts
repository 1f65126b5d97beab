/** A shop with accounts at one or two channels: sales in three currencies, tills that take a sale elsewhere, an operator who closes and prefers. */
import type { Io } from '../world/io.ts';
import type { SimulatedShop } from '../world/shop.ts';
import { MERCHANT_ID, operatorOf, TILLS, type Till } from '../world/tills.ts';
import type { OrderPage } from '../world/wire.ts';
import type { SaleAsked } from './asked.ts';
import { renew } from './owner.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const LATEST = 180 * MINUTE;
const CURRENCIES = ['CNY', 'JPY', 'HKD'] as const;
const CHANNELS = ['alipay', 'antom'] as const;

/** Sets everybody to work. */
export function playChannels(shop: SimulatedShop, io: Io, start: number): void {
  const { chance } = io.world;
  const sales = chance.int(1, 3);
  for (let i = 0; i < sales; i += 1)
    io.world.in(chance.int(0, 10 * MINUTE), () => void sell(shop, io, `${start}-${i}`));
  for (let words = chance.int(0, 3); words > 0; words -= 1)
    io.world.in(chance.int(0, 15 * MINUTE), () => (chance.hit(0.5) ? closes(shop, io) : prefers(shop, io)));
  if (io.strikes('renewal')) io.world.in(chance.int(0, 20 * MINUTE), () => io.faults.renewal > 0 && renew(shop));
}

function rewrite({ stores: { directory } }: SimulatedShop, members: object): void {
  const item = directory.get(MERCHANT_ID) as { version: number };
  directory.write({ ...item, ...members, version: item.version + 1 }, item.version);
}

/** The operator takes no new orders by a channel for some minutes. */
function closes(shop: SimulatedShop, io: Io): void {
  const { world } = io;
  const closed = world.chance.pick(CHANNELS);
  const channels = { [closed]: { state: world.chance.pick(['closed', 'draining'] as const) } };
  world.tell(`the operator closes ${closed}`);
  io.count('channelClosed');
  rewrite(shop, { channels });
  world.in(world.chance.int(MINUTE, 20 * MINUTE), () => rewrite(shop, { channels: {} }));
}

function prefers(shop: SimulatedShop, io: Io): void {
  const preferred = { CNY: io.world.chance.pick(CHANNELS) };
  io.world.tell(`the operator prefers ${preferred.CNY}`);
  rewrite(shop, { preferred });
}

async function sell(shop: SimulatedShop, io: Io, merchantOrderNo: string): Promise<void> {
  const { world } = io;
  const { chance } = world;
  const till = chance.pick(TILLS);
  const currency = chance.pick(CURRENCIES);
  // Above 1,000 yuan or the like the customer has to confirm a scanned code.
  const value = chance.hit(0.3) ? chance.int(2_000_000, 4_000_000) : chance.int(200, 3_000);
  const isScan = chance.hit(0.4);
  const sale: SaleAsked = {
    ...{ merchantOrderNo, amount: { currency, value }, subject: 'tea', operatorId: operatorOf(till) },
    ...{ expiresInSeconds: chance.pick([90, 180]), qrCode: !isScan && chance.hit(0.8), svg: false },
    ...(chance.hit(0.3) && { channel: chance.pick(CHANNELS) }),
  };
  await serve(shop, io, till, sale, isScan);
}

/** From the first request to the last poll; on the way, perhaps, the sale is taken elsewhere. */
async function serve(shop: SimulatedShop, io: Io, till: Till, sale: SaleAsked, isScan: boolean): Promise<void> {
  const { chance } = io.world;
  let order: OrderPage | undefined;
  for (let tries = chance.int(1, 3); tries > 0; tries -= 1) {
    order = (await shop.createOrder(till, sale)) ?? order;
    if (chance.hit(0.3)) void shop.createOrder(till, sale);
  }
  if (!order) return;
  const { orderId } = order;
  if (sale.replaces === undefined && chance.hit(0.4)) takesElsewhere(shop, io, till, sale, orderId);
  if (isScan) await scanCustomer(shop, io, till, orderId, 1);
  else {
    if (!sale.qrCode) await shop.createQrCode(till, orderId, 1);
    customer(shop, io, till, orderId, 1);
  }
  cashier(shop, io, till, orderId, sale);
  await poll(shop, io, till, orderId);
}

/** Another order in the place of this one, asked for once or several times; often while the customer pays the old code. */
function takesElsewhere(shop: SimulatedShop, io: Io, till: Till, sale: SaleAsked, orderId: string): void {
  const { world } = io;
  const { chance } = world;
  const { channel, ...rest } = sale;
  const next = { ...rest, merchantOrderNo: `${sale.merchantOrderNo}-next`, replaces: orderId, qrCode: chance.hit(0.6) };
  const elsewhere = chance.hit(0.5) ? { channel: chance.pick(CHANNELS) } : {};
  const at = chance.int(2 * SECOND, 4 * MINUTE);
  world.in(at, () => void serve(shop, io, till, { ...next, ...elsewhere }, chance.hit(0.3)));
  if (chance.hit(0.6)) world.in(at + chance.int(-2 * SECOND, 5 * SECOND), () => pays(shop, `${orderId}_1`));
}

/** Whichever channel knows the attempt takes its customer's money; nobody pays a code that no terminal has shown. */
function pays({ channel, antom }: SimulatedShop, attemptNo: string, force = false): boolean {
  const payment = antom.find(attemptNo);
  if (payment) return (payment.orderCode === null || channel.shown.has(attemptNo)) && antom.pay(attemptNo, force);
  return channel.find(attemptNo)?.qrCode ? channel.pay(attemptNo, force) : channel.confirm(attemptNo, force);
}

const isShown = ({ channel }: SimulatedShop, attemptNo: string) => channel.shown.has(attemptNo);

function scans({ channel, antom, now }: SimulatedShop, attemptNo: string): void {
  if (!channel.shown.has(attemptNo)) return;
  antom.scan(attemptNo);
  const trade = channel.find(attemptNo);
  if (trade) channel.books.scan(trade, now);
}

function customer(shop: SimulatedShop, io: Io, till: Till, orderId: string, n: number): void {
  const { world } = io;
  const { chance } = world;
  const attemptNo = `${orderId}_${n}`;
  const at = chance.int(SECOND, 150 * SECOND);
  if (chance.hit(0.7)) world.in(at, () => scans(shop, attemptNo));
  if (chance.hit(0.2)) world.in(at + chance.int(0, 3 * SECOND), () => void shop.closeOrder(till, orderId));
  const pause = chance.pick([SECOND, 20 * SECOND, chance.int(0, 120 * SECOND)]);
  if (chance.hit(0.7)) world.in(at + pause, () => pays(shop, attemptNo));
  if (chance.hit(0.15)) world.in(at + pause, () => isShown(shop, attemptNo) && shop.antom.paysSlowly(attemptNo));
  afterwards(shop, io, attemptNo);
}

/** Money under way that arrives when all is over, and messages about another channel's numbers. */
function afterwards(shop: SimulatedShop, io: Io, attemptNo: string): void {
  const { world } = io;
  const { chance } = world;
  if (io.strikes('providerLies')) world.in(chance.int(20 * SECOND, 30 * MINUTE), () => pays(shop, attemptNo, true));
  if (chance.hit(0.1)) world.in(chance.int(SECOND, 3 * MINUTE), () => misdirects(shop, attemptNo));
}

/** A message of one channel, genuine and right in all but its number, which is the other's. */
function misdirects({ channel, antom }: SimulatedShop, attemptNo: string): void {
  const trade = channel.find(attemptNo);
  const [other] = antom.books.payments.values();
  if (!trade || !other) return;
  const amount = { currency: 'CNY', value: trade.amount };
  const paid = { ...other, amount, paymentId: `2026${attemptNo.slice(4, 28)}`, paidAt: antom.now };
  antom.io.count('misdirected');
  const told = { ...paid, wallet: 'AlipayCN', customerPaid: amount, gross: null, settlementQuote: null };
  void antom.mail.deliver(antom.mail.messageOf(told, 'SUCCESS', attemptNo));
}

async function scanCustomer(shop: SimulatedShop, io: Io, till: Till, orderId: string, n: number): Promise<void> {
  const { world } = io;
  const { chance } = world;
  const attemptNo = `${orderId}_${n}`;
  const noMoney = chance.hit(0.15);
  const wallet = chance.pick(['AlipayCN', 'AlipayHK', 'GCash']);
  const item = shop.stores.orders.get(orderId) as { account?: { channel?: string } } | undefined;
  const isAntoms = item?.account?.channel === 'antom';
  const { code } = isAntoms
    ? shop.antom.books.newPaymentCode(world.now, wallet, noMoney)
    : shop.channel.books.newTillCode(world.now, noMoney);
  if (chance.hit(0.6)) world.in(chance.int(SECOND, 70 * SECOND), () => pays(shop, attemptNo));
  if (chance.hit(0.15)) world.in(chance.int(SECOND, 70 * SECOND), () => shop.antom.paysSlowly(attemptNo));
  afterwards(shop, io, attemptNo);
  for (let tries = chance.int(1, 3); tries > 0; tries -= 1) {
    const order = await shop.payWithTillCode(till, orderId, n, code);
    if (order) return;
  }
}

function cashier(shop: SimulatedShop, io: Io, till: Till, orderId: string, { amount }: SaleAsked): void {
  const { world } = io;
  const { chance } = world;
  if (chance.hit(0.4)) world.in(chance.int(SECOND, 4 * MINUTE), () => void shop.closeOrder(till, orderId));
  if (chance.hit(0.3)) world.in(chance.int(20 * SECOND, 5 * MINUTE), () => void next(shop, io, till, orderId, 2));
  for (let refunds = chance.int(0, 3); refunds > 0; refunds -= 1) {
    const value = chance.hit(0.5) ? amount.value : chance.int(1, amount.value);
    const at = chance.int(MINUTE, LATEST);
    for (let clicks = chance.int(1, 3); clicks > 0; clicks -= 1)
      world.in(at + chance.int(0, 2 * SECOND), () => {
        void shop.createRefund(till, orderId, `r${refunds}`, value, amount.currency);
      });
  }
}

async function next(shop: SimulatedShop, io: Io, till: Till, orderId: string, n: number): Promise<void> {
  if (io.world.chance.hit(0.5)) return scanCustomer(shop, io, till, orderId, n);
  const order = await shop.createQrCode(till, orderId, n);
  if (order?.attempt?.n === n) customer(shop, io, till, orderId, n);
}

async function poll(shop: SimulatedShop, io: Io, till: Till, orderId: string): Promise<void> {
  const { world } = io;
  for (let polls = world.chance.int(0, 40); polls > 0; polls -= 1) {
    const order = await shop.getOrder(till, orderId);
    if (order?.nextAction === 'get_qr_code' && world.chance.hit(0.7))
      await next(shop, io, till, orderId, (order.attempt?.n ?? 0) + 1);
    const pause = order ? order.nextPollAfterMs : 2 * SECOND;
    if (pause === null) return;
    await new Promise<void>((resolve) => world.in(pause, resolve));
  }
}
