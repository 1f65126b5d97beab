/** One order with all that happened to it, and the console's only write: a refund. */
import { useState } from 'preact/hooks';
import { shopDiscountOf } from '../../functions/client/shop-discount.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import { isOnlyPaid } from '../shared/refund.ts';
import { RefundForm } from '../shared/refund-form.tsx';
import { useConsole, useLoad } from './context.ts';
import { faultText } from './fault-text.ts';
import { store } from './key-store.ts';
import type { Word } from './messages.ts';
import { Await, Facts, Figure, StatusBadge } from './parts.tsx';
import { trailOf } from './trail.ts';

export function OrderDetail({ orderId, onBack }: { orderId: string; onBack: () => void }) {
  const { client, say } = useConsole();
  const [loaded, again] = useLoad(
    async () => (await client.call('getOrder', { params: { orderId } })).body,
    [client, orderId],
  );
  const [newer, setNewer] = useState<OrderView>();
  return (
    <>
      <button type="button" class="link" onClick={onBack}>
        ← {say('back')}
      </button>
      <Await loaded={loaded} again={again}>
        {(asked) => <Detail order={newer && newer.version > asked.version ? newer : asked} onOrder={setNewer} />}
      </Await>
    </>
  );
}

function Detail({ order, onOrder }: { order: OrderView; onOrder: (order: OrderView) => void }) {
  const { say, money, lang, terminal, client, may, time, today } = useConsole();
  const paidByShop = shopDiscountOf(order);
  const facts: [Word, string | null | undefined][] = [
    ['orderId', order.orderId],
    ['reference', order.reference],
    ['tradeNo', order.payment?.tradeNo],
    ['store', order.storeId],
    ['terminal', order.terminalId && terminal(order.terminalId)],
    ['operator', order.operatorId],
  ];
  return (
    <article class="order">
      <h2>
        {order.merchantOrderNo} <StatusBadge order={order} />
      </h2>
      <p class="quiet">
        <bdi>{order.subject}</bdi> ·{' '}
        {order.payment && isOnlyPaid(order)
          ? say('paidAtTime', { time: time(order.payment.paidAt, today) })
          : order.message[lang]}
      </p>
      <dl class="figures">
        <Figure name={say('amount')} value={money(order.amount)} strong />
        {paidByShop && (
          <Figure
            name={say('netReceived')}
            value={money(paidByShop.received)}
            note={say('shopDiscount', { amount: money(paidByShop.discount) })}
          />
        )}
        <Figure name={say('refunded')} value={money(order.refunded)} />
        <Figure name={say('refundable')} value={money(order.refundable)} />
      </dl>
      <Facts facts={facts} />
      <h3>{say('trail')}</h3>
      <Trail order={order} />
      {order.payment && may('refunds:write') && <RefundForm {...{ order, client, store, lang, faultText, onOrder }} />}
      {order.refundable.value > 0 && !may('refunds:write') && <p class="quiet">{say('refundNotAllowed')}</p>}
    </article>
  );
}

function Trail({ order }: { order: OrderView }) {
  const { say, time, lang, terminal } = useConsole();
  return (
    <ol class="trail">
      {trailOf(order, lang, terminal).map(({ at, word, n = 0, more }) => (
        <li key={`${at} ${word} ${more}`}>
          <time dateTime={at}>{time(at)}</time>
          <span>
            {say(word, { n })}
            {/* Its parts are isolated; a <bdi> around all of them would take its direction from the first of them. */}
            {more && <small>{more}</small>}
          </span>
        </li>
      ))}
    </ol>
  );
}
