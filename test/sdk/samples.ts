/** The samples of docs/samples: each enrols, is paid by the wallet and pays back, and our books and the channel's say so. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalShop } from './local-shop.ts';
import { NotToBeHad, run } from './program.ts';
import { pythonPath } from './toolchains.ts';

const SAMPLES = join(import.meta.dirname, '..', '..', 'docs', 'samples');

/** What a sample is started with, in a folder of its own. */
interface Started {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const inSamples = (name: string) => join(SAMPLES, name);

/** By language; what must be compiled is compiled into `folder`. */
const SAMPLE_OF: Readonly<Record<string, (folder: string) => Promise<Started>>> = {
  bash: async () => {
    await run('curl', ['--version']);
    await run('openssl', ['version']);
    return { program: 'bash', args: [inSamples('till.sh')] };
  },
  python: async () => ({
    ...{ program: 'python3', args: [inSamples('till.py')] },
    env: { PYTHONPATH: await pythonPath('rfc9421-python/requirements.txt') },
  }),
  java: async (folder) => {
    await run('javac', ['--release', '17', '-Xlint:all', '-Werror', '-d', folder, inSamples('Till.java')]);
    return { program: 'java', args: ['-cp', folder, 'Till'] };
  },
  go: async (folder) => {
    await run('go', ['vet', inSamples('till.go')]);
    await run('go', ['build', '-o', join(folder, 'till'), inSamples('till.go')]);
    return { program: join(folder, 'till'), args: [] };
  },
  c: async (folder) => {
    const probe = join(folder, 'probe.c');
    writeFileSync(probe, '#include <openssl/ssl.h>\n');
    await run('cc', ['-fsyntax-only', probe]).catch((error) => {
      throw error instanceof NotToBeHad ? error : new NotToBeHad('there are no headers of OpenSSL on this machine');
    });
    const flags = ['-std=c99', '-Wall', '-Wextra', '-Wpedantic', '-Werror', '-O2'];
    await run('cc', [...flags, '-o', join(folder, 'till'), inSamples('till.c'), '-lssl', '-lcrypto']);
    return { program: join(folder, 'till'), args: [] };
  },
};

export async function sample(shop: LocalShop, language: string, folder: string): Promise<void> {
  const cwd = mkdtempSync(join(folder, `${language}-`));
  const start = SAMPLE_OF[language];
  if (!start) throw new Error(`there is no sample of ${language}`);
  const { program, args, env = {} } = await start(cwd);
  const told = new Map<string, string>();
  const onLine = async (line: string) => {
    const [name = '', ...rest] = line.split(' ');
    told.set(name, rest.join(' '));
    if (name === 'show') await shop.pay(rest.join(' '));
  };
  await run(program, [...args, shop.api, await shop.activationCode(`sample-${language}`)], { cwd, env, onLine });
  const orderId = told.get('order') ?? '';
  expectSame('the sample says', [...told.keys()].join(', '), 'keyid, order, show, paid, refund');
  expectSame('of the refund it says', told.get('refund'), 'succeeded');
  expectSame('our books say', await shop.order(orderId), 'paid, 1250, succeeded 1250');
  expectSame("the channel's books say", await shop.trades(orderId), 'TRADE_CLOSED 1250 1250');
  // The second start is by the key and the keyid that the first one kept: it has no activation code.
  await run(program, [...args, shop.api], { cwd, env, onLine });
  expectSame(
    'our books say of the second order',
    await shop.order(told.get('order') ?? ''),
    'paid, 1250, succeeded 1250',
  );
}

function expectSame(what: string, actual: string | undefined, expected: string): void {
  if (actual !== expected) throw new Error(`${what} ${actual} instead of ${expected}`);
}
