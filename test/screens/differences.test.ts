/** Our days against the channel's bills, as the console tells them. */
import { describe, expect, test } from 'vitest';
import type { ReconciliationView } from '../../functions/contract/reconciliation-answers.ts';
import {
  areManyAccounts,
  byUrgency,
  countsOf,
  type Difference,
  dayRow,
  factsOf,
  keyOf,
  REASONS,
  RESOLUTION_TONES,
  shownDay,
  sidesOf,
} from '../../web/console/differences.ts';
import { say } from '../../web/console/messages.ts';
import { at } from './lives.ts';

const instant = (second: number) => new Date(at(second)).toISOString();
const difference = (more: Partial<Difference> = {}): Difference => ({
  reason: 'amount',
  resolution: 'open',
  ageDays: 1,
  type: 'payment',
  orderId: 'ord_1',
  attemptNo: 'ord_1_1',
  requestNo: null,
  tradeNo: null,
  currency: 'CNY',
  ours: { gross: 2_000, fee: 12, at: instant(0) },
  channelSays: { gross: 2_100, fee: null, at: instant(-86_400) },
  note: null,
  unread: null,
  ...more,
});
const found = (more: Partial<ReconciliationView> = {}): ReconciliationView => ({
  channel: 'alipay',
  day: '2026-03-01',
  checkedAt: instant(0),
  state: 'compared',
  billHash: null,
  why: null,
  matched: 7,
  foreign: 2,
  differences: [],
  omitted: 0,
  account: '2088',
  ...more,
});
const many: Difference[] = [
  difference({ resolution: 'healed', ageDays: 9 }),
  difference({ resolution: 'open', ageDays: 1 }),
  difference({ resolution: 'accepted', ageDays: 3 }),
  difference({ resolution: 'waiting', ageDays: 0 }),
  difference({ resolution: 'open', ageDays: 4 }),
  difference({ resolution: 'healed', ageDays: 10 }),
];
const named = (it: ReconciliationView) => countsOf(it)?.map(([word, n]) => [say('en', word), n]) ?? null;

describe('a day', () => {
  test('counts what agrees, what is open, and what became of the rest', () => {
    const day = found({ differences: many });
    expect(named(day)).toEqual([
      ['Agree', 7],
      ['Open', 2],
      ['Waiting', 1],
      ['Settled', 3],
      ['Of other systems', 2],
    ]);
    expect(dayRow({ day: '2026-03-01', found: day })).toEqual({ tone: 'good', word: 'compared', matched: 7, open: 2 });
  });

  test('screens R2 counts what is beyond the list as open, in its row and in its figures alike', () => {
    const day = found({ differences: many, omitted: 37 });
    expect(named(day)?.[1]).toEqual(['Open', 39]);
    expect(dayRow({ day: '2026-03-01', found: day }).open).toBe(39);
  });

  test('of which nothing is known says nothing, not even that nothing differs', () => {
    const unreadable = found({ state: 'unreadable', matched: 0 });
    expect([named(unreadable), dayRow({ day: '2026-03-01', found: unreadable })]).toEqual([
      null,
      { tone: 'bad', word: 'unreadable', matched: null, open: null },
    ]);
    expect([
      dayRow({ day: 'x', found: undefined }),
      dayRow({ day: 'x', found: found({ state: 'no_bill', matched: 0 }) }),
    ]).toEqual([
      { tone: 'calm', word: 'notCompared', matched: null, open: null },
      { tone: 'busy', word: 'no_bill', matched: 0, open: 0 },
    ]);
  });

  test('is shown if it was chosen, else the latest that was compared', () => {
    const [none, one, two] = [
      { day: '2026-03-03', found: undefined },
      { day: '2026-03-02', found: found({ account: '1' }) },
      { day: '2026-03-02', found: found({ account: '2' }) },
    ] as const;
    const days = [none, one, two];
    expect([
      shownDay(days, keyOf(two)),
      shownDay(days, undefined),
      shownDay(days, 'gone'),
      shownDay([none], undefined),
      shownDay([], 'x'),
    ]).toEqual([two, one, one, none, undefined]);
    expect([areManyAccounts(days), areManyAccounts([none, one, one]), areManyAccounts([])]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('a difference', () => {
  test('that needs a person comes first, the oldest of them before the others', () => {
    expect(byUrgency(many).map(({ resolution, ageDays }) => [resolution, ageDays])).toEqual([
      ['open', 4],
      ['open', 1],
      ['waiting', 0],
      ['accepted', 3],
      ['healed', 10],
      ['healed', 9],
    ]);
    expect(many[0]?.resolution).toBe('healed');
  });

  test('says what we say beside what the bill says, and which of both it is about', () => {
    const sides = (more: Partial<Difference>) =>
      sidesOf(difference(more), '2026-03-01', 'en', 'Asia/Shanghai').map(({ word, ours, bill, differs }) => [
        word,
        ours,
        bill,
        differs,
      ]);
    expect(sides({})).toEqual([
      ['amount', '¥20.00', '¥21.00', true],
      ['fee', '¥0.12', '–', false],
      ['time', '12:00:00', '2026-02-28 12:00:00', false],
    ]);
    expect(
      sides({ reason: 'fee', ours: null, currency: 'JPY', channelSays: { gross: -5, fee: 0, at: instant(1) } }),
    ).toEqual([
      ['amount', '–', '-JPY\u00a05', false],
      ['fee', '–', 'JPY\u00a00', true],
      ['time', '–', '12:00:01', false],
    ]);
  });

  test('has these facts', () => {
    const whole = difference({
      tradeNo: '2026',
      note: 'printed twice',
      ageDays: 2,
      unread: { worth: 1_234, why: 'commas' },
    });
    const said = (it: Difference, lang: 'en' | 'zh-CN') =>
      factsOf(it, lang).map(([word, text]) => [say(lang, word), text]);
    expect(said(whole, 'en')).toEqual([
      ['Trade no. at the channel', '2026'],
      ['Age', '2 days'],
      ['Note', 'printed twice'],
      [say('en', 'billReceived'), '¥12.34'],
      [say('en', 'reasonWhy'), 'commas'],
    ]);
    expect(said(difference({ unread: { worth: null, why: '?' } }), 'zh-CN')).toEqual([
      ['距今', '1天'],
      [say('zh-CN', 'reasonWhy'), '?'],
    ]);
    expect(factsOf(difference({ unread: { worth: 0, why: '' } }), 'en')[1]?.[1]).toBe('¥0.00');
  });

  test('has a reason and a text for it in both languages', () => {
    const texts = Object.values(REASONS).flatMap((word) => [word, `${word}Text`] as const);
    for (const lang of ['en', 'zh-CN'] as const) {
      const said = texts.map((word) => say(lang, word));
      expect([said.filter((it) => it === ''), new Set(said).size]).toEqual([[], texts.length]);
    }
    expect(
      Object.entries(RESOLUTION_TONES).map(([it, tone]) => [say('en', `${it as 'open'}Difference`), tone]),
    ).toEqual([
      ['Open', 'bad'],
      ['Waiting', 'busy'],
      ['Explained', 'calm'],
      ['Settled by itself', 'good'],
    ]);
  });
});
