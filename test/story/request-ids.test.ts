/** Whoever reads the log finds all of a request by its id: what the answer names is in each line, also of the driver of payments. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newNo, openShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
const lines: { level: string; event: string; fields: Record<string, unknown> }[] = [];
beforeAll(async () => {
  shop = await openShop((line) => {
    const [, level = '', event = '', fields] = /^(info|warn|error) (.+?) (\{.*\})$/.exec(line) ?? [];
    if (fields) lines.push({ level, event, fields: JSON.parse(fields) });
  });
});
afterAll(() => shop.stop());

/** What was logged while `work` ran. */
async function logged<T>(work: () => Promise<T>): Promise<{ result: T; lines: typeof lines }> {
  lines.length = 0;
  const result = await work();
  return { result, lines: [...lines] };
}

const sale = () => ({ merchantOrderNo: newNo(), amount: { currency: 'CNY', value: 1_234 }, subject: 'tea' });

test('a silence of the channel has the id of the request that asked', async () => {
  await shop.faults({ precreate: { answer: 'system_error', times: 1 } });
  const { result, lines: told } = await logged(() => shop.till.call('createOrder', { body: sale() }));
  const fields = {
    requestId: result.requestId,
    operation: 'createOrder',
    orderId: result.body.orderId,
    channelOperation: 'createQrCode',
    reason: expect.any(String),
  };
  expect(told).toEqual([{ level: 'warn', event: 'channel_unknown', fields }]);
});

test('a refusal of the channel has the id of the request that asked', async () => {
  await shop.faults({ precreate: { answer: 'refuse:ACQ.TOTAL_FEE_EXCEED', times: 1 } });
  const { result, lines: told } = await logged(() => shop.till.call('createOrder', { body: sale() }));
  const [{ fields }] = told as [(typeof lines)[0]];
  expect(fields).toMatchObject({ requestId: result.requestId, operation: 'createOrder' });
  expect(fields).toMatchObject({ reason: 'amount_over_limit', channelCode: 'ACQ.TOTAL_FEE_EXCEED' });
});

test('of requests at the same time each line has its own', async () => {
  await shop.faults({ precreate: { answer: 'system_error', times: 8 } });
  const { result: answers, lines: told } = await logged(() =>
    Promise.all(Array.from({ length: 8 }, () => shop.till.call('createOrder', { body: sale() }))),
  );
  const ofOrder = new Map(told.map(({ fields }) => [fields.orderId, fields.requestId]));
  expect(ofOrder).toEqual(new Map(answers.map(({ body, requestId }) => [body.orderId, requestId])));
});

test('a notification that is not genuine has an id and its operation', async () => {
  const { lines: told } = await logged(() => shop.notify('out_trade_no=x&sign=AAAA&sign_type=RSA2'));
  const fields = {
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    operation: 'alipayNotification',
    reason: expect.any(String),
  };
  expect(told).toEqual([{ level: 'warn', event: 'notification_forged', fields }]);
});

test('what the sweep finds has the id of its invocation', async () => {
  const order = await shop.open();
  await shop.faults({ reset: true, query: { answer: 'system_error', times: 99 } });
  const { lines: told } = await logged(() => shop.advance(5 * 60_000));
  const mine = told.filter(({ fields }) => fields.orderId === order.orderId);
  expect(mine.map(({ fields }) => [fields.operation, fields.channelOperation])).toEqual([['sweep', 'query']]);
  expect(mine[0]?.fields.requestId).toMatch(/^[0-9a-f-]{36}$/);
});
