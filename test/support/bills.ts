/** A running shop whose days are compared with the channel's bills: what happens at the channel, and what an operator sees. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LineView, OrderView } from '../../functions/contract/answers.ts';
import type { ReconciliationView } from '../../functions/contract/reconciliation-answers.ts';
import type { Order } from '../../functions/order/order.ts';
import { Orders } from '../../functions/order/orders.ts';
import { documentsOf } from '../../functions/sdk.ts';
import { DynamoTable } from '../../functions/table/dynamodb.ts';
import { ORDERS } from '../../functions/table/table.ts';
import { DAY, HOUR, MINUTE } from '../../functions/time.ts';
import { runLine } from './office.ts';
import { cny, type TestShop } from './shop.ts';
import { sdkOf } from './till-codes.ts';

export function billsOf(shop: TestShop) {
  const client = new DynamoDBClient({});
  const orders = new Orders(new DynamoTable(documentsOf(client), process.env.ORDERS_TABLE ?? '', ORDERS));
  const reconciled = async (day: string): Promise<ReconciliationView | undefined> =>
    (await shop.backOffice.call('listReconciliations', { query: { day } })).body.data[0];
  return {
    reconciled,
    stop: () => client.destroy(),
    async sold(value: number): Promise<OrderView> {
      const order = await shop.open({ amount: cny(value) });
      await shop.pay(order);
      return shop.eventually(order.orderId, ({ status }) => status === 'paid');
    },
    /** The owner gives money back in the channel's console. */
    async ownerRefunds({ orderId }: OrderView, no: string, yuan: string): Promise<void> {
      const bizContent = { out_trade_no: `${orderId}_1`, refund_amount: yuan, out_request_no: no };
      await sdkOf(shop).exec('alipay.trade.refund', { bizContent });
    },
    /** As it is kept, with the channel's numbers. */
    async kept({ orderId }: Pick<OrderView, 'orderId'>): Promise<Order> {
      const order = await orders.get(orderId);
      if (!order) throw new Error(`there is no order ${orderId}`);
      return order;
    },
    /** To so long after ten o'clock in China on the morning after `day`, from when on its bill is asked for. */
    async toBillOf(day: string, after = MINUTE): Promise<void> {
      await shop.advance(Date.parse(`${day}T00:00:00+08:00`) + DAY + 10 * HOUR + after - shop.now());
      for (let sweeps = 0; sweeps < 3; sweeps += 1) await shop.advance(MINUTE);
    },
    /** What is open of a day, told as [reason, number]. */
    async open(day: string): Promise<unknown[]> {
      const { differences = [] } = (await reconciled(day)) ?? {};
      return differences
        .filter(({ resolution }) => resolution !== 'healed')
        .map(({ reason, resolution, attemptNo, requestNo }) => [reason, resolution, requestNo ?? attemptNo]);
    },
    /** The lines of all statements, oldest first, each with the day of its statement. */
    async lines(): Promise<(LineView & { readonly day: string })[]> {
      const { data } = (await shop.backOffice.call('listStatements', { query: { limit: '100' } })).body;
      const told = [];
      for (const { statementId, day } of [...data].reverse()) {
        const { body } = await shop.backOffice.call('listStatementLines', { params: { statementId }, query: {} });
        told.push(...body.data.map((line) => ({ ...line, day })));
      }
      return told;
    },
    /** Alarms so far: differences that were told of, and faults of bills and statements. */
    async alarms(): Promise<number[]> {
      const metrics = (await (await fetch(`${shop.stack.api}/__local/metrics`)).json()) as Record<string, number>;
      return ['discrepancies', 'reportFailures', 'anomalies', 'statementFailures'].map((name) => metrics[name] ?? 0);
    },
    verified: () => runLine(`statement verify 示范商店 --local-stack ${shop.stack.stackFile}`),
  };
}
