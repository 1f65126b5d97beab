/** Where channels send their messages: one operation per channel of the registry. */
import * as z from 'zod';
import { CHANNELS, type ChannelId } from '../channel/registry.ts';
import type { ChannelEntry } from '../channel/traits.ts';
import { nothing } from './fields.ts';
import { operation } from './operation.ts';

/** `alipay` sends to the operation `alipayNotification`. */
export type NotificationName = `${ChannelId}Notification`;

function notificationOf(channel: string, { notification: { path, thanks, again } }: ChannelEntry) {
  /** All that the channel reads, to the letter. */
  const word = (it: string) => ({ schema: z.literal(it) });
  return operation({
    name: `${channel}Notification`,
    method: 'POST',
    path,
    scope: null,
    params: nothing,
    query: nothing,
    body: null,
    answers: () => ({ 200: word(thanks), 400: word(again), 413: word(again), 500: word(again) }),
    entry: `notifications/${channel}.ts`,
  });
}

export const notificationOperations = Object.fromEntries(
  Object.entries(CHANNELS).map(([channel, entry]) => [`${channel}Notification`, notificationOf(channel, entry)]),
) as Readonly<Record<NotificationName, ReturnType<typeof notificationOf>>>;
