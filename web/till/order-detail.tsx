/** One order: what happened to it, its receipt, and money back. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { OrderView, RefundView } from '../../functions/http/answers.ts';
import { shopDiscountOf } from '../../functions/http/shop-discount.ts';
import { Sum } from '../shared/fit.tsx';
import { isOnlyPaid } from '../shared/refund.ts';
import { RefundForm } from '../shared/refund-form.tsx';
import { play, type Sound } from '../shared/sounds.ts';
import { store } from './enrol.ts';
import { Receipt, usePrint } from './receipt.tsx';
import { isOpen } from './sale-state.ts';
import { faultText, useTill } from './use-till.ts';

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
  const { say, money, lang, dayTime, sale, state, server, operatorId } = useTill();
  const isParked = state.parked.some((it) => it.orderId === orderId);
  // Put aside before its outcome was known: it is a sale of this till, and its goods were not handed over.
  const wasParked = useRef(isParked).current;
  const { order, setOrder, fault, look } = useOrder(orderId, wasParked);
  const { print, isReprint } = usePrint(order);
  const isOver = order !== undefined && !isOpen(order);
  const paidByShop = order && shopDiscountOf(order);
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
          <Sum text={money(order.amount)} />
          <p class="message">
            {order.payment && isOnlyPaid(order) && !isLive
              ? say('wasPaid', { time: dayTime(order.payment.paidAt) })
              : order.message[lang]}
          </p>
          <dl class="facts">
            <Fact name={say('orderNo')} value={order.merchantOrderNo} />
            <Fact name={say('time')} value={dayTime(order.createdAt)} />
            {order.payment && <Fact name={say('paidAt')} value={dayTime(order.payment.paidAt)} />}
            {order.payment && <Fact name={say('tradeNo')} value={order.payment.tradeNo} />}
            {order.operatorId && <Fact name={say('cashier')} value={order.operatorId} />}
            {paidByShop && <Fact name={say('shopDiscount')} value={money(paidByShop.discount)} />}
            {paidByShop && <Fact name={say('received')} value={money(paidByShop.received)} />}
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

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

const RESULT_SOUNDS = {
  requested: 'neutral',
  succeeded: 'success',
  failed: 'failure',
} as const satisfies Record<RefundView['status'], Sound>;

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
