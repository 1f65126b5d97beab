/** security minor 12: a second local stack leaves the first one's files alone, at its start and at its end. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freeStackFile, type StackFile, writeStackFile } from '../../bin/cli/stack-file.ts';

let folder: string;
let file: string;
const servers: Server[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tillgate-stacks-'));
  file = join(folder, 'stack.json');
});
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

/** A stack as far as its file goes: something listens, and says where in the first free place. */
async function stack() {
  const server = createServer((_, response) => response.writeHead(404).end());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const place = await freeStackFile(file);
  const remove = writeStackFile(place, { api } as StackFile);
  const end = async () => {
    await remove();
    await new Promise((resolve) => server.close(resolve));
  };
  return { api, place, end };
}
const apiIn = (place: string) => JSON.parse(readFileSync(place, 'utf8')).api;

test('security minor 12 the second has a folder of its own, and the first is found after the second has ended', async () => {
  const [first, second, third] = [await stack(), await stack(), await stack()];
  const places = [file, join(folder, 'stack-2', 'stack.json'), join(folder, 'stack-3', 'stack.json')];
  expect([first.place, second.place, third.place]).toEqual(places);
  await second.end();
  expect(apiIn(file)).toBe(first.api);
  expect(await freeStackFile(file)).toBe(places[1]);
});

test('security minor 12 the file of a stack that was killed, or one that nobody can read, is taken', async () => {
  const killed = await stack();
  await new Promise((resolve) => servers[0]?.close(resolve));
  expect(await freeStackFile(file)).toBe(file);
  expect(apiIn(file)).toBe(killed.api);
  writeFileSync(file, 'half');
  expect(await freeStackFile(file)).toBe(file);
});
