/** The OpenAPI document on a running stack: it is served, and its examples are requests that work. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDocument } from '../../bin/openapi/document.ts';
import { requestExamples } from '../../bin/openapi/examples/requests.ts';
import type { CallArguments, Callable, Client } from '../../functions/client/client.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import { publicKeyOf } from '../../functions/merchant/enrolment.ts';
import { HOUR } from '../../functions/time.ts';
import { openShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());

/** Sends the example of an operation, with the ids of things that are there. Answers the status. */
async function sent(client: Client, name: Callable, real: CallArguments = {}) {
  const example = requestExamples[name] as CallArguments;
  const merged = (part: 'params' | 'query' | 'body') =>
    (example[part] || real[part]) && { [part]: { ...example[part], ...real[part] } };
  const call = client.call as (name: Callable, sent: CallArguments) => Promise<{ status: number; body: unknown }>;
  return call(name, { ...merged('params'), ...merged('query'), ...merged('body') });
}

describe('an example of each request', () => {
  const statuses: Partial<Record<Callable, number>> = {};
  const note = async (client: Client, name: Callable, real?: CallArguments) => {
    const { status, body } = await sent(client, name, real);
    statuses[name] = status;
    return body;
  };

  test('is a request that works', async () => {
    const { till, backOffice } = shop;
    const order = (await note(till, 'createOrder')) as OrderView;
    await shop.pay(order);
    const ofOrder = { params: { orderId: order.orderId } };
    await shop.eventually(order.orderId, ({ status }) => status === 'paid');
    await note(till, 'getOrder', ofOrder);
    await note(till, 'createRefund', ofOrder);
    await note(till, 'getRefund', ofOrder);
    const without = async () => ({ params: { orderId: (await shop.open({ qrCode: false })).orderId } });
    await note(till, 'createQrCode', await without());
    // Another code: the canary would find the example's own in the document that is served below.
    await note(till, 'payWithTillCode', { ...(await without()), body: { tillCode: '289876543210123456' } });
    await note(till, 'closeOrder', await without());
    for (const name of ['listOrders', 'listChannels', 'getMerchant'] as const) await note(till, name);
    await note(till, 'getTotals', { query: { since: String(shop.now() - HOUR) } });
    await note(till, 'closeShift');
    const terminal = { query: { terminal: order.terminalId } };
    await note(backOffice, 'listShifts', terminal);
    await note(backOffice, 'getShift', terminal);
    await shop.advance(25 * HOUR);
    const { body } = await backOffice.call('listStatements', { query: {} });
    const [statementId = ''] = body.data.filter(({ lineCount }) => lineCount > 0).map((it) => it.statementId);
    const ofStatement = { params: { statementId } };
    for (const name of ['getStatement', 'listStatementLines', 'listStatementTotals'] as const)
      await note(backOffice, name, ofStatement);
    for (const name of ['listStatements', 'listReconciliations', 'listTerminals'] as const)
      await note(backOffice, name);
    expect(statuses).toEqual({
      createOrder: 201,
      getOrder: 200,
      createRefund: 201,
      getRefund: 200,
      createQrCode: 200,
      payWithTillCode: 200,
      closeOrder: 200,
      listOrders: 200,
      listChannels: 200,
      getMerchant: 200,
      getTotals: 200,
      closeShift: 201,
      listShifts: 200,
      getShift: 200,
      getStatement: 200,
      listStatementLines: 200,
      listStatementTotals: 200,
      listStatements: 200,
      listReconciliations: 200,
      listTerminals: 200,
    } satisfies Record<Callable, number>);
  });

  test('of a key is a key', () => {
    const isNone = (name: 'enrolTerminal' | 'rotateKey') => {
      const { body } = requestExamples[name];
      return !body || publicKeyOf(body)?.publicKey !== body.publicKey;
    };
    expect((['enrolTerminal', 'rotateKey'] as const).filter(isNone)).toEqual([]);
  });
});

describe('the document', () => {
  const get = async (path: string) => {
    const response = await fetch(shop.stack.api + path);
    const policy = response.headers.get('content-security-policy');
    return { status: response.status, type: response.headers.get('content-type'), policy, text: await response.text() };
  };

  test('is served with the address of the stack', async () => {
    const { status, type, text } = await get('/v1/openapi.json');
    expect([status, type]).toEqual([200, 'application/json']);
    expect(JSON.parse(text)).toEqual(makeDocument(shop.stack.api).document);
    expect(JSON.parse(text).servers).toEqual([{ url: shop.stack.api, description: 'This very stack.' }]);
  });

  test('is a page without a script, whose links lead somewhere', async () => {
    const { status, type, policy, text } = await get('/v1/docs');
    expect([status, type]).toEqual([200, 'text/html; charset=utf-8']);
    expect(policy).toContain("default-src 'none'");
    expect(text).not.toMatch(/<script|\son\w+=|style=|undefined|\[object/);
    const ids = new Set([...text.matchAll(/ id="([\w-]+)"/g)].map(([, id]) => id));
    const links = [...text.matchAll(/href="#([\w-]+)"/g)].map(([, id]) => id);
    expect(links.filter((id) => !ids.has(id))).toEqual([]);
    expect(Object.keys(requestExamples).filter((name) => !ids.has(name))).toEqual([]);
    for (const [, path = ''] of text.matchAll(/href="(\/[^"]*)"/g))
      expect([path, (await get(path)).status]).toEqual([path, 200]);
  });
});
