/** Which screen an order shows, what it says and what it offers: the whole table, in both languages. */
import { describe, expect, test } from 'vitest';
import type { ChannelView, OrderView, ProblemView } from '../../functions/contract/answers.ts';
import { say } from '../../web/till/messages.ts';
import { offersOf, sentenceOf } from '../../web/till/order-screen.ts';
import {
  closedChannels,
  type Intent,
  isOpen,
  isSelling,
  type SaleState,
  type Surroundings,
} from '../../web/till/sale-state.ts';
import { SCREENS, type Screen, screenOf } from '../../web/till/screen.ts';
import { at, cny, LIFE_NAMES, type LifeName, viewOf } from './lives.ts';

const open: ChannelView = {
  ...{ channel: 'alipay', state: 'open', until: null, reason: null, currencies: ['CNY'] },
  ...{ name: { 'zh-CN': '支付宝', en: 'Alipay' }, settlement: [{ currency: 'CNY', settlementCurrency: 'CNY' }] },
};
const around: Surroundings = {
  ...{ synced: true, online: true, channels: [open], parked: [], failures: 0, pauseMs: null },
  routes: [{ currency: 'CNY', channel: 'alipay', why: 'only' }],
};
const intent: Intent = { amount: cny(1_234), merchantOrderNo: '20260301-1-1', askedAt: at(0) };
const withOrder = (order: OrderView, more: Partial<Surroundings & Pick<Intent, 'told' | 'cancel'>> = {}): SaleState => {
  const { told = false, cancel = false, ...others } = more;
  const bound = { ...intent, orderId: order.orderId, told, cancel };
  return { ...around, ...others, phase: isOpen(order) ? 'following' : 'settled', order, intent: bound };
};

/** The screen, its buttons, and what it says in both languages; no sentence beside a code. */
type Shown = [Screen, string, string | undefined, string | undefined];

/** Said of orders by the server; here as the cashier reads them. */
const TABLE: Record<LifeName, Shown> = {
  bare: ['scan', 'newCode scan cancel', 'There is no code yet. Get one.', '尚未生成付款码，请获取付款码。'],
  'code owed': ['opening', 'cancel', 'One moment, please.', '顾客请稍候。'],
  'code owed for long': [
    'checking',
    'check cancel',
    'The code has expired. Wait while we make sure whether it was paid; do not hand over the goods.',
    '付款码已过期，正在确认是否已付款，请稍候，不要交付商品。',
  ],
  code: ['code', 'cancel', undefined, undefined],
  'code near its end': [
    'checking',
    'check cancel',
    'The code is over. Whether the customer has paid is certain in a moment.',
    '收款码已到期。很快就能确定顾客是否已付款。',
  ],
  'code over': [
    'checking',
    'check cancel',
    'The code has expired. Wait while we make sure whether it was paid; do not hand over the goods.',
    '付款码已过期，正在确认是否已付款，请稍候，不要交付商品。',
  ],
  refused: [
    'failed',
    'newCode scan cancel',
    'The amount is over the limit. Take another means of payment.',
    '金额超出限额，请改用其他支付方式。',
  ],
  'scan under way': [
    'unknown',
    'check park',
    'The outcome is unknown and being looked up. Do not hand over the goods and do not charge again; wait.',
    '付款结果未知，正在查询。请勿交付商品，也不要再次收款，请稍候。',
  ],
  confirming: [
    'confirming',
    'cancel',
    'The customer has to confirm in the Alipay app. Not paid yet: wait, and do not hand over the goods.',
    '请顾客在支付宝中确认付款。尚未收款，请稍候，不要交付商品。',
  ],
  'scan cancelling': [
    'unknown',
    'check park',
    'Not confirmed in time and being cancelled. Do not hand over the goods and do not charge again; wait.',
    '未能及时确认付款，正在撤销。请勿交付商品，也不要再次收款，请稍候。',
  ],
  'scan cancelled': [
    'failed',
    'newCode scan cancel',
    'Nothing was paid and the scan is cancelled. Do not hand over the goods; scan again, or show a code.',
    '本次扫码未收款，已撤销，请勿交付商品。可以重新扫码。',
  ],
  'closing unscanned': [
    'cancelled',
    'next',
    'Closing; nobody has scanned the code. Start a new order: money that comes late is refunded by itself.',
    '正在关闭，顾客尚未扫码，可以开始新订单；若之后到账，将自动处理退款。',
  ],
  'closing scanned': [
    'unknown',
    'check park',
    'Closing while the customer may be paying. Do not hand over the goods and do not charge again; wait.',
    '正在关闭，顾客可能正在付款。请勿交付商品，也不要另行收款，请稍候。',
  ],
  cancelled: ['cancelled', 'next', 'The order is closed and nothing was paid.', '订单已关闭，没有收款。'],
  expired: [
    'expired',
    'next',
    'Time is over and nothing was paid. Start a new order.',
    '订单已超时关闭，没有收款。请重新下单。',
  ],
  paid: ['paid', 'next print detail', 'Paid. Hand over the goods.', '收款成功，可以交付商品。'],
  'paid long ago': [
    'settled',
    'next print detail',
    'Paid earlier. Do not hand over the goods a second time.',
    '此前已收款。如已交付商品，请勿重复交付。',
  ],
  'refund asked': ['settled', 'next print detail', 'Paid. A refund is on its way.', '已收款，退款处理中。'],
  'part refunded': ['settled', 'next print detail', 'Paid, and refunded as listed.', '已收款，并已退款。'],
  'refund refused': [
    'settled',
    'next print detail',
    'Paid. The refund was refused and no money has gone back.',
    '已收款，退款未成功，款项没有退回。',
  ],
  'late, going back': [
    'late',
    'next detail',
    'This money came too late or twice and is being refunded. Do not hand over the goods for it.',
    '该笔款项到账过晚或重复，正在自动退款，请勿交付商品。',
  ],
  'late, gone back': ['late', 'next detail', 'Paid, and refunded as listed.', '已收款，并已退款。'],
  'late and kept': [
    'late',
    'next detail',
    'Paid after the close and kept, as the merchant has chosen.',
    '订单关闭后到账，按商户设置予以保留。',
  ],
};

describe('an order on the till', () => {
  test.each(LIFE_NAMES)('%s', (name) => {
    const { order, now } = viewOf(name);
    const screen = screenOf(withOrder(order), now);
    const offers = offersOf(screen, { now }).map(({ deed }) => deed);
    expect([screen, offers.join(' '), sentenceOf('en', screen, order), sentenceOf('zh-CN', screen, order)]).toEqual(
      TABLE[name],
    );
  });

  test.each(LIFE_NAMES)('%s, of which the till has said that goods are handed over', (name) => {
    const { order, now } = viewOf(name);
    const told = screenOf(withOrder(order, { told: true }), now);
    // Said once, it stays said: but never beside a refund, nor of money that came late.
    expect(told).toBe(name === 'paid long ago' ? 'paid' : TABLE[name][0]);
  });

  test.each(LIFE_NAMES)('%s, which the cashier cancels', (name) => {
    const { order, now } = viewOf(name);
    const shown = screenOf(withOrder(order, { cancel: true }), now);
    const isOver = !isOpen(order) || order.status === 'closing';
    expect(shown).toBe(isOver ? TABLE[name][0] : 'cancelling');
  });

  test.each(LIFE_NAMES)('%s, without the server', (name) => {
    const { order, now } = viewOf(name);
    // What is final stays true, whether the server can be heard or not.
    expect(screenOf(withOrder(order, { online: false, synced: false }), now)).toBe(
      isOpen(order) ? 'offline' : TABLE[name][0],
    );
  });

  test('is open until it is paid, closed, or nothing can come of it', () => {
    const over: LifeName[] = [
      ...(['closing unscanned', 'cancelled', 'expired', 'paid', 'paid long ago', 'refund asked'] as const),
      ...(['part refunded', 'refund refused', 'late, going back', 'late and kept', 'late, gone back'] as const),
    ];
    expect(LIFE_NAMES.filter((name) => !isOpen(viewOf(name).order))).toEqual(over);
  });

  test('says that goods are handed over on one screen only, for every answer of the server', () => {
    const { order } = viewOf('paid');
    const { order: refunded } = viewOf('part refunded');
    for (const status of ['created', 'awaiting_payment', 'closing', 'closed', 'paid'] as const)
      for (const nextAction of ['hand_over_goods', 'do_not_hand_over_goods', 'wait', 'none'] as const)
        for (const late of [false, true])
          for (const refunds of [[], refunded.refunds])
            for (const told of [false, true]) {
              const payment = order.payment && { ...order.payment, late };
              const seen = { ...order, status, nextAction, payment, refunds };
              const screen = screenOf(withOrder(seen, { told }), at(62));
              const isPaid = status === 'paid' && !late && refunds.length === 0;
              const isGood =
                isPaid && (nextAction === 'hand_over_goods' || (told && nextAction !== 'do_not_hand_over_goods'));
              expect([status, nextAction, late, refunds.length, told, screen === 'paid']).toEqual([
                status,
                nextAction,
                late,
                refunds.length,
                told,
                isGood,
              ]);
              if (status === 'paid' && late) expect(screen).toBe('late');
            }
  });

  test('without a code to show is being checked', () => {
    const { order } = viewOf('code');
    expect(screenOf(withOrder({ ...order, qrCode: null }), at(5))).toBe('checking');
    expect([176.999, 177].map((second) => screenOf(withOrder(order), at(second)))).toEqual(['code', 'checking']);
  });
});

describe('a till without an order', () => {
  const problem = { code: 'amount_over_limit' } as unknown as ProblemView;
  const busy = { code: 'terminal_busy' } as unknown as ProblemView;
  const begun = { ...intent, ask: { ...intent, subject: 'tea', qrCode: true } };
  test.each<[string, SaleState, Screen]>([
    ['that has asked', { ...around, phase: 'ready' }, 'ready'],
    ['that has not asked', { ...around, phase: 'ready', synced: false, channels: [] }, 'starting'],
    ['that has just woken up', { ...around, phase: 'ready', synced: false }, 'ready'],
    ['that has just woken up with a sale', { ...around, phase: 'opening', synced: false, intent: begun }, 'starting'],
    ['that has lost the server', { ...around, phase: 'ready', online: false }, 'offline'],
    ['whose key is not taken', { ...around, phase: 'locked', locked: 'key_revoked', online: false }, 'locked'],
    ['that was refused', { ...around, phase: 'ready', refusal: problem }, 'refused'],
    ['whose order before is in the way', { ...around, phase: 'ready', refusal: busy }, 'busy'],
    ['that has begun one', { ...around, phase: 'opening', intent: begun }, 'opening'],
    ['without a channel', { ...around, phase: 'ready', channels: [] }, 'ready'],
  ])('%s', (_, state, screen) => {
    expect(screenOf(state, at(0))).toBe(screen);
  });

  test('sells when the server has spoken and a channel is open', () => {
    const closed: ChannelView = { ...open, state: 'closed' };
    const draining: ChannelView = { ...open, state: 'draining' };
    const sells = (channels: ChannelView[], synced = true) => isSelling({ synced, channels, routes: [] }, 'CNY');
    expect([
      sells([open]),
      sells([open], false),
      sells([]),
      sells([closed]),
      sells([draining]),
      sells([closed, open]),
    ]).toEqual([true, false, false, false, false, true]);
    const stops = (...channels: ChannelView[]) => closedChannels({ channels, routes: [] }, 'CNY');
    expect([stops(draining), stops(closed, open), stops()]).toEqual([[draining], [], []]);
  });
});

const NAME = { 'zh-CN': '支付宝', en: 'Alipay' };

/** What every screen is called, in both languages, and how it looks and sounds. */
const LOOKS: Record<Screen, [zh: string, en: string, tone: string, sound: string | null]> = {
  starting: ['正在核对未完成的订单…', 'Checking what is open…', 'calm', null],
  ready: ['可以收款', 'Ready to sell', 'calm', null],
  locked: ['本收银台已停用', 'This till is not allowed in any more', 'bad', 'failure'],
  offline: ['没有网络', 'No network', 'bad', 'failure'],
  busy: ['上一笔尚未结束', 'The order before is not over', 'busy', 'attention'],
  refused: ['无法收款', 'This cannot be sold', 'bad', 'failure'],
  opening: ['正在生成收款码…', 'Preparing the code…', 'calm', null],
  code: ['请用支付宝扫码付款', 'Scan with Alipay', 'calm', null],
  scan: ['尚未扫码', 'Nothing was scanned yet', 'calm', null],
  confirming: ['请在支付宝中确认付款', 'Confirm in Alipay', 'busy', null],
  cancelling: ['正在取消…', 'Cancelling…', 'busy', null],
  checking: ['正在确认付款，请稍候', 'Checking payment, please wait', 'busy', null],
  unknown: ['正在确认付款，请稍候', 'Checking payment, please wait', 'busy', 'attention'],
  paid: ['收款成功', 'Paid', 'good', 'success'],
  settled: ['已收款', 'Paid earlier', 'calm', null],
  late: ['到账过晚', 'Late payment', 'bad', 'attention'],
  expired: ['收款码已过期', 'Code expired', 'calm', 'neutral'],
  cancelled: ['已取消', 'Cancelled', 'calm', 'neutral'],
  failed: ['未能收款', 'Payment not made', 'bad', 'failure'],
};

test('every screen has its name, its look and its sound', () => {
  const seen = Object.entries(SCREENS).map(([screen, { tone, sound }]) => [
    screen,
    [...(['zh-CN', 'en'] as const).map((lang) => say(lang, screen as Screen, { channel: NAME[lang] })), tone, sound],
  ]);
  expect(Object.fromEntries(seen)).toEqual(LOOKS);
});
