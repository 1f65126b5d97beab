/**
 * What surrounds a function that is measured: the local stack in this process (tables, secret, channel), a sale, a refund
 * and a sealed statement of the day before. One process has one of them. The channel sends no notifications by itself:
 * whoever measures one delivers it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../bin/admin/connect.ts';
import { createActivation } from '../../bin/directory/activation.ts';
import { chinaTime, keysOf, signedForm, yuan } from '../../bin/local/alipay-simulator/wire.ts';
import { type LocalStack, startLocalStack } from '../../bin/local/stack.ts';
import { type Client, createClient } from '../../functions/client/client.ts';
import { importPrivateKey, type SigningKey } from '../../functions/client/sign.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import { DynamoTable } from '../../functions/table/dynamodb.ts';
import { ORDERS, type Table } from '../../functions/table/table.ts';
import { HOUR } from '../../functions/time.ts';
import { callsAt } from '../support/engine.ts';

export interface World {
  readonly stack: LocalStack;
  /** A folder for what is built and written; it goes with the world. */
  readonly folder: string;
  /** The environment that the template gives the functions, with the addresses of this machine. */
  readonly environment: NodeJS.ProcessEnv;
  readonly terminal: SigningKey;
  readonly backOffice: SigningKey;
  readonly merchantId: string;
  readonly orders: Table;
  /** What the stack's clock is ahead of the machine's, ms. */
  ahead(): number;
  now(): number;
  open(more?: object): Promise<OrderView>;
  /** An order that was paid at the channel; Tillgate knows nothing of it yet. */
  paid(): Promise<OrderView>;
  /** The same, known. */
  known(): Promise<OrderView>;
  /** The channel's notification of that payment: its body. */
  notification(order: { readonly orderId: string }): Promise<string>;
  refund(order: OrderView): Promise<unknown>;
  /** A closed shift of the terminal. */
  shift(): Promise<{ shiftNo: string }>;
  activationCode(): Promise<string>;
  wallet(path: string, body?: unknown): Promise<Record<string, unknown>>;
  /** Of the statement that is sealed. */
  readonly statementId: string;
  stop(): Promise<void>;
}

const SUBJECT = '拿铁咖啡拿铁咖啡拿铁咖啡!!!!';
let made = 0;
export const newNumber = () => `bench-${process.pid}-${++made}`;
export const AMOUNT = { currency: 'CNY', value: 123_456 };
export const newOrderBody = (more: object = {}) => ({
  merchantOrderNo: newNumber(),
  amount: AMOUNT,
  subject: SUBJECT,
  operatorId: '007',
  ...more,
});

export async function openWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'tillgate-bench-'));
  const before = new Set(Object.keys(process.env));
  const credentialsFile = join(folder, 'credentials.json');
  const stack = await startLocalStack({
    port: 0,
    engine: 'dynalite',
    credentialsFile,
    onLine: () => {},
    // A sweep of what is sold and left here would be measured, too.
    withoutSchedules: true,
  });
  const [merchant] = stack.identity.merchants;
  if (!merchant) throw new Error('the seed has a merchant');
  const terminal = await keyAt(stack, 0);
  const backOffice = await keyAt(stack, 1);
  const channel = keysOf({ ...stack.identity.alipay, ...stack.identity.simulator, merchantName: '' });
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const clientOf = (key: SigningKey): Client => createClient({ baseUrl: stack.api, key, now, retries: 0 });
  const till = clientOf(terminal);
  const office = clientOf(backOffice);
  const wallet: World['wallet'] = async (path, body) => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    return (await fetch(`${stack.simulator}/wallet/${path}`, init)).json() as Promise<Record<string, unknown>>;
  };
  await wallet('faults', { dropNotifications: true });

  const world: Omit<World, 'statementId'> = {
    stack,
    folder,
    environment: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !before.has(name))),
      PATH: process.env.PATH,
      AWS_LAMBDA_FUNCTION_NAME: 'bench',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
    },
    terminal,
    backOffice,
    merchantId: merchant.merchantId,
    orders: new DynamoTable(
      callsAt(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? ''),
      process.env.ORDERS_TABLE ?? '',
      ORDERS,
    ),
    ahead: () => ahead,
    now,
    open: async (more) => (await till.call('createOrder', { body: newOrderBody(more) })).body,
    async paid() {
      const order = await world.open();
      await wallet('pay', { qrCode: order.qrCode?.payload });
      return order;
    },
    async known() {
      const order = await world.paid();
      await fetch(`${stack.api}/v1/notifications/alipay`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
        body: await world.notification(order),
      });
      return order;
    },
    notification({ orderId }) {
      const { appId, sellerId } = stack.identity.alipay;
      const at = chinaTime(now());
      return signedForm(
        {
          notify_type: 'trade_status_sync',
          notify_id: newNumber(),
          notify_time: at,
          charset: 'utf-8',
          version: '1.0',
          app_id: appId,
          auth_app_id: appId,
          trade_no: `2026112522001400000000${++made}`,
          out_trade_no: `${orderId}_1`,
          trade_status: 'TRADE_SUCCESS',
          total_amount: yuan(AMOUNT.value),
          receipt_amount: yuan(AMOUNT.value),
          invoice_amount: yuan(AMOUNT.value),
          buyer_pay_amount: yuan(AMOUNT.value),
          point_amount: '0.00',
          seller_id: sellerId,
          buyer_id: '2088102146225135',
          buyer_logon_id: '138****5678',
          subject: SUBJECT,
          gmt_create: at,
          gmt_payment: at,
          fund_bill_list: `[{"amount":"${yuan(AMOUNT.value)}","fundChannel":"ALIPAYACCOUNT"}]`,
        },
        channel,
      );
    },
    refund: ({ orderId }) =>
      till.call('createRefund', { params: { orderId }, body: { refundNo: 'r1', amount: { ...AMOUNT, value: 100 } } }),
    async shift() {
      const { shiftNo } = (await till.call('closeShift', { body: { shiftNo: newNumber() } })).body;
      return { shiftNo };
    },
    async activationCode() {
      const place = await connect({ local: false, 'local-stack': stack.stackFile });
      const { code } = await createActivation(place, { merchantId: merchant.merchantId, storeId: 'main', name: 'B' });
      place.close();
      return code;
    },
    wallet,
    async stop() {
      await stack.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await world.refund(await world.known());
  ahead = (await stack.advance(26 * HOUR)) - Date.now();
  const [statement] = (await office.call('listStatements', {})).body.data;
  if (!statement) throw new Error('no statement was sealed');
  return { ...world, statementId: statement.statementId };
}

async function keyAt(stack: LocalStack, index: number): Promise<SigningKey> {
  const credential = stack.identity.credentials[index];
  if (!credential) throw new Error('the seed has a terminal and a back office');
  const { keyid, alg, privateKeyPem } = credential;
  return { keyid, alg, privateKey: await importPrivateKey(privateKeyPem, alg) };
}
