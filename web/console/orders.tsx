/** The orders of a day, or one by its number. */
import { useEffect, useState } from 'preact/hooks';
import { findOrder } from '../../functions/client/find-order.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import { useDesk, useLoad } from './context.ts';
import { OrderDetail } from './order-detail.tsx';
import { Await, DayInput, StatusBadge, Table } from './parts.tsx';
import { orderRow } from './tables.ts';

const STATUSES = ['created', 'awaiting_payment', 'closing', 'closed', 'paid'] as const;
type Status = (typeof STATUSES)[number];

interface Filter {
  readonly day: string;
  readonly storeId: string;
  readonly status: Status | '';
  /** The merchant's number, the channel's, or the order's id: it stands alone. */
  readonly number: string;
}

export function Orders({ stores }: { stores: readonly string[] }) {
  const { today, say } = useDesk();
  const [filter, setFilter] = useState<Filter>({ day: today, storeId: stores[0] ?? 'main', status: '', number: '' });
  const [open, setOpen] = useState<string>();
  if (open) return <OrderDetail orderId={open} onBack={() => setOpen(undefined)} />;
  return (
    <>
      <h2>{say('orders')}</h2>
      <OrderFilter filter={filter} stores={stores} onFilter={setFilter} />
      <OrderList filter={filter} onOpen={setOpen} />
    </>
  );
}

function OrderFilter(props: { filter: Filter; stores: readonly string[]; onFilter: (filter: Filter) => void }) {
  const { filter, stores, onFilter } = props;
  const { say } = useDesk();
  const [number, setNumber] = useState(filter.number);
  const set = (change: Partial<Filter>) => {
    setNumber(change.number ?? '');
    onFilter({ ...filter, number: '', ...change });
  };
  const find = (event: Event) => {
    event.preventDefault();
    set({ number: number.trim() });
  };
  return (
    <form class="filter" onSubmit={find}>
      <DayAndStore day={filter.day} storeId={filter.storeId} stores={stores} onChange={set} />
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
  const { say, today } = useDesk();
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

function OrderList({ filter, onOpen }: { filter: Filter; onOpen: (orderId: string) => void }) {
  const { client, say } = useDesk();
  const { day, storeId, status, number } = filter;
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
  const { say, reader } = useDesk();
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
