/**
 * One open order per terminal, for merchants who want it: a cashier who starts a new sale while a code is still shown
 * somewhere might be paid twice. The terminal's last order is asked to close first, and the new one waits until no unexpected
 * money can come for it.
 */

import { Problem } from '../contract/problem.ts';
import { type Deadline, INVOCATION, SKEW } from '../deadlines.ts';
import { nextAction } from '../order/next-action.ts';
import { type Order, type OrderRequest, statusOf } from '../order/order.ts';
import { LOST, retryRaces } from '../table/update.ts';
import type { EpochMs } from '../time.ts';
import { requestClose } from './advance.ts';
import type { PaymentServices } from './context.ts';

/** A terminal's last order; stored before the order is. */
interface TerminalLock {
  readonly orderId: string;
  readonly merchantOrderNo: string;
  readonly amount: OrderRequest['amount'];
  readonly at: EpochMs;
}

/** Other new orders of one terminal that may come first. */
const RACES_MAX = 5;

/**
 * Makes `orderId` the terminal's one order.
 * @throws Problem `terminal_busy`, naming the order before, until that one is over
 */
export async function acquireTerminal(
  services: PaymentServices,
  orderId: string,
  request: OrderRequest,
  deadline: Deadline,
): Promise<void> {
  const { terminalId, merchantOrderNo, amount, operatorId } = request;
  if (terminalId === undefined) return;
  const name = `${terminalId}.order`;
  await retryRaces(name, RACES_MAX, async () => {
    const before = await services.functionState.get<TerminalLock>(name);
    if (before?.orderId === orderId) return;
    if (before) await mustBeOver(services, before, { orderId, operatorId }, deadline);
    const after = await services.functionState.change<TerminalLock>(name, (current) => {
      const isMine = current?.orderId === before?.orderId || current?.orderId === orderId;
      return isMine ? { orderId, merchantOrderNo, amount, at: services.now() } : undefined;
    });
    return after?.orderId === orderId ? undefined : LOST;
  });
}

async function mustBeOver(
  services: PaymentServices,
  before: TerminalLock,
  { orderId, operatorId }: { readonly orderId: string; readonly operatorId: string | undefined },
  deadline: Deadline,
): Promise<void> {
  const order = await services.orders.get(before.orderId);
  if (!order) {
    // Its request may still be on its way to the table; after that it was never opened.
    if (services.now() >= before.at + INVOCATION + SKEW) return;
    throw busy(before, 'It is being opened at this moment.');
  }
  if (order.payments.length > 0 || isOver(order, services.now())) return;
  // Money that still comes for it goes back, so no customer pays twice.
  if (order.closeRequested?.replacedBy === orderId) return;
  const asked = await requestClose(services, order, { operatorId }, deadline);
  // Paid just now: the cashier has to hear of it before anything else is sold.
  if (asked.payments.length > 0) throw busy(before, 'It was paid just now: look it up.', asked, services.now());
  if (!isOver(asked, services.now()))
    throw busy(before, 'It is asked to close; repeat this request.', asked, services.now());
}

function isOver(order: Order, now: EpochMs): boolean {
  return order.closed !== undefined || nextAction(order, now).action === 'start_new_order';
}

function busy(before: TerminalLock, detail: string, order?: Order, now: EpochMs = 0): Problem {
  const { orderId, merchantOrderNo, amount } = before;
  return new Problem('terminal_busy', {
    detail: `The order before, ${merchantOrderNo}, is not over. ${detail}`,
    executed: false,
    orderId,
    merchantOrderNo,
    amount,
    ...(order && { orderStatus: statusOf(order), nextAction: nextAction(order, now).action }),
    message: {
      'zh-CN': `上一笔订单 ${merchantOrderNo} 尚未结束，请先查看该订单的结果。`,
      en: `The order before, ${merchantOrderNo}, is not over yet. Look at its outcome first.`,
    },
  });
}
