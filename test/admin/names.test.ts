/** A merchant is found by its name. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { openOffice, openTea } from '../support/office.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await openEngine();
});
afterAll(() => engine.stop());

test('a name leads to one merchant, its old ones too', async () => {
  const office = await openOffice(engine);
  const merchantId = await openTea(office);
  await office.tell('merchant create Coffee');
  expect((await office.run('merchant set Tea --name Coffee')).err).toBe('another merchant has the name Coffee\n');
  await office.tell('merchant set Tea --name "Green Tea"');
  for (const name of ['Tea', '"Green Tea"', merchantId])
    expect(await office.tell(`merchant show ${name}`)).toMatchObject({ merchant: { merchantId, name: 'Green Tea' } });
  expect((await office.run('merchant create Tea')).err).toMatch(/with another name/);
});
