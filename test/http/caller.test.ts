/** Who calls: what the key's item says, and up to which millisecond it is believed. */
import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { importPrivateKey, type SigningKey } from '../../functions/client/sign.ts';
import { Problem } from '../../functions/contract/problem.ts';
import { callerOf } from '../../functions/http/caller.ts';
import type { KeyItem } from '../../functions/merchant/credentials.ts';
import { Directory } from '../../functions/merchant/directory.ts';
import type { Services } from '../../functions/services.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { DIRECTORY } from '../../functions/table/table.ts';
import { HOST, NOW, SECOND_HOST, signed } from '../support/signatures.ts';

let signing: SigningKey;
let item: KeyItem;
beforeAll(async () => {
  const pair = generateKeyPairSync('ed25519');
  const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  signing = { keyid: 'trm_a.1', alg: 'ed25519', privateKey: await importPrivateKey(pem, 'ed25519') };
  item = {
    ...{ id: 'trm_a.1', merchantId: 'mer_a', kind: 'key', version: 1, alg: 'ed25519', createdAt: 0 },
    publicKey: pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    ...{ scopes: ['orders:read'], storeId: 'main', terminalId: 'trm_a' },
  };
});

/** The caller of a request that was signed at the beginning of this second, by what stands in the directory. */
async function call(
  changes: { [name in keyof KeyItem]?: KeyItem[name] | undefined } = {},
  now = NOW,
): Promise<unknown> {
  const table = new MemoryTable(DIRECTORY);
  await table.create({ ...item, ...changes });
  const directory = new Directory(table, () => now);
  const services = { now: () => now, authorities: new Set([HOST, SECOND_HOST]), directory } as unknown as Services;
  try {
    return await callerOf(services, await signed(signing, { created: Math.floor(now / 1_000) }));
  } catch (error) {
    if (error instanceof Problem) return [error.status, error.code];
    throw error;
  }
}

describe('a caller', () => {
  test('is what its key’s item says', async () => {
    expect(await call()).toStrictEqual({
      ...{ keyid: 'trm_a.1', merchantId: 'mer_a', scopes: ['orders:read'] },
      ...{ storeId: 'main', terminalId: 'trm_a', signedAt: NOW },
    });
    expect(await call({ storeId: undefined, terminalId: undefined })).toStrictEqual({
      ...{ keyid: 'trm_a.1', merchantId: 'mer_a', scopes: ['orders:read'], signedAt: NOW },
    });
  });

  test('is believed to the last millisecond of its key, and not at its end', async () => {
    expect(await call({ expiresAt: NOW + 1 })).toMatchObject({ keyid: 'trm_a.1' });
    for (const expiresAt of [NOW, NOW - 1, 0]) expect(await call({ expiresAt })).toEqual([401, 'key_revoked']);
  });

  test('of a key that was revoked is none, whenever that was', async () => {
    for (const revokedAt of [0, NOW, NOW + 1_000_000]) expect(await call({ revokedAt })).toEqual([401, 'key_revoked']);
    expect(await call({ revokedAt: NOW, expiresAt: NOW + 1 })).toEqual([401, 'key_revoked']);
  });

  test('of a key that is not known, or is none, is none', async () => {
    expect(await call({ id: 'trm_b.1' })).toEqual([401, 'key_unknown']);
    expect(await call({ kind: 'credential' as 'key' })).toEqual([401, 'key_unknown']);
  });

  test('security M2 of a keyid that no key has the shape of is none, and nothing is read', async () => {
    const reads: string[] = [];
    const table = new MemoryTable(DIRECTORY);
    const get = table.get.bind(table);
    table.get = (key) => {
      reads.push(key);
      return get(key);
    };
    const directory = new Directory(table, () => NOW);
    const services = { now: () => NOW, authorities: new Set([HOST]), directory } as unknown as Services;
    const misshapen = [
      '',
      'mer_a',
      'trm_a',
      'trm_a.0',
      'trm_a.01',
      'trm_A.1',
      'trm_a.1.1',
      'act_abcd.1',
      'trm_.1',
      ' trm_a.1',
    ];
    for (const keyid of [...misshapen, `trm_${'a'.repeat(3_000)}.1`, 'trm_a.1000000']) {
      const request = await signed({ ...signing, keyid }, { created: Math.floor(NOW / 1_000) });
      const outcome = await callerOf(services, request).catch((error: unknown) => error);
      expect([keyid, outcome instanceof Problem && outcome.code]).toEqual([keyid, 'key_unknown']);
    }
    expect(reads).toEqual([]);
  });

  test('security M2 of an id that the directory keeps as another kind is none', async () => {
    const table = new MemoryTable(DIRECTORY);
    await table.create({ ...item, kind: 'credential', role: 'terminal', name: 'till', newestKey: 1 });
    const directory = new Directory(table, () => NOW);
    expect(await directory.credential(item.id)).toMatchObject({ id: item.id });
    expect([await directory.key(item.id), await directory.merchant(item.id)]).toEqual([undefined, undefined]);
    expect(await directory.credential(item.id)).toMatchObject({ id: item.id });
  });

  test('of another key under the same name is none', async () => {
    const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    expect(await call({ publicKey: other })).toEqual([401, 'signature_invalid']);
  });
});
