/** What happens at the tills: sales that begin at a steady rate, whatever becomes of those before them. */

import type { Client } from '../../functions/client/client.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import type { Server } from './server.ts';

export interface Till {
  readonly server: Server;
  readonly client: Client;
}

/** What one sale came to as the till saw it. */
export interface Sale {
  readonly no: string;
  /** From when it should have begun to the answer with the order, repeats included. */
  createMs?: number;
  orderId?: string;
  last?: OrderView;
  /** Why the till gave up; with a server that is killed it may. */
  failure?: string;
}

export interface Plan {
  readonly count: number;
  readonly perSecond: number;
  /** Begins every merchant's number: another one for every run on the same books. */
  readonly prefix: string;
  /** The way to the server as it is now; it changes with every restart. */
  readonly till: () => Till;
  /** Only open the orders; nobody pays. */
  readonly onlyOpen?: boolean;
  readonly onStarted?: (count: number) => void;
}

/** Open loop: sale `i` begins at its time even if the server is slow, so slowness shows instead of slowing the load. */
export async function sellAll(plan: Plan): Promise<Sale[]> {
  const began = performance.now();
  const sales: Sale[] = [];
  const running: Promise<void>[] = [];
  for (let i = 0; i < plan.count; i += 1) {
    const dueAt = began + (i * 1_000) / plan.perSecond;
    const early = dueAt - performance.now();
    if (early > 1) await sleep(early);
    const sale: Sale = { no: `${plan.prefix}-${i}` };
    sales.push(sale);
    running.push(
      sell(plan, sale, i, dueAt).catch((error: unknown) => {
        sale.failure = error instanceof Error ? `${error.message} ${error.cause ?? ''}` : String(error);
      }),
    );
    plan.onStarted?.(i + 1);
  }
  await Promise.all(running);
  return sales;
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Of a hundred customers five never pay, five cashiers close again, three of those who paid bring half of it back. */
async function sell(plan: Plan, sale: Sale, i: number, dueAt: number): Promise<void> {
  const amount = 100 + ((i * 7_919) % 50_000);
  const created = await plan.till().client.call('createOrder', {
    body: { merchantOrderNo: sale.no, amount: { currency: 'CNY', value: amount }, subject: '拿铁咖啡', qrCode: true },
  });
  sale.createMs = performance.now() - dueAt;
  sale.orderId = created.body.orderId;
  if (plan.onlyOpen) return;
  const { orderId } = created.body;
  const shown =
    created.body.qrCode ?? (await follow(plan, orderId, (order) => order.qrCode !== null, 10)).qrCode ?? undefined;
  const chance = (i * 37) % 100;
  await sleep(500 + ((i * 13) % 1_000));
  if (shown && chance >= 5) await pay(plan, shown.payload);
  if (chance < 10) {
    if (chance < 5 || i % 2 === 0) await close(plan, orderId);
    return;
  }
  sale.last = await follow(plan, orderId, ({ status }) => status === 'paid', 100);
  if (chance >= 97 && sale.last.status === 'paid')
    await plan.till().client.call('createRefund', {
      params: { orderId },
      body: { refundNo: 'half', amount: { currency: 'CNY', value: Math.floor(amount / 2) } },
    });
}

/** A customer whose app hears nothing presses again, for a minute. */
async function pay(plan: Plan, qrCode: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await plan.till().server.wallet('pay', { qrCode });
      return;
    } catch (fault) {
      // What fetch throws; an answer of another kind is the simulator's, and a fault.
      if (!(fault instanceof TypeError) || tries === 30) throw fault;
      await sleep(2_000);
    }
  }
}

async function close(plan: Plan, orderId: string): Promise<void> {
  // A close that meets a payment is refused; both are as it should be.
  await plan
    .till()
    .client.call('closeOrder', { params: { orderId }, body: {} })
    .catch((error: { code?: string }) => {
      if (error.code !== 'order_paid') throw error;
    });
}

/** Polls as a till does, at the pace that the order names, through whatever server there is. */
async function follow(
  plan: Plan,
  orderId: string,
  isEnough: (order: OrderView) => boolean,
  most: number,
): Promise<OrderView> {
  for (let polls = 0; ; polls += 1) {
    const { body: order } = await plan.till().client.call('getOrder', { params: { orderId } });
    if (isEnough(order) || order.nextPollAfterMs === null || polls >= most) return order;
    await sleep(order.nextPollAfterMs);
  }
}
