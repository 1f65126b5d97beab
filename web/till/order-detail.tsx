/** One order: what happened to it, its receipt, and money back. */
import { useCallback, useEffect, useState } from 'preact/hooks';
import type { OrderView, RefundView } from '../../functions/http/answers.ts';
import { RefundForm } from '../shared/refund-form.tsx';
import { store } from './enrol.ts';
import { Receipt, usePrint } from './receipt.tsx';
import { isOpen } from './sale-state.ts';
import { faultText, useTill } from './use-till.ts';

/** The order as it is now, asked for again as often as it says itself. */
function useOrder(orderId: string) {
  const { server } = useTill();
  const [order, setOrder] = useState<OrderView>();
  const [fault, setFault] = useState<unknown>();
  const look = useCallback(() => {
    server.client.call('getOrder', { params: { orderId } }).then(
      ({ body }) => {
        setFault(undefined);
        setOrder(body);
      },
      (error: unknown) => setFault(error),
    );
  }, [server, orderId]);
  useEffect(look, [look]);
  useEffect(() => {
    if (order?.nextPollAfterMs == null) return;
    const timer = setTimeout(look, order.nextPollAfterMs);
    return () => clearTimeout(timer);
  }, [order, look]);
  return { order, setOrder, fault, look };
}

export function OrderDetail({ orderId, back }: { orderId: string; back: () => void }) {
  const { say, money, lang, dayTime, sale, state, server, operatorId } = useTill();
  const { order, setOrder, fault, look } = useOrder(orderId);
  const { print, isReprint } = usePrint(order);
  const isOver = order !== undefined && !isOpen(order);
  const isParked = state.parked.some((it) => it.orderId === orderId);
  useEffect(() => {
    if (isOver && isParked) sale.unpark(orderId);
  }, [isOver, isParked]);
  return (
    <section class="card stack narrow">
      <div class="row">
        <button type="button" class="plain" onClick={back}>
          ← {say('back')}
        </button>
      </div>
      {fault !== undefined && (
        <div class="fault" role="alert">
          <p>{faultText(lang, fault)}</p>
          <button type="button" onClick={look}>
            {say('retry')}
          </button>
        </div>
      )}
      {!order && fault === undefined && (
        <p class="quiet" role="status">
          {say('loading')}
        </p>
      )}
      {order && (
        <>
          <h2>{order.subject}</h2>
          <p class="money huge">{money(order.amount)}</p>
          <p class="message">{order.message[lang]}</p>
          <dl class="facts">
            <Fact name={say('orderNo')} value={order.merchantOrderNo} />
            <Fact name={say('time')} value={dayTime(order.createdAt)} />
            {order.payment && <Fact name={say('paidAt')} value={dayTime(order.payment.paidAt)} />}
            {order.payment && <Fact name={say('tradeNo')} value={order.payment.tradeNo} />}
            {order.operatorId && <Fact name={say('cashier')} value={order.operatorId} />}
            {order.payment && <Fact name={say('refundable')} value={money(order.refundable)} />}
          </dl>
          {order.refunds.length > 0 && (
            <>
              <h3>{say('refunds')}</h3>
              <ul class="refunds">
                {order.refunds.map((refund) => (
                  <RefundRow key={refund.refundNo} refund={refund} />
                ))}
              </ul>
            </>
          )}
          {order.payment && (
            <div class="row">
              <button type="button" onClick={print}>
                {say('print')}
              </button>
              <Receipt order={order} isReprint={isReprint} />
            </div>
          )}
          {order.payment && order.refundable.value > 0 && (
            <RefundForm client={server.client} onOrder={setOrder} {...{ order, store, lang, operatorId, faultText }} />
          )}
        </>
      )}
    </section>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

const REFUND_WORDS = { requested: 'requested', succeeded: 'succeeded', failed: 'refundFailed' } as const;

function RefundRow({ refund }: { refund: RefundView }) {
  const { say, money, lang, dayTime } = useTill();
  const { status, amount, source, failure, finishedAt, requestedAt } = refund;
  return (
    <li data-status={status}>
      <span class="money">{money(amount)}</span> {say(REFUND_WORDS[status])}
      {source !== 'till' && ` · ${say('automatic')}`}
      <small>
        {dayTime(finishedAt ?? requestedAt)}
        {failure && ` · ${failure.text[lang]}`}
      </small>
    </li>
  );
}
