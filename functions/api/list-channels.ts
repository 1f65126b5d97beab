import { settlementCurrency } from '../channel/account.ts';
import { channelEntry } from '../channel/channels.ts';
import type { ChannelView, RouteView } from '../contract/answers.ts';
import { channelOperations } from '../contract/channels.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import { healthsOf, visibleState } from '../merchant/channel-health.ts';
import { currenciesAt } from '../merchant/merchant.ts';
import { routesOf } from '../merchant/route.ts';
import { toInstant } from '../time.ts';

export { warmUp } from '../services.ts';

/**
 * The merchant's channels: whether they take new orders and, if not, why and until when; in what they settle; and which of them
 * createOrder takes for each currency at this moment.
 */
export const listChannels: Run<typeof channelOperations.listChannels> = async (services, { caller }) => {
  const now = services.now();
  const merchant = await services.directory.merchant(caller.merchantId);
  if (!merchant) return { status: 200, body: { data: [], routes: [] } };
  const { accounts } = merchant;
  const channels = accounts.map(({ channel }) => channel);
  const healths = await healthsOf(services.functionState, merchant.id, channels);
  const data = accounts.map((account): ChannelView => {
    const { channel } = account;
    const { state, until, reason = null } = visibleState(merchant, channel, healths.get(channel), now);
    const currencies = currenciesAt(merchant, account, now);
    return {
      channel,
      state,
      until: until === undefined ? null : toInstant(until),
      reason,
      currencies,
      name: channelEntry(channel).name,
      settlement: currencies.map((currency) => ({
        currency,
        settlementCurrency: settlementCurrency(account, currency) ?? currency,
      })),
    };
  });
  const routes: RouteView[] = routesOf(merchant, healths, now);
  return { status: 200, body: { data, routes } };
};

export const handler = endpoint(channelOperations.listChannels, listChannels);
