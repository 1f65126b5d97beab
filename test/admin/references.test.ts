/** Whether references may look like card numbers: a merchant's setting, said once and taken back. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { openOffice, openTea } from '../support/office.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await openEngine();
});
afterAll(() => engine.stop());

test('money F13 merchant set --card-numbers-in-reference allow, and refuse', async () => {
  const office = await openOffice(engine);
  await openTea(office);
  const allowed = await office.tell('merchant set Tea --card-numbers-in-reference allow');
  expect(allowed).toMatchObject({ changed: true, merchant: { referenceMayLookLikeCard: true } });
  expect((await office.run('merchant show Tea')).out).toContain('\n  a reference may look like a card number\n');
  expect(await office.tell('merchant set Tea --late-payment keep')).toMatchObject({
    merchant: { referenceMayLookLikeCard: true, latePayment: 'keep' },
  });
  const refused = await office.tell('merchant set Tea --card-numbers-in-reference refuse');
  expect(refused.merchant).not.toHaveProperty('referenceMayLookLikeCard');
  expect(await office.tell('merchant set Tea --card-numbers-in-reference refuse')).toMatchObject({ changed: false });
  expect((await office.run('merchant set Tea --card-numbers-in-reference maybe')).err).toContain('is allow or refuse');
});
