/** An operator's command that dies between its writes is repeated; two operators at once do not undo each other. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCredential } from '../../bin/admin/directory-store.ts';
import { createActivation } from '../../bin/directory/activation.ts';
import type { Credential } from '../../functions/merchant/credentials.ts';
import type { Merchant } from '../../functions/merchant/merchant.ts';
import type { Item, Table } from '../../functions/table/table.ts';
import { MINUTE } from '../../functions/time.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { newKeyFile } from '../support/key-file.ts';
import { type Office, openOffice, SELLER } from '../support/office.ts';
import { NOON } from '../support/orders.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await openEngine();
});
afterAll(() => engine.stop());

class Killed extends Error {}

/** Dies before or after the write number `at` of all tables, counted from 0. */
function executioner() {
  const plan = { at: -1, after: false, writes: 0 };
  const write = async (act: () => Promise<boolean>) => {
    const mine = plan.writes++ === plan.at;
    if (mine && !plan.after) throw new Killed();
    const result = await act();
    if (mine) throw new Killed();
    return result;
  };
  const mortal = (table: Table): Table => ({
    get: (key) => table.get(key),
    getMany: (keys) => table.getMany(keys),
    query: (query) => table.query(query),
    create: (item) => write(() => table.create(item)),
    replace: (item, seen) => write(() => table.replace(item, seen)),
  });
  return { plan, mortal };
}

const TEA = `merchant create Tea --acquirer Alipay --seller-id ${SELLER}`;
const TERMS = 'agreement add Tea --rate 0.6% --valid-from today --fee-on-refund returned';

/** Random ids and keys by their kind alone; what hangs on a random id, not at all. */
const plain = (line: string) =>
  line
    .replace(/(mer|agr|trm|bko)_[a-z2-7]{12}/g, '$1_')
    .replace(/act_[0-9A-Z]{4}/g, 'act_')
    .replace(/\["(dueShard|publicKey|secretHash)",\{"S":"[^"]*"\}\]/g, '');

describe('a command that is killed at any write, and repeated, ends as if it had not been killed:', () => {
  test.each([
    [[], TEA, 4, 'exactly'],
    [[TEA], TERMS, 1, 'exactly'],
    [[TEA], 'merchant set Tea --name "Green Tea" --largest-order 5', 2, 'exactly'],
    [[TEA], 'channel close Tea', 1, 'exactly'],
    [[TEA], 'store add Tea main --name Main', 1, 'exactly'],
    // What was lost with the killed process stays behind, and nobody can use it.
    [[TEA], 'terminal code Tea', 1, 'with leftovers'],
    [[TEA], 'key create Tea --out FILE', 2, 'with leftovers'],
  ])('%j, %s (%i writes)', async (before, words, writes, ends) => {
    const run = async (at: number, after: boolean) => {
      const line = words.replace('FILE', newKeyFile().file);
      const { plan, mortal } = executioner();
      const office = await openOffice(engine, mortal);
      for (const earlier of before) await office.tell(earlier);
      Object.assign(plan, { at, after, writes: 0 });
      if (at >= 0) await expect(office.run(`${line} --yes`)).rejects.toThrow(Killed);
      plan.at = -1;
      // The first time where nothing was killed, else a repeat.
      expect(await office.run(`${line} --yes`)).toMatchObject({ code: 0, err: '' });
      const dump = (await office.dump()).map(plain);
      return { writes: plan.writes, dump: ends === 'exactly' ? dump.sort() : [...new Set(dump)].sort() };
    };
    const whole = await run(-1, false);
    expect(whole.writes).toBe(writes);
    for (let at = 0; at < writes; at += 1)
      for (const after of [false, true])
        expect({ at, after, dump: (await run(at, after)).dump }).toEqual({ at, after, dump: whole.dump });
  });

  test('a revocation', async () => {
    for (const at of [0, 1, 2])
      for (const after of [false, true]) {
        const { plan, mortal } = executioner();
        const office = await openOffice(engine, mortal);
        const holder = await withTwoKeys(office);
        Object.assign(plan, { at, after, writes: 0 });
        await expect(office.run(`terminal revoke ${holder.id} --yes`)).rejects.toThrow(Killed);
        plan.at = -1;
        expect((await office.run(`terminal revoke ${holder.id} --yes`)).code).toBe(0);
        for (const id of [holder.id, `${holder.id}.1`, `${holder.id}.2`])
          expect(await office.deployment.directory.get(id)).toMatchObject({ revokedAt: NOON, version: 2 });
      }
  });
});

/** A terminal whose key was rotated a moment ago: the new key is stored, its number is not yet on the credential. */
async function withTwoKeys(office: Office): Promise<Credential> {
  const { merchant } = await office.tell(TEA);
  const { merchantId } = merchant as { merchantId: string };
  const ask = { merchantId, name: 'Till', scopes: ['orders:write'], alg: 'ed25519', createdAt: NOON } as const;
  const { holder, key } = await createCredential(office.deployment, { ...ask, storeId: 'main' });
  await office.deployment.directory.create({ ...key, id: `${holder.id}.2` });
  return holder;
}

describe('two operators at once', () => {
  /** Lets somebody else act right before the first replacement. */
  const meanwhile = (act: () => Promise<unknown>) => {
    let done = false;
    return (table: Table): Table => ({
      get: (key) => table.get(key),
      getMany: (keys) => table.getMany(keys),
      query: (query) => table.query(query),
      create: (item) => table.create(item),
      async replace(item: Item, seen: number) {
        if (!done) {
          done = true;
          await act();
        }
        return table.replace(item, seen);
      },
    });
  };

  test('both changes hold', async () => {
    let office: Office;
    office = await openOffice(
      engine,
      meanwhile(() => office.tell('merchant set Tea --late-payment keep')),
    );
    await office.tell(TEA);
    expect(await office.tell('merchant set Tea --refund-window-days 7')).toMatchObject({
      merchant: { latePayment: 'keep', refundWindowDays: 7, version: 3 },
    });
  });

  test('of two agreements for one day the second is refused', async () => {
    let office: Office;
    office = await openOffice(
      engine,
      meanwhile(() => office.tell(TERMS)),
    );
    await office.tell(TEA);
    const { code, err } = await office.run(`${TERMS.replace('0.6%', '0.38%')} --yes`);
    expect([code, err]).toEqual([1, expect.stringMatching(/never edited/)]);
  });

  test('one name makes one merchant', async () => {
    const office = await openOffice(engine);
    const told = await Promise.all(Array.from({ length: 5 }, () => office.tell(TEA)));
    expect(new Set(told.map(({ merchant }) => (merchant as { merchantId: string }).merchantId)).size).toBe(1);
    expect(told.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(((await office.tell('merchant list')).data as unknown[]).length).toBe(1);
  });
});

test('what the code does not know of an item is kept and written back', async () => {
  const office = await openOffice(engine);
  const { merchant } = await office.tell(TEA);
  const { merchantId } = merchant as { merchantId: string };
  const stored = (await office.deployment.directory.get(merchantId)) as unknown as Merchant;
  await office.deployment.directory.replace({ ...stored, version: 2, invention: { of: 'tomorrow' } }, 1);
  await office.tell('channel drain Tea');
  expect(await office.deployment.directory.get(merchantId)).toMatchObject({
    version: 3,
    invention: { of: 'tomorrow' },
  });
});

test('the handle of a code whose time is over is used again, that of a waiting one is not', async () => {
  const office = await openOffice(engine);
  const ask = { merchantId: 'mer_a', storeId: 'main', name: 'Till' };
  const always = (bytes: number) => new Uint8Array(bytes);
  const first = await createActivation(office.deployment, ask, always);
  await expect(createActivation(office.deployment, { ...ask, name: 'Other' }, always)).rejects.toThrow(
    /no handle is free/,
  );
  expect(await office.deployment.directory.get('act_0000')).toEqual(first.item);
  office.pass(10 * MINUTE);
  const second = await createActivation(office.deployment, { ...ask, name: 'Other' }, always);
  expect(await office.deployment.directory.get('act_0000')).toEqual({ ...second.item, name: 'Other', version: 2 });
});
