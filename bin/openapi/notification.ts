/** What Alipay sends to us, as far as it is read. Its own documents have the rest. */
import type { Json } from './schemas.ts';

const text = (description: string, more: Json = {}): Json => ({ type: 'string', description, ...more });
/** Yuan as Alipay writes them. */
const yuan = (description: string) => text(`${description}, in yuan with two decimals.`);
const time = (description: string) => text(`${description}, as \`yyyy-MM-dd HH:mm:ss\` in China.`);

export const NOTIFICATION: Json = {
  type: 'object',
  properties: {
    notify_id: text('The number of the message; the same whenever it is sent again.'),
    notify_type: text('`trade_status_sync`; anything else is thanked for and ignored.'),
    app_id: text("The app that opened the trade: must be the order's."),
    seller_id: text("The account that was paid: must be the order's."),
    out_trade_no: text("The order's id, `_` and the number of the attempt."),
    trade_no: text("Alipay's own number of the trade."),
    trade_status: text('`WAIT_BUYER_PAY`, `TRADE_SUCCESS`, `TRADE_FINISHED` or `TRADE_CLOSED`.'),
    total_amount: yuan('The amount of the trade'),
    receipt_amount: yuan('What the merchant receives before the fee'),
    gmt_payment: time('When the customer paid'),
    refund_fee: yuan('The total that has gone back so far'),
    gmt_refund: text('When it went back.'),
    out_biz_no: text('The number of the refund that the message is about.'),
    charset: text('The charset of the values: utf-8, gbk, gb2312 or gb18030.'),
    sign_type: text('`RSA2`.'),
    sign: text('The signature in base64, over all other members but `sign_type`, sorted by name.'),
  },
  required: ['notify_id', 'notify_type', 'app_id', 'out_trade_no', 'trade_status', 'sign_type', 'sign'],
  additionalProperties: { type: 'string' },
};

export const NOTIFICATION_EXAMPLE = {
  notify_id: '2026030100222120412000001234567890',
  notify_type: 'trade_status_sync',
  app_id: '2021000000000001',
  seller_id: '2088000000000001',
  out_trade_no: 'ord_7k2m5q6x4d3tbnvwzayc2jefgh_1',
  trade_no: '2026030122001412341000000001',
  trade_status: 'TRADE_SUCCESS',
  total_amount: '12.34',
  receipt_amount: '12.34',
  gmt_payment: '2026-03-01 12:00:09',
  charset: 'utf-8',
  sign_type: 'RSA2',
  sign: 'Q0VSVElGSUNBVEU=',
};
