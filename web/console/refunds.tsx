/** The refunds of a day's orders with their state. */
import { useState } from 'preact/hooks';
import type { OrderView } from '../../functions/contract/answers.ts';
import { Badge } from '../shared/badge.tsx';
import { dayIn } from '../shared/route.ts';
import { wholeOf } from './all-of.ts';
import { useConsole, useLoad } from './context.ts';
import { OrderDetail } from './order-detail.tsx';
import { DayAndStore } from './orders.tsx';
import { Await, Table } from './parts.tsx';
import { type OrderRefund, refundRow, refundsOf } from './tables.ts';
import { REFUND_SOURCES, REFUND_TONES } from './tones.ts';

/** More orders of a day than a browser wants to ask for. */
const ORDERS_MAX = 5_000;

export function Refunds({ stores }: { stores: readonly string[] }) {
  const { client, today, say, path, go } = useConsole();
  const [storeId, setStoreId] = useState(stores[0] ?? 'main');
  const day = dayIn(path[0]) ?? today;
  const orderId = path[1];
  const [loaded, again] = useLoad(
    async () => refundsOf(await wholeOf<OrderView>(client, 'listOrders', { query: { day, storeId } }, ORDERS_MAX)),
    [client, day, storeId, orderId === undefined],
  );
  if (orderId !== undefined) return <OrderDetail orderId={orderId} onBack={() => go('refunds', day)} />;
  const onChange = (change: { day?: string; storeId?: string }) => {
    if (change.storeId !== undefined) setStoreId(change.storeId);
    if (change.day !== undefined) go('refunds', change.day);
  };
  return (
    <>
      <h2>{say('refunds')}</h2>
      <form class="filter">
        <DayAndStore {...{ day, storeId, stores, onChange }} />
      </form>
      <p class="quiet">{say('refundsNote')}</p>
      <Await loaded={loaded} again={again}>
        {(rows) =>
          rows.length === 0 ? (
            <p class="quiet">{say('noRefunds')}</p>
          ) : (
            <RefundTable rows={rows} day={day} onOpen={(it) => go('refunds', day, it)} />
          )
        }
      </Await>
    </>
  );
}

function RefundTable(props: { rows: readonly OrderRefund[]; day: string; onOpen: (orderId: string) => void }) {
  const { say, reader, terminal } = useConsole();
  return (
    <Table
      title={say('refunds')}
      heads={['time', 'number', 'amount', 'status', 'refundNo', 'source']}
      right={['amount']}
    >
      {props.rows.map((row) => {
        const { status, source } = row.refund;
        const { time, number, amount, failure, refundNo, more } = refundRow(row, props.day, reader, terminal);
        return (
          <tr key={`${row.order.orderId} ${refundNo}`}>
            <td>{time}</td>
            <td>
              <button type="button" class="link" onClick={() => props.onOpen(row.order.orderId)}>
                {number}
              </button>
            </td>
            <td class="right">{amount}</td>
            <td>
              <Badge tone={REFUND_TONES[status]}>{say(status)}</Badge>
              {failure && <small> {failure}</small>}
            </td>
            <td>{refundNo}</td>
            <td>
              {say(REFUND_SOURCES[source])}
              {more && (
                // Its parts are isolated: see the order's trail.
                <small> {more}</small>
              )}
            </td>
          </tr>
        );
      })}
    </Table>
  );
}
