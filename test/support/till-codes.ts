/** What story tests of till codes need beside the shop: a customer's code, a scan, time that passes while the terminal polls. */
import { AlipaySdk } from 'alipay-sdk';
import { chinaTime } from '../../bin/local/alipay-simulator/wire.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import { bare } from './keys.ts';
import type { TestShop } from './shop.ts';

/** Above this the simulator's customer has to confirm with the password. */
export const LARGE = 150_000;

export function tillOf(shop: () => TestShop) {
  const newCode = async (more: Record<string, unknown> = {}) => String((await shop().wallet('codes', more)).tillCode);
  const scan = async (order: OrderView, attempt = 1, tillCode?: string, more: Record<string, unknown> = {}) =>
    shop().till.call('payWithTillCode', {
      params: { orderId: order.orderId },
      body: { attempt, tillCode: tillCode ?? (await newCode()), ...more },
    });
  return {
    newCode,
    scan,
    open: (value = 1234, more = {}) => shop().open({ amount: { currency: 'CNY', value }, qrCode: false, ...more }),
    confirm: (tillCode: string, more: Record<string, unknown> = {}) => shop().wallet('confirm', { tillCode, ...more }),
    close: (order: OrderView) => shop().till.call('closeOrder', { params: { orderId: order.orderId } }),
    /** Lets `seconds` pass, the terminal asking every three of them, and answers what it was told last. */
    async poll(order: OrderView, seconds: number): Promise<OrderView> {
      for (let passed = 0; passed < seconds; passed += 3) {
        await shop().advance(3_000);
        await shop().get(order.orderId);
      }
      return shop().get(order.orderId);
    },
    /** As it is stored: a list asks no channel. */
    async stored(order: OrderView): Promise<OrderView | undefined> {
      const { body } = await shop().till.call('listOrders', { query: { merchantOrderNo: order.merchantOrderNo } });
      return body.data[0];
    },
  };
}

/** Alipay's own SDK with the shop's keys, for what happens at the channel without us. */
export function sdkOf({ stack, now }: TestShop): Pick<AlipaySdk, 'exec'> {
  const { appId, privateKeyPem, alipayPublicKeyPem } = stack.identity.alipay;
  const sdk = new AlipaySdk({
    appId,
    privateKey: bare(privateKeyPem),
    keyType: 'PKCS8',
    alipayPublicKey: bare(alipayPublicKeyPem),
    gateway: `${stack.simulator}/gateway.do`,
  });
  // By itself it says what time it is on this machine, and the shop's clock may be days ahead.
  return { exec: (method, params) => sdk.exec(method, { timestamp: chinaTime(now()), ...params }) };
}
