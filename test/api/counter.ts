/** Tills and a back office before the functions' cores, on tables in memory and the simulated channel. */
import { closeOrder } from '../../functions/api/close-order.ts';
import { createOrder } from '../../functions/api/create-order.ts';
import { createQrCode } from '../../functions/api/create-qr-code.ts';
import { createRefund } from '../../functions/api/create-refund.ts';
import { getOrder } from '../../functions/api/get-order.ts';
import type { OrderView, RefundView } from '../../functions/contract/answers.ts';
import { Problem } from '../../functions/contract/problem.ts';
import type { Caller } from '../../functions/http/caller.ts';
import type { Reply } from '../../functions/http/reply.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import type { TableShape } from '../../functions/table/table.ts';
import { type Bench, openBench, orderOf } from '../support/bench.ts';
import type { TestEngine } from '../support/engine.ts';
import { cny, newNo } from '../support/shop.ts';

/** An engine that counts no units and keeps nothing. */
const memory = {
  client: undefined,
  newTable: async (shape: TableShape) => ({ table: new MemoryTable(shape), name: 'memory' }),
  watch: () => {},
  stop: async () => {},
} as unknown as TestEngine;

export interface Counter {
  readonly bench: Bench;
  /** Two terminals of the store `main`, one of `west`, and the back office. */
  readonly till: Caller;
  readonly nextTill: Caller;
  readonly westTill: Caller;
  /** A terminal of `west` that the operator has widened to all stores. */
  readonly widenedTill: Caller;
  readonly office: Caller;
  /** What every request has beside its own. */
  common<C extends Caller>(caller: C): { caller: C; deadline: { endsAt: number } };
  open(by?: Caller, more?: Record<string, unknown>): Promise<Reply>;
  get(orderId: string): Promise<OrderView>;
  qrCode(orderId: string, attempt: number): Promise<Reply>;
  close(orderId: string): Promise<Reply>;
  refund(orderId: string, refundNo: string, value: number, by?: Caller): Promise<Reply>;
  /** Paid in the wallet and known here, five seconds later. */
  paid(value?: number): Promise<OrderView>;
}

export async function openCounter(): Promise<Counter> {
  const bench = await openBench(memory);
  const till = bench.caller;
  const { terminalId: _, storeId: __, ...office } = till;
  const common: Counter['common'] = (caller) => ({ caller, deadline: { endsAt: bench.now() + 12_000 } });
  const of = (orderId: string, caller: Caller) => ({ ...common(caller), params: { orderId }, query: {} });
  const counter: Counter = {
    bench,
    till,
    nextTill: { ...till, keyid: 'trm_next.1', terminalId: 'trm_next' },
    westTill: { ...till, keyid: 'trm_west.1', terminalId: 'trm_west', storeId: 'west' },
    widenedTill: { ...till, keyid: 'trm_wide.1', terminalId: 'trm_wide', storeId: 'west', stores: 'all' },
    office: { ...office, keyid: 'bko_office.1' },
    common,
    open(by = till, more = {}) {
      const sale = { merchantOrderNo: newNo(), amount: cny(1_000), subject: '茶' };
      const body = { ...sale, expiresInSeconds: 180, qrCode: true, svg: false, ...more };
      return createOrder(bench.services, { ...common(by), params: {}, query: {}, body });
    },
    get: async (orderId) =>
      orderOf(await getOrder(bench.services, { ...of(orderId, counter.office), body: undefined })),
    qrCode: (orderId, attempt) => createQrCode(bench.services, { ...of(orderId, till), body: { attempt, svg: false } }),
    close: (orderId) => closeOrder(bench.services, { ...of(orderId, till), body: {} }),
    refund: (orderId, refundNo, value, by = till) =>
      createRefund(bench.services, { ...of(orderId, by), body: { refundNo, amount: cny(value) } }),
    async paid(value = 1_000) {
      const order = orderOf(await counter.open(till, { amount: cny(value) }));
      await bench.wallet('pay', { qrCode: order.qrCode?.payload });
      bench.pass(5_000);
      return counter.get(order.orderId);
    },
  };
  return counter;
}

export const refundOf = (reply: Reply): RefundView => (reply.body as { refund: RefundView }).refund;

/** How a call was refused, as a whole: what the problem says, and its headers. A call that is answered fails the test. */
export async function refusal(call: Promise<unknown>): Promise<Record<string, unknown>> {
  const thrown = await call.then(
    (answer) => new Error(`answered ${JSON.stringify(answer)}`),
    (error: unknown) => error,
  );
  if (!(thrown instanceof Problem)) throw thrown;
  const { title: _, type: __, requestId: ___, ...body } = thrown.body('');
  return { ...body, ...(thrown.members.headers && { headers: thrown.members.headers }) };
}
