import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Refusal } from '../../functions/channel/channel.ts';
import { type ChannelHealth, meaningOf, reopened, worse } from '../../functions/merchant/channel-health.ts';

const HEALTHY: ChannelHealth = { closures: 0, strikes: 0 };
const unavailable = (code: string): Refusal => ({ reason: 'channel_unavailable', code });

describe('what a refusal says of the channel', () => {
  test.each([
    ['40004', true, 'closed'],
    ['40004', false, 'nothing'],
    ['20001', true, 'strike'],
    ['20001', false, 'strike'],
    ['40006', false, 'strike'],
    ['40001', true, 'nothing'],
    ['40002', true, 'nothing'],
  ] as const)('%s, signed %s: %s', (code, signed, meaning) => {
    expect(meaningOf(unavailable(code), signed)).toBe(meaning);
  });

  test('any other reason says nothing', () => {
    for (const reason of ['customer_cannot_pay', 'channel_disturbed', 'not_completed'] as const)
      expect(meaningOf({ reason, code: '40004' }, true)).toBe('nothing');
  });
});

test('three strikes in a row close it; one sale between them, and they begin anew', () => {
  const once = worse(HEALTHY, 'strike', 0);
  const twice = worse(once, 'strike', 0);
  expect([once.closedUntil, twice.closedUntil]).toEqual([undefined, undefined]);
  expect(worse(twice, 'strike', 1_000)).toEqual({ closedUntil: 61_000, closures: 1, strikes: 3 });
  expect(reopened(twice)).toEqual(HEALTHY);
  expect(reopened(HEALTHY)).toBeUndefined();
  expect(reopened(undefined)).toBeUndefined();
});

test('a probe that is refused closes at once, with twice the pause, at most half an hour', () => {
  let health = worse(HEALTHY, 'closed', 0);
  for (const minutes of [2, 4, 8, 16, 30, 30]) {
    const now = health.closedUntil ?? 0;
    health = worse(health, 'strike', now);
    expect((health.closedUntil ?? 0) - now).toBe(minutes * 60_000);
  }
});

test('while it is closed nothing moves it', () => {
  fc.assert(
    fc.property(fc.nat(59_999), fc.constantFrom('closed' as const, 'strike' as const), (ms, meaning) => {
      const health = worse(HEALTHY, 'closed', 0);
      expect(worse(health, meaning, ms)).toBe(health);
    }),
  );
});
