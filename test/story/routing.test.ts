/** Which channel takes an order: createOrder does what listChannels says, whatever is open and preferred. */
import { describe, expect, test, vi } from 'vitest';
import type { ChannelId } from '../../functions/channel/registry.ts';
import { nameOf } from '../../functions/merchant/channel-health.ts';
import type { ChannelState } from '../../functions/merchant/merchant.ts';
import { MINUTE, toInstant } from '../../functions/time.ts';
import {
  ALIPAY_ID,
  accountAt,
  HARBOUR_ID,
  openThreeChannels,
  refusedWith,
  type ThreeChannels,
  YEN_ID,
} from '../support/three-channels.ts';

vi.mock('../../functions/channel/registry.ts', async (original) => {
  const { CHANNELS } = await original<typeof import('../../functions/channel/registry.ts')>();
  const { HARBOUR, YEN } = await import('../support/second-channel.ts');
  return { CHANNELS: { ...CHANNELS, yen: YEN, harbour: HARBOUR } };
});

const OFFERED: Readonly<Record<string, readonly ChannelId[]>> = {
  CNY: [ALIPAY_ID, HARBOUR_ID],
  JPY: [YEN_ID, HARBOUR_ID],
};
const CHANNELS = [ALIPAY_ID, YEN_ID, HARBOUR_ID];
const STATES = ['open', 'draining', 'closed', 'unwell'] as const;
type State = (typeof STATES)[number];

/** What the issue says, once more in other words: of those that offer the currency the preferred one, unless it is not open. */
function expected(having: readonly ChannelId[], state: Record<string, State>, preferred: string, currency: string) {
  const offer = (OFFERED[currency] ?? []).filter((channel) => having.includes(channel));
  if (offer.length === 0) return undefined;
  const best = offer.find((channel) => channel === preferred) ?? offer[0];
  const open = offer.filter((channel) => state[channel] === 'open');
  const taken = open.find((channel) => channel === best) ?? open[0] ?? null;
  if (taken === null) return { currency, channel: null, why: 'none_open' };
  if (offer.length === 1) return { currency, channel: taken, why: 'only' };
  return { currency, channel: taken, why: taken === best ? 'preferred' : 'other_closed' };
}

let number = 0;
const order = (currency: string, more: object = {}) => {
  number += 1;
  return { merchantOrderNo: `r-${number}`, amount: { currency, value: 450 }, ...more };
};

/** The channel that took the order; null: it was refused because none is open. */
async function taken(it: ThreeChannels, currency: string, more: object = {}): Promise<string | null> {
  let channel: string | null = null;
  const refusal = await refusedWith(
    it.create(order(currency, more)).then((opened) => {
      channel = opened.order.channel;
    }),
  );
  expect(refusal?.code ?? 'taken').toBe(channel === null ? 'channel_closed' : 'taken');
  return channel;
}

describe.each([
  [CHANNELS, 10],
  [[ALIPAY_ID, HARBOUR_ID], 7],
] as const)('with accounts at %j', (having, kinds) => {
  test('createOrder takes the channel that listChannels names, in all states, preferences and currencies', async () => {
    const it = await openThreeChannels({ accounts: having.map(accountAt) });
    const seen = new Set<string>();
    const combinations = STATES.flatMap((a) => STATES.flatMap((b) => STATES.map((c) => [a, b, c] as const)));
    for (const combination of combinations) {
      const state = Object.fromEntries(CHANNELS.map((channel, i) => [channel, combination[i] ?? 'open']));
      for (const channel of CHANNELS)
        await it.services.functionState.change<object>(nameOf(it.merchant.id, channel), () => ({
          ...{ closures: 1, strikes: 0 },
          ...(state[channel] === 'unwell' && { closedUntil: it.now() + 60 * MINUTE }),
        }));
      const stated = CHANNELS.flatMap((channel) => {
        const word = state[channel];
        return word === 'draining' || word === 'closed' ? [[channel, { state: word } satisfies ChannelState]] : [];
      });
      for (const preferred of [...having, 'none']) {
        const choice = preferred === 'none' ? {} : { CNY: preferred, JPY: preferred };
        await it.change({ channels: Object.fromEntries(stated), preferred: choice as Record<string, ChannelId> });
        const { routes } = await it.list();
        const said = ['CNY', 'JPY'].flatMap((currency) => expected(having, state, preferred, currency) ?? []);
        expect([combination, preferred, routes]).toEqual([combination, preferred, said]);
        for (const route of routes) {
          const found = await taken(it, route.currency);
          expect([combination, preferred, route, found]).toEqual([combination, preferred, route, route.channel]);
          seen.add(`${route.currency} ${route.channel} ${route.why}`);
        }
      }
    }
    // Either channel preferred or taken for the other, and none; with one channel only, it or none.
    expect(seen.size).toBe(kinds);
  });
});

describe('an order that names its channel', () => {
  test('is taken by that one, whatever is preferred', async () => {
    const it = await openThreeChannels({ preferred: { CNY: HARBOUR_ID } });
    expect([await taken(it, 'CNY'), await taken(it, 'CNY', { channel: ALIPAY_ID })]).toEqual(['harbour', 'alipay']);
  });

  test('is refused where that one is closed, and nothing else takes it', async () => {
    const it = await openThreeChannels({ channels: { alipay: { state: 'closed' } } });
    expect(await refusedWith(it.create(order('CNY', { channel: ALIPAY_ID })))).toMatchObject({
      ...{ status: 503, code: 'channel_closed', channels: [{ channel: 'alipay', state: 'closed' }] },
    });
    expect(it.channels.harbour?.calls).toEqual([]);
  });

  test('is refused where that one takes no such currency, or the merchant has no account there', async () => {
    const it = await openThreeChannels({ accounts: [accountAt(ALIPAY_ID), accountAt(YEN_ID)] });
    expect(await refusedWith(it.create(order('CNY', { channel: YEN_ID })))).toMatchObject({
      ...{ status: 422, code: 'different_currency', detail: 'This merchant sells in JPY at yen.' },
    });
    expect(await refusedWith(it.create(order('CNY', { channel: HARBOUR_ID })))).toMatchObject({
      ...{ status: 422, code: 'no_account' },
      detail: 'This merchant has no account at harbour; it has one at alipay, yen.',
    });
  });

  test('is repeated with or without it, and not with another one', async () => {
    const it = await openThreeChannels();
    const body = order('CNY', { channel: HARBOUR_ID });
    const { order: first } = await it.create(body);
    expect(first.channel).toBe('harbour');
    for (const channel of [HARBOUR_ID, undefined])
      expect(await it.create({ ...body, channel })).toMatchObject({ status: 200, order: { channel: 'harbour' } });
    expect(await refusedWith(it.create({ ...body, channel: ALIPAY_ID }))).toMatchObject({
      ...{ status: 409, code: 'order_exists_with_different_channel', orderId: first.orderId },
    });
  });
});

test('a repeat stays where it is, though another channel is preferred by now and its own is closed', async () => {
  const it = await openThreeChannels();
  const body = order('CNY');
  const { order: first } = await it.create(body);
  await it.change({ preferred: { CNY: HARBOUR_ID }, channels: { alipay: { state: 'closed' } } });
  expect(await it.create(body)).toMatchObject({
    status: 200,
    order: { channel: first.channel, orderId: first.orderId },
  });
  expect([first.channel, await taken(it, 'CNY')]).toEqual(['alipay', 'harbour']);
});

test('where none is open, each one says why, and the first that opens says when', async () => {
  const it = await openThreeChannels();
  const reason = { 'zh-CN': '升级', en: 'Upgrade' };
  const [late, soon] = [it.now() + 20 * MINUTE, it.now() + 10 * MINUTE];
  await it.change({
    channels: Object.fromEntries([
      [ALIPAY_ID, { state: 'closed', until: late, reason }],
      [HARBOUR_ID, { state: 'draining', until: soon }],
    ]),
  });
  expect(await refusedWith(it.create(order('CNY')))).toEqual({
    ...{ status: 503, code: 'channel_closed', retryable: true, executed: false, until: toInstant(soon), reason },
    detail: 'The channel takes no new orders.',
    channels: [
      { channel: 'alipay', state: 'closed', until: toInstant(late), reason },
      { channel: 'harbour', state: 'draining', until: toInstant(soon), reason: null },
    ],
  });
});

test('the list names each channel, and in what it settles', async () => {
  const it = await openThreeChannels();
  const { data } = await it.list();
  expect(data.map(({ name, settlement }) => [name.en, settlement])).toEqual([
    ['Alipay', [{ currency: 'CNY', settlementCurrency: 'CNY' }]],
    ['Yen Pay', [{ currency: 'JPY', settlementCurrency: 'JPY' }]],
    ['Harbour Pay', ['CNY', 'JPY'].map((currency) => ({ currency, settlementCurrency: currency }))],
  ]);
});
