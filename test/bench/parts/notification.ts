/** The channel's signature, one item read, one replaced. */
import type { Event } from '../references/floor/caller.ts';
import { channel, next, orders, read } from './parts.ts';

export async function handler(event: Event) {
  const news = await channel.readNotification({
    body: Buffer.from(event.body ?? '', 'base64'),
    headers: {},
    path: '/v1/notifications/alipay',
  });
  if (news.kind !== 'news') return { statusCode: 400 };
  const stored = await read(news.attemptNo.slice(0, -2));
  await orders.replace(next(stored), stored.item.version);
  return { statusCode: 200 };
}
