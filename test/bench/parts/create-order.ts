/** One signature, one new item, one call for a code, one item replaced. `event.model` is an item as it is stored. */
import type { Account } from '../../../functions/channel/registry.ts';
import type { Item } from '../../../functions/table/table.ts';
import type { Event } from '../references/floor/caller.ts';
import { channel, check, orders } from './parts.ts';

export async function handler(event: Event & { readonly model: Item & { readonly account: Account } }) {
  await check(event);
  const { model } = event;
  const orderId = String(model.orderId);
  await orders.create({ ...model, version: 1 });
  await channel.createQrCode(
    {
      account: model.account,
      attemptNo: `${orderId}_1`,
      amount: { currency: 'CNY', value: 123_456 },
      subject: '拿铁咖啡拿铁咖啡拿铁咖啡!!!!',
      storeId: 'main',
      terminalId: 'trm_abcdefghijkl',
      operatorId: '007',
      expiresAt: Date.now() + 180_000,
      notifyUrl: 'http://127.0.0.1:65535/v1/notifications/alipay',
    },
    5_000,
  );
  await orders.replace({ ...model, version: 2 }, 1);
  return { statusCode: 201 };
}
