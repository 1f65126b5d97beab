/** The last orders of this till, and any order of the shop by its number. */
import { useState } from 'preact/hooks';
import { ApiProblem } from '../../functions/client/client.ts';
import { findOrder } from '../../functions/client/find-order.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import { Badge } from '../shared/badge.tsx';
import { STATUS_TONES } from '../shared/status-tones.ts';
import { List } from './list.tsx';
import { OrderDetail } from './order-detail.tsx';
import { listed } from './order-text.ts';
import { faultText } from './problem-text.ts';
import { useTill } from './use-till.ts';

export function Orders() {
  const [shown, setShown] = useState<string>();
  return shown ? <OrderDetail orderId={shown} back={() => setShown(undefined)} /> : <Today onOrder={setShown} />;
}

function Today({ onOrder }: { onOrder: (orderId: string) => void }) {
  const { say, money, server, state } = useTill();
  return (
    <section class="card stack narrow">
      <Search onOrder={onOrder} />
      {state.parked.map(({ orderId, amount }) => (
        <button key={orderId} type="button" class="banner" onClick={() => onOrder(orderId)}>
          {say('parked', { amount: money(amount) })}
        </button>
      ))}
      <h2>{say('today')}</h2>
      <List
        ask={async (cursor) =>
          (await server.client.call('listOrders', { query: { terminal: 'self', limit: '20', cursor } })).body
        }
        keyOf={({ orderId }: OrderView) => orderId}
        none={say('none')}
      >
        {(order) => <Row order={order} onClick={() => onOrder(order.orderId)} />}
      </List>
    </section>
  );
}

function Row({ order, onClick }: { order: OrderView; onClick: () => void }) {
  const { reader } = useTill();
  const { time, subject, amount, state } = listed(order, reader);
  return (
    <button type="button" onClick={onClick}>
      <span class="quiet">{time}</span>
      <span class="subject">{subject}</span>
      <span class="money">{amount}</span>
      <Badge tone={STATUS_TONES[order.status]}>{state}</Badge>
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
