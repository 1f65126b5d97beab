/** Which channels a merchant has, whether they are open, and which one takes which currency. */
import * as z from 'zod';
import { channelView, routeView } from './answers.ts';
import { nothing } from './fields.ts';
import { operation } from './operation.ts';

export const channelOperations = {
  listChannels: operation({
    name: 'listChannels',
    method: 'GET',
    path: '/v1/channels',
    scope: 'orders:read',
    params: nothing,
    query: nothing,
    body: null,
    answers: () => ({
      200: { schema: z.strictObject({ data: z.array(channelView()), routes: z.array(routeView()) }) },
    }),
    entry: 'api/list-channels.ts',
  }),
} as const;
