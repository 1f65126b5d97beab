/** The operator mends the authorisation of an order's account. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { toInstant } from '../../functions/time.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { APP, type Office, openOffice, openTea, SELLER } from '../support/office.ts';
import { anOrder, NOON } from '../support/orders.ts';

let engine: TestEngine;
let office: Office;
beforeAll(async () => {
  engine = await openEngine();
});
beforeEach(async () => {
  office = await openOffice(engine);
});
afterAll(() => engine.stop());

const account = { channel: 'alipay' as const, appId: APP, sellerId: SELLER };

/** An order as an earlier version may have stored it. Answers its id. */
async function openOrder({ deployment }: Office, merchantId: string, no: string, of: typeof account): Promise<string> {
  const { orderId, schema, version, updatedAt, dueAt, payments, refunds, ...request } = anOrder();
  const opened = { ...request, merchantId, request: { ...request.request, merchantOrderNo: no }, account: { ...of } };
  return (await (deployment.orders ?? fail()).create(opened as typeof request)).order.orderId;
}

function fail(): never {
  throw new Error('it is not there');
}

test('money F5 channel authorise: of an order whose account is not connected any more, or never was named', async () => {
  const merchantId = await openTea(office);
  const order = await openOrder(office, merchantId, 'sale-1', account);
  const second = { ...account, sellerId: '2088000000000002' };
  await office.tell('channel connect Tea --seller-id 2088000000000002');
  const authorisations = [{ at: toInstant(NOON), appId: APP, sellerId: SELLER }];
  const formerAccounts = [{ ...account, appAuthToken: '…1234' }];
  const tea = { name: 'Tea', accounts: [second], formerAccounts, authorisations, version: 4 };
  const line = `channel authorise Tea --app-auth-token 202601BBtoken1234`;
  expect(await office.tell(`${line} --order ${order}`)).toMatchObject({ changed: true, merchant: tea, missing: [] });
  for (const named of [`${order}_1`, `${order}_r2`, 'sale-1'])
    expect(await office.tell(`${line} --order ${named}`)).toMatchObject({ changed: false });
  const whose = `--seller-id ${SELLER} --app-id ${APP}`;
  expect(await office.tell(`${line} ${whose}`)).toMatchObject({ changed: false });
  expect(await office.tell(`channel authorise Tea --app-auth-token none ${whose}`)).toMatchObject({
    changed: true,
    merchant: { formerAccounts: [account] },
  });
  // Stored by a version that kept no former accounts.
  const third = { ...account, sellerId: '2088000000000003' };
  const old = await openOrder(office, merchantId, 'sale-2', third);
  expect(await office.tell(`${line} --order ${old}`)).toMatchObject({
    merchant: { formerAccounts: [{ ...third, appAuthToken: '…1234' }, account] },
  });
  const { out } = await office.run('merchant show Tea');
  expect(out).toContain(`  before: alipay: paid to ${third.sellerId}, app ${APP}, authorised by …1234\n`);
  expect(out).toContain(`  authorised on ${toInstant(NOON)}: ${SELLER}, app ${APP}\n`);
  expect(out).not.toContain('202601BB');
});

test('money F5 channel authorise is logged: one line of JSON on stderr, without the token', async () => {
  const merchantId = await openTea(office);
  const order = await openOrder(office, merchantId, 'sale-1', account);
  const line = `channel authorise Tea --app-auth-token 202601BBtoken1234 --order ${order} --yes`;
  const { err } = await office.run(line);
  const log = { command: 'channel authorise', merchantId, appId: APP, sellerId: SELLER, order };
  expect(JSON.parse(err)).toEqual({ ...log, place: 'the test', at: toInstant(NOON) });
  expect((await office.run(line)).err).toBe('');
});
