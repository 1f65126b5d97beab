/** The refunds of a day's orders with their state. */
import { useState } from 'preact/hooks';
import type { OrderView, RefundView } from '../../functions/http/answers.ts';
import { allOf, useDesk, useLoad } from './desk.ts';
import { OrderDetail } from './order-detail.tsx';
import { DayAndStore } from './orders.tsx';
import { Await, askedBy, Badge, Table, type Tone } from './parts.tsx';
import type { Word } from './words.ts';

const TONES = { requested: 'busy', succeeded: 'good', failed: 'bad' } as const satisfies Record<string, Tone>;
const SOURCES = { till: 'byTill', automatic: 'byAutomatic', channel: 'byChannel' } as const satisfies Record<
  string,
  Word
>;

export function Refunds({ stores }: { stores: readonly string[] }) {
  const { client, today, say } = useDesk();
  const [where, setWhere] = useState({ day: today, storeId: stores[0] ?? 'main' });
  const [open, setOpen] = useState<string>();
  const [loaded, again] = useLoad(async () => {
    const orders = await allOf<OrderView>(client, 'listOrders', { query: where });
    return orders
      .flatMap((order) => order.refunds.map((refund) => ({ order, refund })))
      .sort((a, b) => (a.refund.requestedAt < b.refund.requestedAt ? 1 : -1));
  }, [client, where, open === undefined]);
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

function RefundTable(props: {
  rows: readonly { order: OrderView; refund: RefundView }[];
  day: string;
  onOpen: (orderId: string) => void;
}) {
  const { say, money, time, lang, terminal } = useDesk();
  const more = (order: OrderView, refund: RefundView) =>
    [...askedBy(refund, order, terminal), refund.reason].filter(Boolean).join(' · ');
  return (
    <Table
      title={say('refunds')}
      heads={['time', 'number', 'amount', 'status', 'refundNo', 'source']}
      right={['amount']}
    >
      {props.rows.map(({ order, refund }) => (
        <tr key={`${order.orderId} ${refund.refundNo}`}>
          <td>{time(refund.requestedAt, props.day)}</td>
          <td>
            <button type="button" class="link" onClick={() => props.onOpen(order.orderId)}>
              {order.merchantOrderNo}
            </button>
          </td>
          <td class="right">{money(refund.amount)}</td>
          <td>
            <Badge tone={TONES[refund.status]}>{say(refund.status)}</Badge>
            {refund.failure && <small> {refund.failure.text[lang]}</small>}
          </td>
          <td>{refund.refundNo}</td>
          <td>
            {say(SOURCES[refund.source])}
            {more(order, refund) && (
              <small>
                {' '}
                <bdi>{more(order, refund)}</bdi>
              </small>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}
