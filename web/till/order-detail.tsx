/** One order: what happened to it, its receipt, and money back. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { OrderView, RefundView } from '../../functions/contract/answers.ts';
import { Sum } from '../shared/fit.tsx';
import { RefundForm } from '../shared/refund-form.tsx';
import { play } from '../shared/sounds.ts';
import { store } from './enrol.ts';
import { Fault } from './list.tsx';
import { factsOf, outcomeOf, RESULT_SOUNDS, refundText } from './order-text.ts';
import { faultText } from './problem-text.ts';
import { Receipt, usePrint } from './receipt.tsx';
import { isOpen } from './sale-state.ts';
import { useTill } from './use-till.ts';

/** The order as it is now, asked for again as often as it says itself. `isLive`: its goods wait for this till's word. */
function useOrder(orderId: string, isLive: boolean) {
  const { server } = useTill();
  const [order, setOrder] = useState<OrderView>();
  const [fault, setFault] = useState<unknown>();
  const look = useCallback(() => {
    const query = isLive ? { live: 'true' as const } : {};
    server.client.call('getOrder', { params: { orderId }, query }).then(
      ({ body }) => {
        setFault(undefined);
        setOrder(body);
      },
      (error: unknown) => setFault(error),
    );
  }, [server, orderId, isLive]);
  useEffect(look, [look]);
  useEffect(() => {
    if (order?.nextPollAfterMs == null) return;
    const timer = setTimeout(look, order.nextPollAfterMs);
    return () => clearTimeout(timer);
  }, [order, look]);
  return { order, setOrder, fault, look };
}

export function OrderDetail({ orderId, back }: { orderId: string; back: () => void }) {
  const { say, money, lang, reader, sale, state, server, operatorId } = useTill();
  const isParked = state.parked.some((it) => it.orderId === orderId);
  // Put aside before its outcome was known: it is a sale of this till, and its goods were not handed over.
  const wasParked = useRef(isParked).current;
  const { order, setOrder, fault, look } = useOrder(orderId, wasParked);
  const { print, isReprint } = usePrint(order);
  const isOver = order !== undefined && !isOpen(order);
  const isLive = wasParked && order?.nextAction === 'hand_over_goods';
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
      <Fault fault={fault} again={look} />
      {!order && fault === undefined && (
        <p class="quiet" role="status">
          {say('loading')}
        </p>
      )}
      {order && (
        <>
          <h2>{order.subject}</h2>
          <Sum text={money(order.amount)} />
          <p class="message">{outcomeOf(order, isLive, reader)}</p>
          <dl class="facts">
            {factsOf(order, reader).map(([name, text]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{text}</dd>
              </div>
            ))}
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
          {order.payment && !isLive && (
            <RefundForm
              client={server.client}
              onOrder={(newer) => {
                setOrder(newer);
                sale.learn(newer);
              }}
              onResult={(status) => play(RESULT_SOUNDS[status])}
              onDone={back}
              {...{ order, store, lang, operatorId, faultText }}
            />
          )}
        </>
      )}
    </section>
  );
}

function RefundRow({ refund }: { refund: RefundView }) {
  const { reader } = useTill();
  const { amount, state, small } = refundText(refund, reader);
  return (
    <li data-status={refund.status}>
      <span class="money">{amount}</span> {state}
      <small>{small}</small>
    </li>
  );
}
