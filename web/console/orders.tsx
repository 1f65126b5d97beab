/** The orders of a day, or one by its number. */
import { useEffect, useState } from 'preact/hooks';
import { findOrder } from '../../functions/client/find-order.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import { dayIn } from '../shared/route.ts';
import { useConsole, useLoad } from './context.ts';
import { OrderDetail } from './order-detail.tsx';
import { Await, DayInput, StatusBadge, Table } from './parts.tsx';
import { orderRow } from './tables.ts';

const STATUSES = ['created', 'awaiting_payment', 'closing', 'closed', 'paid'] as const;
type Status = (typeof STATUSES)[number];

interface Filter {
  readonly storeId: string;
  readonly status: Status | '';
  /** The merchant's number, the channel's, or the order's id: it stands alone. */
  readonly number: string;
}

export function Orders({ stores }: { stores: readonly string[] }) {
  const { today, say, path, go } = useConsole();
  const [filter, setFilter] = useState<Filter>({ storeId: stores[0] ?? 'main', status: '', number: '' });
  const day = dayIn(path[0]) ?? today;
  const onDay = (to: string) => go('orders', to);
  if (path[1] !== undefined) return <OrderDetail orderId={path[1]} onBack={() => onDay(day)} />;
  return (
    <>
      <h2>{say('orders')}</h2>
      <OrderFilter {...{ filter, stores, day, onDay }} onFilter={setFilter} />
      <OrderList filter={filter} day={day} onOpen={(orderId) => go('orders', day, orderId)} />
    </>
  );
}

interface OrderFilterProps {
  readonly filter: Filter;
  readonly day: string;
  readonly stores: readonly string[];
  onDay(day: string): void;
  onFilter(filter: Filter): void;
}

function OrderFilter({ filter, day, stores, onDay, onFilter }: OrderFilterProps) {
  const { say } = useConsole();
  const [number, setNumber] = useState(filter.number);
  const set = ({ day: to, ...change }: Partial<Filter> & { day?: string }) => {
    setNumber(change.number ?? '');
    onFilter({ ...filter, number: '', ...change });
    if (to !== undefined) onDay(to);
  };
  const find = (event: Event) => {
    event.preventDefault();
    set({ number: number.trim() });
  };
  return (
    <form class="filter" onSubmit={find}>
      <DayAndStore day={day} storeId={filter.storeId} stores={stores} onChange={set} />
      <label>
        {say('status')}
        <select value={filter.status} onChange={(event) => set({ status: event.currentTarget.value as Status | '' })}>
          <option value="">{say('all')}</option>
          {STATUSES.map((status) => (
            <option key={status} value={status}>
              {say(status)}
            </option>
          ))}
        </select>
      </label>
      <label class="wide">
        {say('number')}
        <input
          type="search"
          name="number"
          value={number}
          placeholder={say('numberHint')}
          autocomplete="off"
          onInput={(event) => setNumber(event.currentTarget.value)}
        />
      </label>
      <button type="submit">{say('find')}</button>
    </form>
  );
}

export function DayAndStore(props: {
  day: string;
  storeId: string;
  stores: readonly string[];
  onChange: (change: { day?: string; storeId?: string }) => void;
}) {
  const { day, storeId, stores, onChange } = props;
  const { say, today } = useConsole();
  return (
    <>
      <DayInput word="day" day={day} max={today} onDay={(to) => onChange({ day: to })} />
      <label>
        {say('store')}
        <select name="store" value={storeId} onChange={(event) => onChange({ storeId: event.currentTarget.value })}>
          {stores.map((store) => (
            <option key={store} value={store}>
              {store}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}

function OrderList({ filter, day, onOpen }: { filter: Filter; day: string; onOpen: (orderId: string) => void }) {
  const { client, say } = useConsole();
  const { storeId, status, number } = filter;
  const [older, setOlder] = useState<{ orders: OrderView[]; cursor: string | null }>();
  const byNumber = async () => {
    const order = await findOrder(client, number);
    return { body: { data: order ? [order] : [], nextCursor: null } };
  };
  const ofDay = (cursor?: string) =>
    client.call('listOrders', { query: { day, storeId, limit: '100', cursor } as never });
  const [loaded, again] = useLoad(async () => (await (number ? byNumber() : ofDay())).body, [day, storeId, number]);
  useEffect(() => setOlder(undefined), [loaded]);
  return (
    <Await loaded={loaded} again={again}>
      {(page) => {
        const cursor = older ? older.cursor : page.nextCursor;
        const orders = [...page.data, ...(older?.orders ?? [])];
        const shown = orders.filter((order) => status === '' || order.status === status);
        const more = async () => {
          const { body } = await ofDay(cursor ?? undefined);
          setOlder({ orders: [...(older?.orders ?? []), ...body.data], cursor: body.nextCursor });
        };
        return (
          <>
            {shown.length === 0 ? (
              <p class="quiet">{say('noOrders')}</p>
            ) : (
              <OrderTable orders={shown} day={day} onOpen={onOpen} />
            )}
            {cursor && (
              <button type="button" onClick={() => more().catch(again)}>
                {say('more')}
              </button>
            )}
          </>
        );
      }}
    </Await>
  );
}

function OrderTable(props: { orders: readonly OrderView[]; day: string; onOpen: (orderId: string) => void }) {
  const { say, reader } = useConsole();
  return (
    <Table
      title={say('orders')}
      heads={['time', 'number', 'amount', 'status', 'refunded', 'subject', 'operator']}
      right={['amount', 'refunded']}
    >
      {props.orders.map((order) => {
        const { time, number, amount, refunded, subject, operator } = orderRow(order, props.day, reader);
        return (
          <tr key={order.orderId}>
            <td>{time}</td>
            <td>
              <button type="button" class="link" onClick={() => props.onOpen(order.orderId)}>
                {number}
              </button>
            </td>
            <td class="right">{amount}</td>
            <td>
              <StatusBadge order={order} />
            </td>
            <td class="right">{refunded}</td>
            <td>{subject}</td>
            <td>{operator}</td>
          </tr>
        );
      })}
    </Table>
  );
}
