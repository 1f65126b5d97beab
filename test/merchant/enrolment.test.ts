/** F70 S7: activation codes and keys, killed at every call of the table and tried by many at once. */
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nobodysKey } from '../../bin/directory/new-items.ts';
import { newActivation } from '../../functions/merchant/activation.ts';
import type { Activation, Credential, KeyItem } from '../../functions/merchant/credentials.ts';
import { enrol, type PublicKey, plainCode, publicKeyOf, rotate } from '../../functions/merchant/enrolment.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { DIRECTORY, type Table } from '../../functions/table/table.ts';
import { DAY, MINUTE } from '../../functions/time.ts';
import { NOON } from '../support/orders.ts';

const key = (alg: PublicKey['alg'] = 'ed25519'): PublicKey => {
  const pair = alg === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { alg, publicKey: pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64') };
};
const [mine, other, next, third] = [key(), key(), key('ecdsa-p256-sha256'), key()];

let seed = 0;
const random = (bytes: number) =>
  Uint8Array.from({ length: bytes }, () => {
    seed = (seed * 69_069 + 1) % 2 ** 32;
    return seed >>> 8;
  });

async function newDirectory(): Promise<{ table: Table; code: string; terminalId: string }> {
  const table = new MemoryTable(DIRECTORY);
  const { code, item } = newActivation({ merchantId: 'mer_1', storeId: 'main', name: 'Till', now: NOON, random });
  await table.create({ ...item });
  return { table, code: plainCode(code), terminalId: item.terminalId };
}

/** A table that is lost before or after its `n`-th call. */
function dying(table: Table, n: number, when: 'before' | 'after'): { table: Table; isDead: () => boolean } {
  let calls = 0;
  const call = async <T>(run: () => Promise<T>): Promise<T> => {
    calls += 1;
    if (calls > n || (calls === n && when === 'before')) throw new Error('killed');
    const answer = await run();
    if (calls === n) throw new Error('killed');
    return answer;
  };
  const mortal: Table = {
    get: (id) => call(() => table.get(id)),
    getMany: (ids) => call(() => table.getMany(ids)),
    create: (item) => call(() => table.create(item)),
    replace: (item, seen) => call(() => table.replace(item, seen)),
    query: (query) => call(() => table.query(query)),
  };
  return { table: mortal, isDead: () => calls >= n };
}

async function killedEverywhere(
  run: (mortal: Table, shop: Awaited<ReturnType<typeof newDirectory>>) => Promise<unknown>,
  check: (shop: Awaited<ReturnType<typeof newDirectory>>, where: string) => Promise<void>,
): Promise<void> {
  for (const when of ['before', 'after'] as const) {
    for (let n = 1; ; n += 1) {
      const shop = await newDirectory();
      const mortal = dying(shop.table, n, when);
      await run(mortal.table, shop).catch(() => {});
      await check(shop, `killed ${when} call ${n}`);
      if (!mortal.isDead()) break;
    }
  }
}

const read = async <T>(table: Table, id: string) => (await table.get(id)) as T | undefined;

describe('an activation code', () => {
  test('makes one terminal, and tells the same key the same again', async () => {
    const { table, code, terminalId } = await newDirectory();
    const made = await enrol(table, code, mine, NOON);
    expect(made).toMatchObject({
      id: terminalId,
      merchantId: 'mer_1',
      storeId: 'main',
      role: 'terminal',
      newestKey: 1,
    });
    expect(await enrol(table, code, mine, NOON + 9 * MINUTE)).toEqual({ ...made, createdAt: NOON + 9 * MINUTE });
    expect(await read<KeyItem>(table, `${terminalId}.1`)).toMatchObject({ ...mine, createdAt: NOON, terminalId });
    expect(await enrol(table, code, other, NOON)).toBeUndefined();
    expect(await enrol(table, code, mine, NOON + 10 * MINUTE)).toBeUndefined();
  });

  const wrongOf = (code: string) => `${code.slice(0, 11)}${code.endsWith('0') ? '1' : '0'}`;

  test('S7 has five tries, right or wrong: the sixth is refused even if right', async () => {
    const { table, code } = await newDirectory();
    for (let tries = 0; tries < 5; tries += 1) expect(await enrol(table, wrongOf(code), mine, NOON)).toBeUndefined();
    expect(await enrol(table, code, mine, NOON)).toBeUndefined();
  });

  test('security minor 8 is as good as before for its owner, however often a stranger elsewhere has tried it', async () => {
    const { table, code, terminalId } = await newDirectory();
    for (let tries = 0; tries < 50; tries += 1)
      expect(await enrol(table, wrongOf(code), other, NOON, 'evil')).toBeUndefined();
    expect((await read<Activation>(table, `act_${code.slice(0, 4)}`))?.tries).toBe(5);
    expect(await enrol(table, code, mine, NOON, 'shop')).toMatchObject({ id: terminalId });
  });

  test('security minor 8 has twenty-five tries from all networks together, and tells none of them', async () => {
    const { table, code } = await newDirectory();
    const from = (i: number) => `203.0.113.${i}`;
    for (let i = 0; i < 25; i += 1) expect(await enrol(table, wrongOf(code), mine, NOON, from(i % 6))).toBeUndefined();
    expect(JSON.stringify(await read(table, `act_${code.slice(0, 4)}`))).not.toContain('203.0.113');
    expect(await enrol(table, code, mine, NOON, 'shop')).toBeUndefined();
  });

  test('security minor 8 forgets who tried it once it is used', async () => {
    const { table, code } = await newDirectory();
    await enrol(table, wrongOf(code), mine, NOON, 'evil');
    await enrol(table, code, mine, NOON, 'shop');
    expect(await read<Activation>(table, `act_${code.slice(0, 4)}`)).not.toHaveProperty('triesFrom');
  });

  test('S7 tried by many at once: one key gets it, and a wrong one never', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 2, maxLength: 8 }), async (rights) => {
        const { table, code, terminalId } = await newDirectory();
        const keys = rights.map(() => key());
        const made = await Promise.all(
          rights.map((right, i) => enrol(table, right ? code : `${code.slice(0, 4)}00000000`, keys[i] ?? mine, NOON)),
        );
        const winners = made.flatMap((it, i) => (it ? [i] : []));
        expect(winners.length).toBeLessThanOrEqual(1);
        for (const i of winners) {
          expect(rights[i]).toBe(true);
          expect(await read<KeyItem>(table, `${terminalId}.1`)).toMatchObject({ publicKey: keys[i]?.publicKey });
        }
      }),
      { numRuns: 50, seed: 7 },
    );
  });

  test('killed at any call and repeated: one terminal, one key, or a code that is used up', async () => {
    await killedEverywhere(
      (mortal, { code }) => enrol(mortal, code, mine, NOON),
      async ({ table, code, terminalId }, where) => {
        expect(await enrol(table, code, mine, NOON + MINUTE), where).toMatchObject({ id: terminalId });
        expect(await read<KeyItem>(table, `${terminalId}.1`), where).toMatchObject(mine);
        expect(await enrol(table, code, other, NOON + MINUTE), where).toBeUndefined();
      },
    );
  });

  test('a code is read as a person types it', () => {
    expect(plainCode('7k2m-9qxd-o1li')).toBe('7K2M9QXD0111');
    expect(plainCode(' 7K2M 9QXD 4TRB')).toBe('7K2M9QXD4TRB');
  });
});

describe('a public key', () => {
  test('is one of its algorithm, or none', () => {
    expect(publicKeyOf(mine)).toEqual(mine);
    expect(publicKeyOf(next)).toEqual(next);
    expect(publicKeyOf({ ...mine, alg: 'ecdsa-p256-sha256' })).toBeUndefined();
    expect(publicKeyOf({ ...next, alg: 'ed25519' })).toBeUndefined();
    expect(publicKeyOf({ alg: 'ed25519', publicKey: 'AAAA' })).toBeUndefined();
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
    const publicKey = p384.export({ format: 'der', type: 'spki' }).toString('base64');
    expect(publicKeyOf({ alg: 'ecdsa-p256-sha256', publicKey })).toBeUndefined();
  });
});

describe('a rotation', () => {
  const later = NOON + 60 * MINUTE;
  const enrolled = async () => {
    const shop = await newDirectory();
    await enrol(shop.table, shop.code, mine, NOON);
    return shop;
  };
  const both = async (table: Table, id: string) => [
    await read<KeyItem>(table, `${id}.1`),
    await read<KeyItem>(table, `${id}.2`),
  ];

  test('S6 both keys are valid for seven days; the same again answers the same, another key nothing', async () => {
    const { table, terminalId } = await enrolled();
    const rotated = await rotate(table, terminalId, 1, next, later);
    expect(rotated).toMatchObject({
      kind: 'rotated',
      key: { id: `${terminalId}.2`, ...next },
      oldKeyExpiresAt: later + 7 * DAY,
    });
    expect(await rotate(table, terminalId, 1, next, later + MINUTE)).toEqual(rotated);
    expect(await rotate(table, terminalId, 1, third, later)).toEqual({ kind: 'rotated_already' });
    const [old, fresh] = await both(table, terminalId);
    expect([old?.expiresAt, fresh?.expiresAt]).toEqual([later + 7 * DAY, undefined]);
  });

  test('again within the week: two keys are valid at a time', async () => {
    const { table, terminalId } = await enrolled();
    await rotate(table, terminalId, 1, next, later);
    await rotate(table, terminalId, 2, third, later + MINUTE);
    const [first, second] = await both(table, terminalId);
    expect([first?.expiresAt, second?.expiresAt]).toEqual([later + MINUTE, later + MINUTE + 7 * DAY]);
    // The one before the last cannot begin another line.
    expect(await rotate(table, terminalId, 1, other, later + MINUTE)).toEqual({ kind: 'rotated_already' });
  });

  test('killed at any call and repeated: one next key', async () => {
    await killedEverywhere(
      async (mortal, { table, code, terminalId }) => {
        await enrol(table, code, mine, NOON);
        await rotate(mortal, terminalId, 1, next, later);
      },
      async ({ table, terminalId }, where) => {
        expect(await rotate(table, terminalId, 1, next, later + MINUTE), where).toMatchObject({ kind: 'rotated' });
        expect(await read<Credential>(table, terminalId), where).toMatchObject({ newestKey: 2 });
        const [old, fresh] = await both(table, terminalId);
        expect(fresh, where).toMatchObject(next);
        expect(old?.expiresAt, where).toBe((fresh?.createdAt ?? 0) + 7 * DAY);
      },
    );
  });

  test('security M3 with endOldKeyNow the old key is over at once; repeated, it tells the same and starts nothing', async () => {
    const { table, terminalId } = await enrolled();
    const now = { endOldKeyNow: true };
    const rotated = await rotate(table, terminalId, 1, next, later, now);
    expect(rotated).toMatchObject({ kind: 'rotated', oldKeyExpiresAt: later });
    expect(await rotate(table, terminalId, 1, next, later + MINUTE, now)).toEqual(rotated);
    expect(await rotate(table, terminalId, 1, third, later + MINUTE, now)).toEqual({ kind: 'rotated_already' });
  });

  test('security M3 a key whose time is over takes no next key', async () => {
    const { table, terminalId } = await enrolled();
    const stored = (await read<KeyItem>(table, `${terminalId}.1`)) as KeyItem;
    await table.replace({ ...stored, version: 2, expiresAt: later }, 1);
    expect(await rotate(table, terminalId, 1, next, later)).toEqual({ kind: 'revoked' });
    expect(await table.get(`${terminalId}.2`)).toBeUndefined();
  });

  test('S6 beside a revocation, at every pair of steps: a revoked terminal has no key that is good', async () => {
    for (let n = 0; n <= 12; n += 1) {
      const { table, terminalId } = await enrolled();
      let calls = 0;
      const revoke = async () => {
        const holder = (await read<Credential>(table, terminalId)) as Credential;
        await table.replace({ ...holder, revokedAt: later, version: holder.version + 1 }, holder.version);
        for (let k = 1; k <= holder.newestKey + 1; k += 1) {
          const id = `${terminalId}.${k}`;
          if (await table.create({ ...nobodysKey(holder, id, later) })) continue;
          const item = (await read<KeyItem>(table, id)) as KeyItem;
          await table.replace({ ...item, revokedAt: later, version: item.version + 1 }, item.version);
        }
      };
      const interrupted = async <T>(run: () => Promise<T>): Promise<T> => {
        if (calls === n) await revoke();
        calls += 1;
        return run();
      };
      await rotate(
        {
          get: (id) => interrupted(() => table.get(id)),
          getMany: (ids) => table.getMany(ids),
          create: (item) => interrupted(() => table.create(item)),
          replace: (item, seen) => interrupted(() => table.replace(item, seen)),
          query: (query) => table.query(query),
        },
        terminalId,
        1,
        next,
        later,
      );
      const holder = await read<Credential>(table, terminalId);
      if (holder?.revokedAt === undefined) continue;
      for (const item of await both(table, terminalId)) expect(item?.revokedAt, `revoked at call ${n}`).toBe(later);
    }
  });
});
