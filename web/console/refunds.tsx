/** The refunds of a day's orders with their state. */
import { useState } from 'preact/hooks';
import type { OrderView } from '../../functions/contract/answers.ts';
import { wholeOf } from './all-of.ts';
import { useDesk, useLoad } from './context.ts';
import { OrderDetail } from './order-detail.tsx';
import { DayAndStore } from './orders.tsx';
import { Await, Badge, Table } from './parts.tsx';
import { type OrderRefund, refundRow, refundsOf } from './tables.ts';
import { REFUND_SOURCES, REFUND_TONES } from './tones.ts';

/** More orders of a day than a browser wants to ask for. */
const ORDERS_MAX = 5_000;

export function Refunds({ stores }: { stores: readonly string[] }) {
  const { client, today, say } = useDesk();
  const [where, setWhere] = useState({ day: today, storeId: stores[0] ?? 'main' });
  const [open, setOpen] = useState<string>();
  const [loaded, again] = useLoad(
    async () => refundsOf(await wholeOf<OrderView>(client, 'listOrders', { query: where }, ORDERS_MAX)),
    [client, where, open === undefined],
  );
  if (open) return <OrderDetail orderId={open} onBack={() => setOpen(undefined)} />;
  return (
    <>
      <h2>{say('refunds')}</h2>
      <form class="filter">
        <DayAndStore {...where} stores={stores} onChange={(change) => setWhere({ ...where, ...change })} />
      </form>
      <p class="quiet">{say('refundsNote')}</p>
      <Await loaded={loaded} again={again}>
        {(rows) =>
          rows.length === 0 ? (
            <p class="quiet">{say('noRefunds')}</p>
          ) : (
            <RefundTable rows={rows} day={where.day} onOpen={setOpen} />
          )
        }
      </Await>
    </>
  );
}

function RefundTable(props: { rows: readonly OrderRefund[]; day: string; onOpen: (orderId: string) => void }) {
  const { say, reader, terminal } = useDesk();
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
                <small>
                  {' '}
                  <bdi>{more}</bdi>
                </small>
              )}
            </td>
          </tr>
        );
      })}
    </Table>
  );
}
