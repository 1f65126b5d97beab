/** The floor of an order with its code: what the request must do in any case, by hand and without a framework. */
import { createHash } from 'node:crypto';
import { call, chinaTime, yuan } from './alipay.ts';
import { answered, callerOf, directoryItem, type Event, Refusal } from './caller.ts';
import { type Item, put } from './table.ts';

interface Body {
  readonly merchantOrderNo: string;
  readonly amount: { readonly currency: string; readonly value: number };
  readonly subject: string;
  readonly operatorId?: string;
}

const KNOWN = new Set(['merchantOrderNo', 'amount', 'subject', 'operatorId']);

function checked(text: string | undefined): Body {
  const body = JSON.parse(text ?? '{}') as Body;
  for (const name in body) if (!KNOWN.has(name)) throw new Refusal(400, name);
  const { merchantOrderNo, amount, subject, operatorId } = body;
  if (typeof merchantOrderNo !== 'string' || !/^[A-Za-z0-9_-]{1,32}$/.test(merchantOrderNo))
    throw new Refusal(400, 'merchantOrderNo');
  if (typeof subject !== 'string' || subject.length < 1 || subject.length > 128) throw new Refusal(400, 'subject');
  if (operatorId !== undefined && (typeof operatorId !== 'string' || operatorId.length > 28))
    throw new Refusal(400, 'operatorId');
  const { currency, value } = amount;
  if (currency !== 'CNY' || !Number.isInteger(value) || value < 1 || value > 1e10) throw new Refusal(400, 'amount');
  return body;
}

const table = String(process.env.ORDERS_TABLE);
const notifyUrl = `${process.env.PUBLIC_URL}/v1/notifications/alipay`;

export const handler = (event: Event) =>
  answered(async () => {
    const caller = await callerOf(event);
    const body = checked(event.body);
    const merchantId = String(caller.merchantId);
    const { item: merchant } = await directoryItem(merchantId);
    const [account] = merchant.accounts as { appId: string; sellerId: string }[];
    if (!account) throw new Refusal(422, 'account');
    const now = Date.now();
    const orderId = `ord_${createHash('sha256').update(`${merchantId}\n${body.merchantOrderNo}`).digest('hex').slice(0, 26)}`;
    const expiresAt = Math.ceil(now / 1_000) * 1_000 + 180_000;
    const order: Item = {
      orderId,
      merchantId,
      request: body,
      account,
      attempts: [{ n: 1, expiresAt }],
      createdAt: now,
      version: 1,
      dayKey: `${merchantId}#main#${new Date(now + 28_800_000).toISOString().slice(0, 10)}`,
      dueShard: '0',
      dueAt: expiresAt + 45_000,
    };
    if (!(await put(table, 'orderId', order))) throw new Refusal(409, 'order_exists');
    const { code, qr_code, out_trade_no } = await call(
      account.appId,
      'alipay.trade.precreate',
      {
        out_trade_no: `${orderId}_1`,
        total_amount: yuan(body.amount.value),
        subject: body.subject,
        product_code: 'FACE_TO_FACE_PAYMENT',
        seller_id: account.sellerId,
        operator_id: body.operatorId,
        store_id: 'main',
        terminal_id: caller.terminalId,
        time_expire: chinaTime(expiresAt),
      },
      notifyUrl,
    );
    if (code !== '10000' || out_trade_no !== `${orderId}_1`) throw new Refusal(502, 'channel');
    const shown = { ...order, attempts: [{ n: 1, expiresAt, payload: qr_code }], version: 2 };
    if (!(await put(table, 'orderId', shown, 1))) throw new Refusal(409, 'race');
    return { status: 201, body: { orderId, status: 'awaiting_payment', amount: body.amount, qrCode: qr_code } };
  });
