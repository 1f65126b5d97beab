import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { newActivation } from '../../functions/merchant/activation.ts';

const NOW = Date.parse('2026-03-01T04:00:00Z');
const ask = { merchantId: 'mer_a', storeId: 'main', name: 'Till 1', now: NOW };

test('a code is its handle and its secret; only the hash of both is kept', () => {
  const { code, item } = newActivation({ ...ask, random: (bytes) => new Uint8Array(bytes).map((_, i) => i + 10) });
  expect(code).toBe('ABCD-EFGH-JKMN');
  expect(item).toEqual({
    id: 'act_ABCD',
    merchantId: 'mer_a',
    kind: 'activation',
    version: 1,
    storeId: 'main',
    terminalId: 'trm_bifqydiob4ib',
    name: 'Till 1',
    secretHash: createHash('sha256').update('ABCDEFGHJKMN').digest('base64url'),
    expiresAt: NOW + 600_000,
    tries: 0,
  });
});

test('every character comes, none that could be taken for another, and no two codes are the same', () => {
  const codes = Array.from({ length: 2_000 }, () => newActivation({ ...ask, random: randomBytes }));
  const used = new Set(codes.flatMap(({ code }) => [...code.replaceAll('-', '')]));
  expect([...used].sort().join('')).toBe('0123456789ABCDEFGHJKMNPQRSTVWXYZ');
  expect(new Set(codes.map(({ code }) => code)).size).toBe(2_000);
  for (const { code, item } of codes) {
    expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    expect(item.terminalId).toMatch(/^trm_[a-z2-7]{12}$/);
    expect(JSON.stringify(item)).not.toContain(code.slice(5).replace('-', ''));
  }
});
