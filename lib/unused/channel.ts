import { DEFAULT_CHANNEL, traitsOf } from '../../functions/channel/channels.ts';
import type { Account } from '../../functions/channel/registry.ts';
import type { Connected } from '../../functions/channel/wiring.ts';

/** What asks it is a fault of lib/grants.ts, or of the function. */
const channel = new Proxy({} as Connected['channel'], {
  get(_, call) {
    throw new Error(`this function speaks to another channel, or to none: ${String(call)}`);
  },
});

/** Bundled in place of a channel's code in every function that neither asks the channel nor hears from it. */
export const connect = (): Connected => ({
  channel,
  at: () => channel,
  rehearsalAccount: async () => {
    const members = Object.keys(traitsOf(DEFAULT_CHANNEL).account.identity).map((member) => [member, 'none']);
    return { channel: DEFAULT_CHANNEL, ...Object.fromEntries(members) } as Account;
  },
});
