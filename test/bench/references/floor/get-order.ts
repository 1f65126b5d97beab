/** The floor of a poll: who calls, the order, the channel's word; nothing new, so nothing is written. */
import { call } from './alipay.ts';
import { answered, callerOf, type Event, Refusal } from './caller.ts';
import { orderAt, orderIdOf, viewOf } from './order.ts';

export const handler = (event: Event) =>
  answered(async () => {
    const caller = await callerOf(event);
    const order = await orderAt(orderIdOf(event), caller.merchantId);
    const number = `${order.orderId}_1`;
    const { code, sub_code, out_trade_no, trade_status } = await call(order.account.appId, 'alipay.trade.query', {
      out_trade_no: number,
    });
    const waits = code === '10000' ? out_trade_no === number : sub_code === 'ACQ.TRADE_NOT_EXIST';
    if (!waits || trade_status === 'TRADE_SUCCESS') throw new Refusal(502, 'not what is measured');
    return { status: 200, body: viewOf(order, 'awaiting_payment') };
  });
