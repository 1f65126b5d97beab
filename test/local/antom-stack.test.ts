/** The Antom simulator as a part of the stack: two simulators under one clock, the demo merchant's client, and a data folder of before. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { antomAccountOf, antomSecretOf } from '../../bin/local/antom-identity.ts';
import { startControl } from '../../bin/local/control.ts';
import { identityOf } from '../../bin/local/kept.ts';
import { isRsaSha256, rsaSha256 } from '../support/keys.ts';
import { sharedIdentity } from '../support/shared.ts';

/** Delivers at these times, and notes each on the common list. */
function deliverer(name: string, times: number[], told: string[]) {
  const left = times.toSorted((a, b) => a - b);
  return {
    nextDue: () => left[0],
    async deliverDue(until: number, setClock: (at: number) => void) {
      for (let at = left[0]; at !== undefined && at <= until; at = left[0]) {
        setClock(at);
        told.push(`${at} ${name}`);
        left.shift();
      }
    },
  };
}

test('a jump of the clock delivers what both simulators have in the order of time', async () => {
  const times = fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(times, times, fc.integer({ min: 0, max: 100 }), async (one, other, ms) => {
      let now = 0;
      const told: string[] = [];
      const clocks: number[] = [];
      const moveTo = (at: number) => {
        clocks.push(at);
        now = Math.max(now, at);
      };
      const control = startControl({
        time: { now: () => now, moveTo },
        simulators: [deliverer('one', one, told), deliverer('other', other, told)],
        sweep: async () => told.push('sweep'),
        metrics: new Map(),
      });
      expect(await control.advance(ms)).toBe(ms);
      const all = [...one.map((at) => [at, 'one'] as const), ...other.map((at) => [at, 'other'] as const)];
      const due = all.filter(([at]) => at <= ms).sort(([a, one], [b, other]) => a - b || one.localeCompare(other));
      expect(told).toEqual([...due.map(([at, name]) => `${at} ${name}`), 'sweep']);
      expect(clocks).toEqual(clocks.toSorted((a, b) => a - b));
    }),
  );
});

test('the client of a new identity signs for the simulator, and its secret and account name it', async () => {
  const { antom } = await sharedIdentity();
  const { clientId, privateKeyPem, antomPublicKeyPem } = antom.credentials;
  expect(clientId).toMatch(/^SANDBOX_5Y[0-9A-F]{12}$/);
  expect(isRsaSha256('ours', rsaSha256('ours', privateKeyPem), antom.client.clientPublicKeyPem)).toBe(true);
  expect(isRsaSha256('theirs', rsaSha256('theirs', antom.client.antomPrivateKeyPem), antomPublicKeyPem)).toBe(true);
  expect(JSON.parse(antomSecretOf(antom))).toEqual({
    clients: { [clientId]: { privateKeyPem, antomPublicKeyPems: [antomPublicKeyPem] } },
  });
  const account = antomAccountOf(antom, { id: 'mer_a', name: '示范商店' });
  expect(account).toEqual({
    ...{ channel: 'antom', clientId, referenceMerchantId: 'mer_a', merchantName: '示范商店', merchantMCC: '5411' },
    currencies: { JPY: 'USD', HKD: 'USD', CNY: 'CNY' },
  });
  expect(antom.client.settlements).toEqual({ JPY: ['USD'], HKD: ['USD'], CNY: ['CNY'] });
});

test('a data folder that knows no Antom gets a client, and keeps it', async () => {
  const { antom: _, ...before } = await sharedIdentity();
  const dataDir = mkdtempSync(join(tmpdir(), 'tillgate-antom-'));
  try {
    writeFileSync(join(dataDir, 'identity.json'), JSON.stringify(before));
    const first = identityOf(dataDir, {});
    expect(first).toEqual({ ...before, antom: first.antom });
    expect(first.antom.credentials.clientId).toMatch(/^SANDBOX_/);
    expect(identityOf(dataDir, {})).toEqual(first);
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});

test('a stack in currencies has Antom beside Alipay for its first merchant, once, and for no other', async () => {
  const identity = await sharedIdentity();
  const abroad = identityOf(undefined, { identity, currencies: true });
  const [shop, other] = abroad.merchants;
  expect(other).toEqual(identity.merchants[1]);
  expect(shop?.accounts.map(({ channel }) => channel)).toEqual(['alipay', 'antom']);
  expect(
    shop?.agreements.map(({ channel, currency, settlementCurrency }) => [channel, currency, settlementCurrency]),
  ).toEqual([
    [undefined, 'CNY', undefined],
    ['antom', 'JPY', 'USD'],
    ['antom', 'HKD', 'USD'],
    ['antom', 'CNY', 'CNY'],
  ]);
  expect(identityOf(undefined, { identity: abroad, currencies: true })).toEqual(abroad);
  expect(identityOf(undefined, { identity })).toEqual(identity);
});
