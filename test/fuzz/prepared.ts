/** A stack with a day behind it: a paid and refunded order, a shift, a sealed statement and a comparison with the bill. */
import type { LocalStack } from '../../bin/local/stack.ts';
import { createClient } from '../../functions/client/client.ts';
import { importPrivateKey } from '../../functions/client/sign.ts';
import { HOUR, SECOND } from '../../functions/time.ts';

export async function prepared(stack: LocalStack) {
  const [till, office] = stack.identity.credentials;
  if (!till || !office) throw new Error('the seed has a till and a back office');
  let ahead = 0;
  const { keyid, alg, privateKeyPem } = till;
  const key = { keyid, alg, privateKey: await importPrivateKey(privateKeyPem, alg) };
  const client = createClient({ baseUrl: stack.api, key, now: () => Date.now() + ahead });
  const sell = async (merchantOrderNo: string) => {
    const body = { merchantOrderNo, amount: { currency: 'CNY', value: 1234 }, subject: '拿铁咖啡' };
    const { body: order } = await client.call('createOrder', { body });
    const paying = { method: 'POST', body: JSON.stringify({ qrCode: order.qrCode?.payload }) };
    await fetch(`${stack.simulator}/wallet/pay`, paying);
    return order.orderId;
  };
  const orderId = await sell('fuzz-1');
  // The look asks Alipay, so that no notification is waited for.
  await client.call('getOrder', { params: { orderId }, query: { live: 'true' } });
  await stack.advance(10 * SECOND);
  ahead += 10 * SECOND;
  const refund = { refundNo: 'r1', amount: { currency: 'CNY', value: 200 } };
  await client.call('createRefund', { params: { orderId }, body: refund });
  await client.call('closeShift', { body: { shiftNo: 'fuzz-1' } });
  ahead = (await stack.advance(25 * HOUR)) - Date.now();
  const later = await sell('fuzz-2');
  return {
    till,
    office,
    aheadSeconds: ahead / SECOND,
    known: { orderId: [orderId, later], refundNo: ['r1'], shiftNo: ['fuzz-1'] },
  };
}
