/** A sale the other way round: scans the customer's code, and says what came of it, also while that is unknown. */

import { DEFAULT_CHANNEL, TILL_CODE_FORM } from '../../functions/channel/channels.ts';
import type { ChannelId } from '../../functions/channel/registry.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import type { Money } from '../../functions/money.ts';
import { UsageError } from '../cli/exit.ts';
import { type Choices, conclude, openingOf } from './sell.ts';
import { readAmount, type Terminal } from './terminal.ts';

export interface ChargeOptions extends Choices {
  readonly code?: string | undefined;
}

/** Not paid: another code is another attempt of the same order. */
export async function charge(till: Terminal, amountText: string | undefined, options: ChargeOptions): Promise<number> {
  const body = await openingOf(till, readAmount(amountText), options);
  const tillCode = options.code ?? (await codeOfCustomer(till, body.channel ?? (await routeOf(till, body.amount))));
  // What is no payment code at all is refused before there is an order for nothing; whose code it is, the server judges.
  if (!TILL_CODE_FORM.test(tillCode)) throw new UsageError('this is no payment code: those have 16 to 24 digits');
  const opening = till.client.call('createOrder', { body: { ...body, qrCode: false } });
  return conclude(till, body.merchantOrderNo, opening, async ({ body: order }) => {
    const { body: scanned } = await till.client.call('payWithTillCode', {
      params: { orderId: order.orderId },
      body: { attempt: nextAttempt(order), tillCode },
    });
    return scanned.nextPollAfterMs === null ? scanned : follow(till, scanned);
  });
}

/** The first, or the one after an attempt that came to nothing; while one is open its number again, which starts nothing. */
export function nextAttempt({ attempt, nextAction }: Pick<OrderView, 'attempt' | 'nextAction'>): number {
  return (attempt?.n ?? 0) + (attempt === null || nextAction === 'get_qr_code' ? 1 : 0);
}

/** Asks as often as it takes; the terminal's questions are what drives an unknown outcome to its end. */
function follow(till: Terminal, { orderId, message }: OrderView): Promise<OrderView> {
  let shown = till.words(message);
  till.say(shown);
  return till.client.follow(orderId, {
    live: true,
    onChange: (order) => {
      const words = till.words(order.message);
      if (words !== shown && order.nextPollAfterMs !== null) till.say(words);
      shown = words;
    },
  });
}

/** The channel that takes an order for this amount now; the usual one where none does, which the server then says. */
async function routeOf(till: Terminal, { currency }: Money): Promise<ChannelId> {
  const { routes } = (await till.client.call('listChannels', {})).body;
  return routes.find((it) => it.currency === currency)?.channel ?? DEFAULT_CHANNEL;
}

/** Without a scanner: the simulator's customer opens the app and shows a code. */
async function codeOfCustomer(till: Terminal, channel: ChannelId): Promise<string> {
  const simulator = till.settings.simulators[channel];
  const { tillCode } = ((await askWallet(simulator, 'codes', {})) ?? {}) as { tillCode?: string };
  if (tillCode === undefined) throw new UsageError('scan a code with --code; there is no simulator to show one');
  till.say("The customer's wallet (simulator only) shows a code.");
  return tillCode;
}

/** What the simulator's wallet answers; undefined where no simulator does. */
export async function askWallet(simulator: string, action: 'codes' | 'pay', body: object): Promise<unknown> {
  try {
    const response = await fetch(`${simulator}/wallet/${action}`, { method: 'POST', body: JSON.stringify(body) });
    return await response.json();
  } catch {
    return undefined;
  }
}
