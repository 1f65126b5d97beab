/** The last orders of this till, and any order of the shop by its number. */
import { useCallback, useEffect, useState } from 'preact/hooks';
import type { OrderView } from '../../functions/http/answers.ts';
import { ApiProblem } from '../../functions/http/client.ts';
import { findOrder } from '../../functions/http/find-order.ts';
import { OrderDetail } from './order-detail.tsx';
import { faultText, useTill } from './use-till.ts';
import type { Word } from './words.ts';

const STATUS_WORDS = {
  created: 'statusCreated',
  awaiting_payment: 'statusAwaiting',
  closing: 'statusClosing',
  closed: 'statusClosed',
  paid: 'statusPaid',
} as const satisfies Record<OrderView['status'], Word>;

export function Orders() {
  const [shown, setShown] = useState<string>();
  return shown ? <OrderDetail orderId={shown} back={() => setShown(undefined)} /> : <List onOrder={setShown} />;
}

function List({ onOrder }: { onOrder: (orderId: string) => void }) {
  const { say, money, lang, server, state } = useTill();
  const [orders, setOrders] = useState<OrderView[]>();
  const [cursor, setCursor] = useState<string | null>(null);
  const [fault, setFault] = useState<unknown>();
  const load = useCallback(
    async (from?: string) => {
      setFault(undefined);
      try {
        const { body } = await server.client.call('listOrders', {
          query: { terminal: 'self', limit: '20', cursor: from },
        });
        setOrders((before = []) => (from === undefined ? body.data : [...before, ...body.data]));
        setCursor(body.nextCursor);
      } catch (error) {
        setFault(error);
      }
    },
    [server],
  );
  useEffect(() => {
    load();
  }, [load]);
  return (
    <section class="card stack narrow">
      <Search onOrder={onOrder} />
      {state.parked.map(({ orderId, amount }) => (
        <button key={orderId} type="button" class="banner" onClick={() => onOrder(orderId)}>
          {say('parked', { amount: money(amount) })}
        </button>
      ))}
      <h2>{say('today')}</h2>
      {fault !== undefined && (
        <div class="fault" role="alert">
          <p>{faultText(lang, fault)}</p>
          <button type="button" onClick={() => load()}>
            {say('retry')}
          </button>
        </div>
      )}
      {!orders && fault === undefined && (
        <p class="quiet" role="status">
          {say('loading')}
        </p>
      )}
      {orders?.length === 0 && <p class="quiet">{say('none')}</p>}
      <ul class="list">
        {orders?.map((order) => (
          <li key={order.orderId}>
            <Row order={order} onClick={() => onOrder(order.orderId)} />
          </li>
        ))}
      </ul>
      {cursor && (
        <button type="button" onClick={() => load(cursor)}>
          {say('more')}
        </button>
      )}
    </section>
  );
}

function Row({ order, onClick }: { order: OrderView; onClick: () => void }) {
  const { say, money, time } = useTill();
  const { status, amount, refunded, subject, createdAt } = order;
  return (
    <button type="button" onClick={onClick}>
      <span class="quiet">{time(createdAt)}</span>
      <span class="subject">{subject}</span>
      <span class="money">{money(amount)}</span>
      <span class={`badge ${status}`}>
        {refunded.value > 0 ? `${say('refunded')} ${money(refunded)}` : say(STATUS_WORDS[status])}
      </span>
    </button>
  );
}

/** Our number, the server's, the one that the customer's app shows, or the channel's own. */
function Search({ onOrder }: { onOrder: (orderId: string) => void }) {
  const { say, lang, server } = useTill();
  const [number, setNumber] = useState('');
  const [trouble, setTrouble] = useState('');
  const find = async (event: Event) => {
    event.preventDefault();
    setTrouble('');
    const wanted = number.trim();
    try {
      const found = await findOrder(server.client, wanted);
      if (found) onOrder(found.orderId);
      else setTrouble(say('notFound'));
    } catch (fault) {
      const isUnknown = fault instanceof ApiProblem && (fault.status === 404 || fault.status === 400);
      setTrouble(isUnknown ? say('notFound') : faultText(lang, fault));
    }
  };
  return (
    <form class="search" onSubmit={find}>
      <label>
        {say('search')}
        <input
          name="number"
          autocomplete="off"
          spellcheck={false}
          maxLength={64}
          value={number}
          onInput={(event) => setNumber(event.currentTarget.value)}
        />
      </label>
      <button type="submit">{say('find')}</button>
      {trouble && (
        <p class="fault" role="alert">
          {trouble}
        </p>
      )}
    </form>
  );
}
