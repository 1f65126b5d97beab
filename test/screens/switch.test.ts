/** The till takes a sale by another channel: when it offers that, what it asks, and how it ends, whatever is lost on the way. */
import { describe, expect, test } from 'vitest';
import type { ChannelView, OrderView } from '../../functions/contract/answers.ts';
import { noteOf, type Offer, offersOf } from '../../web/till/order-screen.ts';
import { closedChannels, isReplaceable, isSelling, otherChannel } from '../../web/till/sale-state.ts';
import { SCREENS, type Screen } from '../../web/till/screen.ts';
import { cny, LIFE_NAMES, viewOf } from './lives.ts';
import type { Fate } from './server.ts';
import { GOOD_CODE, online, SCANNED, started, type Till, WANTED } from './till.ts';

const channelOf = (channel: ChannelView['channel'], more: Partial<ChannelView> = {}): ChannelView => ({
  ...{ channel, state: 'open', until: null, reason: null, currencies: ['CNY'], settlement: [] },
  ...{ name: { 'zh-CN': channel, en: channel }, ...more },
});
const alipay = channelOf('alipay');
const antom = channelOf('antom', { currencies: ['CNY', 'HKD'] });

describe('another channel', () => {
  const { order } = viewOf('code');
  const other = (...channels: ChannelView[]) => otherChannel({ channels, routes: [] }, order);

  test('is one that is open and takes the currency, and not the order’s own', () => {
    expect([
      other(alipay, antom),
      other(alipay),
      other(),
      otherChannel({ channels: [antom], routes: [] }, undefined),
    ]).toEqual([...['antom', undefined, undefined, undefined]]);
    for (const more of [{ state: 'closed' as const }, { state: 'draining' as const }, { currencies: ['HKD'] }])
      expect([more, other(alipay, { ...antom, ...more })]).toEqual([more, undefined]);
    // Its own may be closed: that is what the other one is for.
    expect(other({ ...alipay, state: 'closed' }, antom)).toBe('antom');
  });

  test('takes an order that shows a code, or has nothing that can be paid, and no other', () => {
    expect(LIFE_NAMES.filter((name) => isReplaceable(viewOf(name).order))).toEqual([
      ...[
        'bare',
        'code owed',
        'code owed for long',
        'code',
        'code near its end',
        'code over',
        'refused',
        'scan cancelled',
      ],
    ]);
  });

  test('is offered on screens where it can take the sale: first of all where the order’s own has failed', () => {
    const deeds = (offers: readonly Offer[]) => offers.map(({ deed, isPrimary }) => (isPrimary ? `${deed}!` : deed));
    const slow = { now: 6_000, waitingSince: 0 };
    const screens = Object.keys(SCREENS) as Screen[];
    const offering = screens.filter((screen) =>
      offersOf(screen, { ...slow, canSwitch: true }).some(({ deed }) => deed === 'switch'),
    );
    expect(offering).toEqual(['opening', 'code', 'scan', 'failed']);
    expect(offering.map((screen) => deeds(offersOf(screen, { ...slow, canSwitch: true })))).toEqual([
      ['again!', 'switch', 'cancel'],
      ['switch', 'cancel'],
      ['newCode!', 'scan', 'switch', 'cancel'],
      ['switch!', 'newCode', 'scan', 'cancel'],
    ]);
    expect(deeds(offersOf('opening', { now: 5_000, waitingSince: 0, canSwitch: true }))).toEqual(['cancel']);
    expect(deeds(offersOf('failed', { now: 0, canSwitch: true, isCancelled: true }))).toEqual([
      ...['newCode!', 'scan', 'cancel'],
    ]);
  });

  test('has the till say of the code before that its payment comes back, for as long as the sale is open', () => {
    const said = (Object.keys(SCREENS) as Screen[]).filter((screen) => noteOf(screen, true) === 'oldCode');
    expect(said).toEqual(['opening', 'code', 'scan', 'confirming', 'checking', 'failed']);
    expect(noteOf('code', false)).toBeUndefined();
  });
});

test('a currency is sold where its route says so, and else each channel that would take it says why not', () => {
  const closed = { ...alipay, state: 'closed' as const };
  const state = {
    channels: [closed, antom],
    routes: [
      { currency: 'CNY', channel: null, why: 'none_open' as const },
      { currency: 'HKD', channel: 'antom' as const, why: 'only' as const },
    ],
  };
  expect(['CNY', 'HKD'].map((currency) => isSelling({ ...state, synced: true }, currency))).toEqual([false, true]);
  expect(isSelling({ ...state, synced: false }, 'HKD')).toBe(false);
  expect(['CNY', 'HKD'].map((currency) => closedChannels(state, currency))).toEqual([[closed, antom], []]);
  const hkd = { ...state, routes: [{ currency: 'HKD', channel: null, why: 'none_open' as const }] };
  expect(closedChannels(hkd, 'HKD')).toEqual([antom]);
});

async function selling(wanted: Parameters<Till['sale']['begin']>[0] = WANTED, refusing = false): Promise<Till> {
  const till = await started();
  await till.server.connectSecond();
  if (refusing) till.server.refusing.add('alipay');
  await till.sale.wake();
  await till.sale.begin(wanted);
  return till;
}
const orderNow = (till: Till): OrderView => till.sale.state().order ?? expect.fail('the till shows no order');
const byNo = async (till: Till) =>
  Object.fromEntries((await till.server.orders()).map((order) => [order.merchantOrderNo, order]));

describe('a sale that goes on by another channel', () => {
  test('after a refusal: the till asks which are open, and the amount stays', async () => {
    const till = await selling(WANTED, true);
    expect([till.screen(), till.server.sent.slice(-3)]).toEqual([
      'failed',
      ['createOrder', 'listChannels', 'getOrder'],
    ]);
    expect(otherChannel(till.sale.state(), orderNow(till))).toBe('antom');
    await till.sale.switchTo('antom');
    expect([till.screen(), orderNow(till).channel, orderNow(till).amount]).toEqual(['code', 'antom', cny(1_234)]);
    till.server.pay(orderNow(till).qrCode?.payload ?? '');
    await till.server.pass(4_000);
    await till.sale.check();
    expect([till.screen(), orderNow(till).merchantOrderNo]).toEqual(['paid', 'no-2']);
    till.sale.stop();
  });

  test('with a code that is shown: it is asked to close, and what it is paid comes back', async () => {
    const till = await selling();
    const { orderId, qrCode } = orderNow(till);
    await till.sale.switchTo('antom');
    expect([till.screen(), till.sale.state().intent?.ask?.replaces]).toEqual(['code', orderId]);
    till.server.pay(qrCode?.payload ?? '');
    // No message tells of it: it is found when its code is over.
    await till.server.pass(300_000);
    const orders = await byNo(till);
    expect(orders['no-1']).toMatchObject({ payment: { late: true }, refunded: cny(1_234) });
    expect(orders['no-2']).toMatchObject({ channel: 'antom', payment: null });
    till.sale.stop();
  });

  test('that was to be scanned is scanned again', async () => {
    const till = await selling(SCANNED);
    await till.sale.switchTo('antom');
    expect([till.screen(), orderNow(till).channel, orderNow(till).qrCode]).toEqual(['scan', 'antom', null]);
    await till.sale.next(GOOD_CODE);
    expect([till.screen(), orderNow(till).channel]).toEqual(['paid', 'antom']);
    till.sale.stop();
  });

  test('is not opened where the order before is paid: that one is the sale, and its goods are handed over', async () => {
    const till = await selling();
    till.server.pay(orderNow(till).qrCode?.payload ?? '');
    await till.sale.switchTo('antom');
    expect([till.screen(), orderNow(till).merchantOrderNo, orderNow(till).channel]).toEqual(['paid', 'no-1', 'alipay']);
    expect(Object.keys(await byNo(till))).toEqual(['no-1']);
    await till.reload();
    expect(till.screen()).toBe('paid');
    till.sale.stop();
  });

  test('is refused where that one has closed meanwhile: the order before goes on, and the till says why', async () => {
    const till = await selling();
    await till.server.say('antom', { state: 'closed' });
    await till.sale.switchTo('antom');
    expect([till.screen(), orderNow(till).merchantOrderNo, till.sale.state().refusal?.code]).toEqual([
      ...['code', 'no-1', 'channel_closed'],
    ]);
    // It has asked again, and offers no more what is closed.
    expect(otherChannel(till.sale.state(), orderNow(till))).toBeUndefined();
    till.sale.stop();
  });

  test.each<[string, Fate]>([
    ['never arrives', 'lost'],
    ['is carried out and not answered', 'unanswered'],
  ])('is opened once, though its request %s and the page is lost', async (_, fate) => {
    const till = await selling();
    till.server.fates = [fate];
    await till.sale.switchTo('antom');
    expect(till.screen()).toBe('offline');
    till.server.fates = [];
    await till.reload();
    await online(till);
    expect([till.screen(), orderNow(till).merchantOrderNo]).toEqual(['code', 'no-2']);
    expect(Object.keys(await byNo(till)).sort()).toEqual(['no-1', 'no-2']);
    till.sale.stop();
  });

  test('is given up after a minute without an answer: the order before is looked at again', async () => {
    const till = await selling();
    till.server.fates = ['lost'];
    await till.sale.switchTo('antom');
    await till.server.pass(61_000);
    await till.reload();
    expect([till.screen(), orderNow(till).merchantOrderNo, till.sale.state().lost]).toEqual([
      'code',
      'no-1',
      undefined,
    ]);
    till.sale.stop();
  });

  test('is not begun where the order cannot be replaced, nor after a cancel', async () => {
    const till = await selling();
    await till.sale.cancel();
    const before = till.sale.state();
    await till.sale.switchTo('antom');
    expect(till.sale.state()).toBe(before);
    till.sale.stop();
  });
});
