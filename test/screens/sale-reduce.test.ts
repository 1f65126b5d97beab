/** The sale as states and events, without a server, a store or a clock: what is asked next, and what an answer teaches. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OrderView, ProblemView } from '../../functions/contract/answers.ts';
import { MINUTE, SECOND } from '../../functions/time.ts';
import { type Act, reduce, STARTING } from '../../web/till/sale-reduce.ts';
import { type Answer, nextRequest, type Request } from '../../web/till/sale-requests.ts';
import { type Ask, isOpen, type SaleState } from '../../web/till/sale-state.ts';
import { at, cny, LIFE_NAMES, viewOf } from './lives.ts';

const NOW = at(60);
const ask: Ask = { merchantOrderNo: 'no-1', amount: cny(1_234), subject: 'tea', operatorId: 'anna', qrCode: true };
const view = viewOf('code').order;
const orderOf = (more: Partial<OrderView> = {}): OrderView => ({ ...view, merchantOrderNo: 'no-1', ...more });
const problemOf = (more: object) =>
  ({ status: 409, code: 'some_code', detail: 'no', ...more }) as unknown as ProblemView;

const played = (state: SaleState, ...events: (Act | Answer)[]) =>
  events.reduce((it, event) => reduce(it, event, { now: NOW, chance: 0 }), state);
/** The answer to what is asked next. */
const answer = (state: SaleState, order: OrderView): Answer => ({ kind: 'order', of: asked(state), order });
const asked = (state: SaleState): Request => nextRequest(state) ?? expect.fail('nothing is asked');

const nothing = {
  kind: 'synced',
  channels: [],
  routes: [],
  last: undefined,
  found: undefined,
} as const satisfies Answer;
const ready = played(STARTING, { kind: 'restored', intent: undefined, parked: [] }, nothing);
const begun = played(ready, { kind: 'begin', ask, tillCode: undefined });
const scanned = played(ready, { kind: 'begin', ask: { ...ask, qrCode: false }, tillCode: '28' });
const following = played(begun, answer(begun, orderOf()));
const collecting = played(
  scanned,
  answer(scanned, orderOf({ nextAction: 'get_qr_code', attempt: null, qrCode: null })),
);
const closing = played(following, { kind: 'cancel' });
const paid = orderOf({ status: 'paid', nextAction: 'hand_over_goods', version: 9, nextPollAfterMs: null });
const settled = played(following, answer(following, paid));

describe('what is asked next', () => {
  const { orderId } = view;
  test.each<[string, SaleState, SaleState['phase'], Request | undefined]>([
    ['by a page that opens', STARTING, 'ready', { kind: 'sync', merchantOrderNo: undefined }],
    ['between two sales', ready, 'ready', { kind: 'channels' }],
    ['of a sale that was begun', begun, 'opening', { kind: 'open', ask }],
    ['of an order with a code', following, 'following', { kind: 'look', orderId, isLive: true }],
    [
      'of an order whose customer was scanned',
      collecting,
      'collecting',
      { kind: 'collect', orderId, attempt: { attempt: 1, tillCode: '28' } },
    ],
    ['of an order to be cancelled', closing, 'closing', { kind: 'close', orderId, operatorId: 'anna' }],
    ['of a paid order', settled, 'settled', { kind: 'look', orderId, isLive: false }],
    ['after waking with a sale', played(begun, { kind: 'wake' }), 'opening', { kind: 'sync', merchantOrderNo: 'no-1' }],
    ['without a key that counts', played(begun, { kind: 'locked', code: 'key_revoked' }), 'locked', undefined],
  ])('%s', (_, state, phase, request) => {
    expect([state.phase, nextRequest(state)]).toEqual([phase, request]);
  });
});

describe('an answer', () => {
  test('that never comes changes nothing of the sale, and is waited for longer each time', () => {
    const silent = played(begun, { kind: 'silence' });
    expect(silent).toEqual({ ...begun, synced: false, online: false, failures: 1, pauseMs: 500, retryAt: NOW + 500 });
    const pauses = [1, 2, 3, 4, 5, 6].map((n) => played(begun, ...Array<Answer>(n).fill({ kind: 'silence' })).pauseMs);
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 4_000, 4_000]);
    const heard = played(silent, { ...nothing, found: orderOf() });
    expect(heard).toMatchObject({ phase: 'following', synced: true, online: true, failures: 0, retryAt: undefined });
  });

  test('to a sale that was begun and is not there: sent again within a minute, told as lost after it', () => {
    const woken = played(begun, { kind: 'wake' });
    const synced = (now: number) => reduce(woken, nothing, { now, chance: 0 });
    expect(asked(synced(NOW + MINUTE - 1))).toEqual({ kind: 'open', ask });
    expect(synced(NOW + MINUTE)).toMatchObject({ phase: 'ready', lost: ask.amount });
  });

  test('that refuses the sale ends it, unless the number is taken by this very sale', () => {
    const of = asked(begun);
    const refused = (more: object) => played(begun, { kind: 'refused', of, problem: problemOf(more) });
    expect(refused({ status: 422 })).toMatchObject({ phase: 'ready', refusal: { status: 422 } });
    expect(refused({ executed: false, orderId: 'ord_1' })).toMatchObject({ phase: 'ready' });
    expect(refused({ orderId: 'ord_1' })).toMatchObject({ phase: 'following', intent: { orderId: 'ord_1' } });
  });

  test('that the customer cannot pay leaves the order open; that it cannot be closed, too', () => {
    const problem = problemOf({ status: 422 });
    expect(played(collecting, { kind: 'refused', of: asked(collecting), problem })).toMatchObject({
      ...{ phase: 'following', refusal: problem, pauseMs: 0 },
    });
    const kept = played(closing, { kind: 'refused', of: asked(closing), problem });
    expect(kept).toMatchObject({ phase: 'following', intent: { cancel: true } });
    expect(kept.refusal).toBeUndefined();
    // Once is enough.
    expect(played(kept, { kind: 'cancel' }).phase).toBe('following');
  });

  test('of an order that the server does not know ends the sale', () => {
    const problem = problemOf({ status: 404 });
    expect(played(following, { kind: 'refused', of: asked(following), problem })).toMatchObject({
      ...{ phase: 'ready', refusal: problem },
    });
  });

  test('about a sale that is over is not taken for the next one', () => {
    const late = answer(settled, paid);
    const next = played(
      settled,
      { kind: 'done' },
      { kind: 'begin', ask: { ...ask, merchantOrderNo: 'no-2' }, tillCode: undefined },
    );
    expect(played(next, late)).toEqual({ ...next, pauseMs: 0 });
    expect(played(next, { kind: 'refused', of: asked(begun), problem: problemOf({}) }).intent).toEqual(next.intent);
  });

  test('with a later version is never replaced by an older one', () => {
    const older = answer(settled, orderOf({ version: 1 }));
    expect(played(settled, older).order).toEqual(paid);
  });

  test('that says when to ask again is obeyed, and a customer who may be paying is looked at each second', () => {
    const pause = (order: OrderView) => played(following, answer(following, order)).pauseMs;
    expect(pause(orderOf({ nextAction: 'show_qr_code', nextPollAfterMs: 9_000 }))).toBe(0.85 * SECOND);
    expect(pause(orderOf({ nextAction: 'get_qr_code', nextPollAfterMs: 9_000 }))).toBe(0.85 * 9_000);
    expect(pause(paid)).toBeNull();
  });
});

test('a cancellation while the order is being opened is sent when it is', () => {
  const cancelled = played(begun, { kind: 'cancel' });
  expect([cancelled.phase, asked(cancelled)]).toEqual(['opening', { kind: 'open', ask }]);
  expect(played(cancelled, answer(cancelled, orderOf())).phase).toBe('closing');
});

test('goods are announced once and for as long as the sale is shown', () => {
  expect(settled.intent).toMatchObject({ told: true });
  const reloaded = played(STARTING, { kind: 'restored', intent: settled.intent, parked: [] }, nothing);
  expect(asked(reloaded)).toEqual({ kind: 'look', orderId: view.orderId, isLive: false });
});

test('a sale of this till that the browser has forgotten is taken up, and one that was put aside is not', () => {
  const sync = { ...nothing, last: orderOf() };
  const opened = (parked: { orderId: string; amount: typeof ask.amount }[]) =>
    played(STARTING, { kind: 'restored', intent: undefined, parked }, sync);
  expect(opened([])).toMatchObject({ phase: 'following', intent: { orderId: view.orderId, merchantOrderNo: 'no-1' } });
  expect(opened([{ orderId: view.orderId, amount: ask.amount }]).phase).toBe('ready');
  const aside = played(following, { kind: 'park' });
  expect([aside.phase, aside.parked.map(({ orderId }) => orderId)]).toEqual(['ready', [view.orderId]]);
});

const LIVES = LIFE_NAMES.map((name) => ({ ...viewOf(name).order, orderId: view.orderId }));

/** Anything that may happen in a state: acts of the cashier, and answers to what was asked now or before. */
function eventsIn(state: SaleState, before: Request): (Act | Answer)[] {
  const of = nextRequest(state) ?? before;
  return [
    ...(['cancel', 'done', 'park', 'wake', 'silence'] as const).map((kind) => ({ kind })),
    { kind: 'begin', ask, tillCode: undefined },
    { kind: 'begin', ask, tillCode: '28' },
    { kind: 'next', tillCode: undefined },
    nothing,
    { ...nothing, found: orderOf() },
    { ...nothing, last: orderOf() },
    ...LIVES.flatMap((order): Answer[] => [of, before].map((it) => ({ kind: 'order', of: it, order }))),
    ...[404, 409, 422].map((status): Answer => ({ kind: 'refused', of, problem: problemOf({ status }) })),
  ];
}

test('in every history the phase says what is known, and no sale ends but by the cashier, the server or the clock', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 5, maxLength: 40 }), (choices) => {
      let state = STARTING;
      let before: Request = asked(state);
      for (const choice of choices) {
        const events = eventsIn(state, before);
        const event = events[choice % events.length] ?? expect.fail('no event');
        const next = played(state, event);
        seen.add(next.phase);
        before = nextRequest(state) ?? before;
        // The union, looked at from outside of the compiler.
        const { phase, intent, order, attempt } = next;
        expect([phase, intent !== undefined]).toEqual([phase, phase !== 'ready']);
        expect([phase, intent?.orderId !== undefined]).toEqual([phase, phase !== 'ready' && phase !== 'opening']);
        expect([phase, order !== undefined && !isOpen(order)]).toEqual([phase, phase === 'settled']);
        expect([phase, attempt !== undefined && phase !== 'opening']).toEqual([phase, phase === 'collecting']);
        if (phase === 'closing') expect(intent?.cancel).toBe(true);
        if (next.pauseMs !== null) expect(next.pauseMs).toBeGreaterThanOrEqual(0);
        if (state.intent && !intent) expect(['done', 'park', 'refused', 'synced']).toContain(event.kind);
        if (state.intent?.cancel && intent?.merchantOrderNo === state.intent.merchantOrderNo)
          expect([event.kind, intent.cancel]).toEqual([event.kind, true]);
        if (state.intent && event.kind === 'begin') expect(next).toBe(state);
        state = next;
      }
    }),
    { seed: 18, numRuns: 2_000 },
  );
  expect([...seen].sort()).toEqual(['closing', 'collecting', 'following', 'opening', 'ready', 'settled']);
});
