import type { ChannelView } from '../contract/answers.ts';
import { channelOperations } from '../contract/channels.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import { healthOf, visibleState } from '../merchant/channel-health.ts';
import { currenciesAt } from '../merchant/merchant.ts';
import { toInstant } from '../time.ts';

export { warmUp } from '../services.ts';

/** The merchant's channels: whether they take new orders and, if not, why and until when. */
export const listChannels: Run<typeof channelOperations.listChannels> = async (services, { caller }) => {
  const now = services.now();
  const merchant = await services.directory.merchant(caller.merchantId);
  const data: ChannelView[] = [];
  for (const { channel } of merchant?.accounts ?? []) {
    if (!merchant) break;
    const health = await healthOf(services.functionState, merchant.id, channel);
    const { state, until = null, reason = null } = visibleState(merchant, channel, health, now);
    const currencies = currenciesAt(merchant, channel, now);
    data.push({ channel, state, until: until === null ? null : toInstant(until), reason, currencies });
  }
  return { status: 200, body: { data } };
};

export const handler = endpoint(channelOperations.listChannels, listChannels);
