import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blameOf } from '../../functions/channel/alipay/codes.ts';
import type { Refusal } from '../../functions/channel/channel.ts';
import { type ChannelHealth, meaningOf, reopened, worse } from '../../functions/merchant/channel-health.ts';

const HEALTHY: ChannelHealth = { closures: 0, strikes: 0 };
const unavailable = (code: string, subCode = 'ACQ.ACCESS_FORBIDDEN'): Refusal => ({
  reason: 'channel_unavailable',
  code,
  subCode,
  ...blameOf({ code, subCode }),
});

describe('what a refusal says of the channel', () => {
  test.each([
    ['40004', true, 'closed'],
    ['40004', false, 'nothing'],
    ['20001', true, 'strike'],
    ['20001', false, 'strike'],
    ['40006', false, 'strike'],
    ['40001', true, 'nothing'],
    ['40002', true, 'nothing'],
  ] as const)('the code %s, signed %s, means %s for the channel', (code, signed, meaning) => {
    expect(meaningOf(unavailable(code), signed)).toBe(meaning);
  });

  test.each([
    ['40002', 'isv.invalid-app-id', 'app_unknown'],
    ['40001', 'isv.missing-app-id', 'app_unknown'],
    ['40003', 'isv.missing-signature-config', 'key_not_uploaded'],
    ['40001', 'isv.missing-signature-key', 'key_not_uploaded'],
    ['40002', 'isv.invalid-signature', 'signature_wrong'],
    ['40002', 'isv.invalid-signature-type', 'signature_wrong'],
    ['40001', 'isv.missing-app-cert-sn', 'certificate_missing'],
    ['40002', 'isv.invalid-alipay-root-cert-sn', 'certificate_missing'],
    ['40002', 'isv.app-cert-not-exist', 'certificate_unknown'],
    ['40002', 'isv.app-cert-expired', 'certificate_ended'],
    ['40002', 'isv.invalid-encrypt', 'encryption_wanted'],
    ['40001', 'isv.decryption-error-missing-encrypt-type', 'encryption_wanted'],
    ['40002', 'isv.invalid-timestamp', 'clock_wrong'],
    ['40002', 'isv.illegal-timestamp', 'clock_wrong'],
    ['20001', 'aop.no-product-reg-by-partner', 'product_missing'],
    ['20001', 'aop.invalid-app-auth-token', 'authorisation_missing'],
    ['20001', 'aop.app-auth-token-time-out', 'authorisation_missing'],
    ['40006', 'isv.insufficient-isv-permissions', 'right_missing'],
    ['40002', 'isv.invalid-parameter', undefined],
    ['40004', 'isv.invalid-app-id', undefined],
    ['40004', 'ACQ.SYSTEM_ERROR', undefined],
    ['20000', 'isp.unknow-error', undefined],
  ] as const)('integration M1 %s %s: the app is set up wrongly: %s', (code, subCode, misconfiguration) => {
    const refusal = unavailable(code, subCode);
    expect(refusal.misconfiguration).toBe(misconfiguration);
    for (const signed of [true, false])
      expect(meaningOf(refusal, signed)).toBe(misconfiguration === undefined ? 'nothing' : 'strike');
  });

  test('any other code says nothing, though a scan may find the channel unavailable by it', () => {
    for (const subCode of ['ACQ.BUYER_NOT_EXIST', 'ACQ.SYSTEM_ERROR', 'ACQ.AGREEMENT_INVALID', 'ACQ.AUTH_TOKEN', ''])
      expect(meaningOf(unavailable('40004', subCode), true)).toBe('nothing');
  });
});

test('three strikes in a row close it; one sale between them, and they begin anew', () => {
  const once = worse(HEALTHY, 'strike', 0);
  const twice = worse(once, 'strike', 0);
  expect([once.closedUntil, twice.closedUntil]).toEqual([undefined, undefined]);
  expect(worse(twice, 'strike', 1_000)).toEqual({ closedUntil: 61_000, closures: 1, strikes: 3 });
  // What is wrong is the word of the last refusal, and gone with the first sale.
  const told = worse(worse(HEALTHY, 'strike', 0, 'clock_wrong'), 'strike', 0, 'app_unknown');
  expect(told).toEqual({ closures: 0, strikes: 2, misconfiguration: 'app_unknown' });
  expect(worse(told, 'strike', 0)).toEqual({ closedUntil: 60_000, closures: 1, strikes: 3 });
  expect(reopened(told)).toEqual(HEALTHY);
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
