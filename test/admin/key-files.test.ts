/** Where an operator's command puts a new private key. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { type Office, openOffice, openTea } from '../support/office.ts';

let engine: TestEngine;
let office: Office;
const folder = mkdtempSync(join(tmpdir(), 'tillgate-admin-'));
beforeAll(async () => {
  engine = await openEngine();
});
beforeEach(async () => {
  office = await openOffice(engine);
});
afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('key create --out: the private key is in the file, for its owner only, and nowhere else', async () => {
  await openTea(office);
  const file = join(folder, 'books.json');
  const { out } = await office.run(`key create Tea --out ${file} --alg ecdsa-p256-sha256`);
  expect(out).not.toContain('PRIVATE');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ credentials: [{ alg: 'ecdsa-p256-sha256' }] });
  expect(await office.tell(`key create Tea --out ${join(folder, 'two.json')}`)).toEqual({
    keyid: expect.any(String),
    file: join(folder, 'two.json'),
  });
});

test('key create --out writes over nothing, and looks before it stores', async () => {
  await openTea(office);
  const file = join(folder, 'three.json');
  await office.tell(`key create Tea --out ${file}`);
  const before = await office.dump();
  expect((await office.run(`key create Tea --out ${file}`)).err).toMatch(/three\.json is there already/);
  expect((await office.run(`key create Tea --out ${join(file, 'x.json')}`)).err).toMatch(/^cannot write .*three\.json/);
  expect(await office.dump()).toEqual(before);
});
