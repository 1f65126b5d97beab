/** One signature, one item read, one question to the channel. */
import type { Event } from '../references/floor/caller.ts';
import { channel, check, read } from './parts.ts';

export async function handler(event: Event) {
  await check(event);
  const { ref } = await read(event.pathParameters?.orderId ?? '');
  await channel.query(ref, 5_000);
  return { statusCode: 200 };
}
