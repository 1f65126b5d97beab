/** One signature, one item read, replaced, one call for the refund, the item replaced again. */
import type { Event } from '../references/floor/caller.ts';
import { channel, check, next, orders, read } from './parts.ts';

export async function handler(event: Event) {
  await check(event);
  const stored = await read(event.pathParameters?.orderId ?? '');
  const { item, ref } = stored;
  await orders.replace(next(stored), item.version);
  const answer = await channel.refund(
    {
      ...ref,
      account: { ...ref.account },
      requestNo: `${item.orderId}_r1`,
      amount: { currency: 'CNY', value: 23_456 },
      operatorId: '007',
    },
    5_000,
  );
  await orders.replace(next(stored, 2), item.version + 1);
  return { statusCode: answer.kind === 'succeeded' ? 201 : 500 };
}
