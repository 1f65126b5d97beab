/** Statements of many stores, written into the tables of the local stack of this process without its sweep. */

import type { Movement } from '../../functions/statement/lines.ts';
import { makeStatement, type Statement } from '../../functions/statement/statement.ts';
import { Statements } from '../../functions/statement/statements.ts';
import type { DynamoTable } from '../../functions/table/dynamodb.ts';
import { DIRECTORY, STATEMENTS } from '../../functions/table/table.ts';
import { businessDay } from '../../functions/time.ts';
import { tableAt } from '../support/engine.ts';

const ZONE = 'Asia/Shanghai';

export function tableOf(name: 'DIRECTORY_TABLE' | 'STATEMENTS_TABLE'): DynamoTable {
  const shape = name === 'DIRECTORY_TABLE' ? DIRECTORY : STATEMENTS;
  return tableAt(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '', process.env[name] ?? '', shape);
}

interface Day {
  readonly merchantId: string;
  /** Epoch ms, on the business day that is sealed. */
  readonly at: number;
  /** One sale each, all of `orderId`; the trade's number of the n-th is `sealed-trade-n`. */
  readonly stores: number;
  readonly orderId: string;
  /** True: the statement names chunks that nobody has written. */
  readonly isTorn?: boolean;
}

export async function sealDay({ merchantId, at, stores, orderId, isTorn = false }: Day): Promise<Statement> {
  const day = businessDay(at, ZONE);
  const movements = Array.from(
    { length: stores },
    (_, i): Movement => ({
      ...{ type: 'payment', late: false, businessDay: day, storeId: `s${i}`, terminalId: null, operatorId: null },
      occurredAt: new Date(at + i).toISOString(),
      ...{
        orderId,
        merchantOrderNo: `no-${i}`,
        refundNo: null,
        channel: 'alipay',
        channelTradeNo: `sealed-trade-${i}`,
      },
      ...{ currency: 'CNY', gross: 1000, fee: 6, net: 994, ratePpm: 6000, feeMinimum: null, feeCap: null },
      ...{ feeOnRefund: 'returned', agreementId: 'agr_1', received: 1000, attempt: 1 },
      ...{ saleStoreId: `s${i}`, saleTerminalId: null },
    }),
  );
  const frame = { merchantId, day, zone: ZONE, sealedAt: at, previousHash: null };
  const { statement, chunks } = makeStatement(frame, movements);
  await new Statements(tableOf('STATEMENTS_TABLE')).seal(statement, isTorn ? [] : chunks);
  return statement;
}
