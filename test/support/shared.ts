/**
 * What the stacks of all test files have in common: made by the first file of a run that needs it, and read by all others. Each
 * stack has its own tables, ports and simulator.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Identity, newIdentity } from '../../bin/local/seed.ts';
import type { TemplateSettings } from '../../bin/local/template.ts';

/** Stand in the file where each stack's own come. */
const PLACES: TemplateSettings = {
  alipayGateway: 'https://alipay-gateway.invalid/gateway.do',
  antomGateway: 'https://antom-gateway.invalid',
  authorities: 'authorities.invalid:443',
};

/** What the CDK app makes of the settings. It takes a second of CPU to load. */
export async function sharedTemplate(): Promise<(settings: TemplateSettings) => unknown> {
  const text = await shared('template', async () => {
    const { synthesizeTemplate } = await import('../../bin/app.ts');
    return synthesizeTemplate({ ...PLACES });
  });
  return (settings) =>
    JSON.parse(
      text
        .replaceAll(PLACES.alipayGateway, settings.alipayGateway)
        .replaceAll(PLACES.antomGateway, settings.antomGateway)
        .replaceAll(PLACES.authorities, settings.authorities),
    );
}

/** Merchants, terminals and keys. RSA keys take half a second of CPU. */
export async function sharedIdentity(): Promise<Identity> {
  return JSON.parse(await shared('identity', async () => newIdentity()));
}

const known = new Map<string, Promise<string>>();

function shared(name: string, make: () => Promise<unknown>): Promise<string> {
  const text = known.get(name) ?? readOrMade(name, make);
  known.set(name, text);
  return text;
}

async function readOrMade(name: string, make: () => Promise<unknown>): Promise<string> {
  // Outside a run of the tests, such as in the benchmark, no other process shares it.
  const folder = process.env.TILLGATE_TEST_RUN;
  if (folder === undefined) return JSON.stringify(await make());
  const file = join(folder, `${name}.json`);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const text = JSON.stringify(await make());
  mkdirSync(folder, { recursive: true });
  // Another file may make it at the same time: neither is read half.
  writeFileSync(`${file}.${process.pid}`, text, { mode: 0o600 });
  renameSync(`${file}.${process.pid}`, file);
  return text;
}
