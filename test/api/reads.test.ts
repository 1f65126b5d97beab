/** What is only read is answered by 200, and changes nothing. */
import { expect, test } from 'vitest';
import { closeShift } from '../../functions/api/close-shift.ts';
import { getMerchant } from '../../functions/api/get-merchant.ts';
import { getOrder } from '../../functions/api/get-order.ts';
import { getRefund } from '../../functions/api/get-refund.ts';
import { getShift } from '../../functions/api/get-shift.ts';
import { getStatement } from '../../functions/api/get-statement.ts';
import { getTotals } from '../../functions/api/get-totals.ts';
import { listChannels } from '../../functions/api/list-channels.ts';
import { listOrders } from '../../functions/api/list-orders.ts';
import { listReconciliations } from '../../functions/api/list-reconciliations.ts';
import { listShifts } from '../../functions/api/list-shifts.ts';
import { listStatementLines } from '../../functions/api/list-statement-lines.ts';
import { listStatementTotals } from '../../functions/api/list-statement-totals.ts';
import { listStatements } from '../../functions/api/list-statements.ts';
import { listTerminals } from '../../functions/api/list-terminals.ts';
import type { StatementView } from '../../functions/contract/answers.ts';
import { sealDue } from '../../functions/statement/seal.ts';
import { DAY, HOUR } from '../../functions/time.ts';
import { openCounter } from './counter.ts';

test('every reading of orders, shifts, statements, terms and terminals has the status 200', async () => {
  const it = await openCounter();
  const { services: s } = it.bench;
  const of = <P, Q>(caller: typeof it.till, params: P, query: Q) => ({
    ...it.common(caller),
    params,
    query,
    body: undefined,
  });
  const { orderId } = await it.paid();
  await it.refund(orderId, 'r1', 100);
  const closing = { ...it.common(it.till), params: {}, query: {}, body: { shiftNo: '1', operatorId: 'anna' } };
  expect((await closeShift(s, closing)).status).toBe(201);
  it.bench.pass(DAY);
  await sealDue(s, { endsAt: it.bench.now() + HOUR });
  const { body } = await listStatements(s, of(it.office, {}, {}));
  const { statementId } = (body as { data: StatementView[] }).data[0] ?? expect.fail('there is no statement');
  const replies = {
    getOrder: await getOrder(s, of(it.till, { orderId }, {})),
    getRefund: await getRefund(s, of(it.till, { orderId, refundNo: 'r1' }, {})),
    listOrders: await listOrders(s, of(it.till, {}, {})),
    getTotals: await getTotals(s, of(it.office, {}, {})),
    openShift: await getTotals(s, of(it.till, {}, { terminal: 'self', shift: 'open' })),
    listShifts: await listShifts(s, of(it.till, {}, {})),
    getShift: await getShift(s, of(it.till, { shiftNo: '1' }, {})),
    listStatements: await listStatements(s, of(it.office, {}, {})),
    getStatement: await getStatement(s, of(it.office, { statementId }, {})),
    lines: await listStatementLines(s, of(it.office, { statementId }, {})),
    linesAsCsv: await listStatementLines(s, { ...of(it.office, { statementId }, {}), accept: 'text/csv' }),
    totals: await listStatementTotals(s, of(it.office, { statementId }, {})),
    listReconciliations: await listReconciliations(s, of(it.office, {}, { day: '2026-03-01' })),
    getMerchant: await getMerchant(s, of(it.office, {}, {})),
    listTerminals: await listTerminals(s, of(it.office, {}, {})),
    listChannels: await listChannels(s, of(it.till, {}, {})),
  };
  expect(Object.entries(replies).filter(([, { status }]) => status !== 200)).toEqual([]);
  await it.bench.stop();
});
