/** Answers of a local stack, as they came: one of each operation at least, and refusals. Its sale is one of more than 32 bits. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalStack } from '../../bin/local/stack.ts';
import { createClient, enrolTerminal, rotateKey } from '../../functions/client/client.ts';
import { importPrivateKey, newKeyPair } from '../../functions/client/sign.ts';
import { HOUR, SECOND } from '../../functions/time.ts';
import { type Case, LARGE, schemaOf } from './cases.ts';

type Json = Readonly<Record<string, unknown>>;

export async function recorded(document: Json): Promise<Case[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tillgate-recorded-'));
  const stack = await startLocalStack({
    port: 0,
    engine: 'dynalite',
    credentialsFile: join(folder, 'credentials.json'),
    onLine: () => {},
  });
  const cases: Case[] = [];
  let ahead = 0;
  const options = {
    baseUrl: stack.api,
    now: () => Date.now() + ahead,
    fetch: async (url: string | URL | Request, init?: RequestInit) => {
      const response = await fetch(url, init);
      const method = init?.method ?? 'GET';
      const schema = schemaOf(document, method, new URL(String(url)).pathname, response);
      cases.push({ schema, value: await response.clone().json() });
      return response;
    },
  };
  const clientOf = async (index: number) => {
    const credential = stack.identity.credentials[index];
    if (!credential) throw new Error('the seed has a till and a back office');
    const { keyid, alg, privateKeyPem } = credential;
    return createClient({ ...options, key: { keyid, alg, privateKey: await importPrivateKey(privateKeyPem, alg) } });
  };
  const wallet = (path: string, body: unknown) =>
    fetch(`${stack.simulator}/wallet/${path}`, { method: 'POST', body: JSON.stringify(body) });
  const advance = async (ms: number) => {
    ahead = (await stack.advance(ms)) - Date.now();
  };
  try {
    const [till, office] = [await clientOf(0), await clientOf(1)];
    const open = async (merchantOrderNo: string, more: { qrCode?: boolean; value?: number } = {}) => {
      const { value = LARGE, qrCode = true } = more;
      const body = { merchantOrderNo, amount: { currency: 'CNY', value }, subject: '拿铁咖啡', qrCode };
      return (await till.call('createOrder', { body })).body;
    };
    const order = await open('large');
    const ofOrder = { params: { orderId: order.orderId } };
    await wallet('pay', { qrCode: order.qrCode?.payload });
    await till.call('getOrder', { ...ofOrder, query: { live: 'true' } });
    await advance(10 * SECOND);
    await till.call('getOrder', ofOrder);
    const refund = { refundNo: 'r1', amount: { currency: 'CNY', value: LARGE - 1 }, reason: 'cold', operatorId: '07' };
    await till.call('createRefund', { ...ofOrder, body: refund });
    await till.call('getRefund', { params: { ...ofOrder.params, refundNo: 'r1' } });
    const without = async (no: string) => ({ params: { orderId: (await open(no, { qrCode: false })).orderId } });
    await till.call('createQrCode', { ...(await without('by-code')), body: { svg: true } });
    const tillCode = '289876543210123456';
    await till.call('payWithTillCode', { ...(await without('by-till-code')), body: { attempt: 1, tillCode } });
    await till.call('closeOrder', { ...(await without('closed')), body: {} });
    for (const name of ['listOrders', 'listChannels', 'getMerchant'] as const) await till.call(name, {});
    await till.call('getTotals', { query: { terminal: 'self' } });
    await till.call('closeShift', { body: { shiftNo: '1' } });
    await till.call('listShifts', {});
    await till.call('getShift', { params: { shiftNo: '1' } });
    await refusals(till, order.orderId, open);
    await keys();
    await advance(25 * HOUR);
    const { body } = await office.call('listStatements', { query: {} });
    const statementId = body.data.find(({ lineCount }) => lineCount > 0)?.statementId ?? '';
    for (const name of ['getStatement', 'listStatementLines', 'listStatementTotals'] as const)
      await office.call(name, { params: { statementId } });
    await office.call('listReconciliations', { query: { day: body.data[0]?.day ?? '' } });
    await office.call('listTerminals', {});
    return cases;
  } finally {
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  }

  /** A new terminal, and its second key. */
  async function keys(): Promise<void> {
    const { code } = (await (await fetch(`${stack.api}/__local/activation-codes`, { method: 'POST' })).json()) as {
      code: string;
    };
    const alg = 'ed25519';
    const pair = await newKeyPair(alg);
    const { keyid, terminalId } = await enrolTerminal(options, code, { alg, ...pair });
    const next = { keyid: `${terminalId}.2`, alg, ...(await newKeyPair(alg)) } as const;
    await rotateKey({ ...options, key: { keyid, alg, privateKey: pair.privateKey } }, next);
  }
}

async function refusals(
  till: ReturnType<typeof createClient>,
  orderId: string,
  open: (no: string, more?: { value?: number }) => Promise<unknown>,
): Promise<void> {
  const tooMuch = { refundNo: 'r2', amount: { currency: 'CNY', value: LARGE } };
  const asked = [
    () => open('large', { value: 1 }),
    () => till.call('createRefund', { params: { orderId }, body: tooMuch }),
    () => till.call('getOrder', { params: { orderId: 'ord_none' } }),
    () => till.call('listOrders', { query: { merchantOrderNo: 'large', day: '2026-03-01' } }),
  ];
  const refused = await Promise.allSettled(asked.map((ask) => ask()));
  if (refused.some(({ status }) => status === 'fulfilled')) throw new Error('what must be refused was not');
}
