/**
 * The samples of docs/samples: each enrols, is paid by the wallet and pays back, also over a line that breaks, and
 * our books and the channel's say so (integration M8).
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalShop } from './local-shop.ts';
import { startOfSample } from './page.ts';
import { NotToBeHad, run } from './program.ts';
import { pythonPath } from './toolchains.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** What a sample is started with, in a folder of its own. */
interface Started {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** What is lost at the least; whether the refund is looked up then is the sample's affair. */
const LOST = 'POST /v1/terminals/enrolment, POST /v1/orders, GET /v1/orders/…?live=true, POST /v1/orders/…/refunds';

const inSamples = (name: string) => join(ROOT, 'docs', 'samples', name);

/** By language; what must be compiled is compiled into `folder`. */
const SAMPLE_OF: Readonly<Record<string, (folder: string) => Promise<Started>>> = {
  bash: async () => {
    await run('curl', ['--version']);
    await run('openssl', ['version']);
    const [program = '', ...args] = startOfSample();
    return { program, args: args.map((it) => join(ROOT, it)) };
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
  const { program, args: fixed, env = {} } = await startOf(language, cwd);
  const { told, onLine } = hearing(shop);
  const args = [...fixed, shop.api, await shop.activationCode(`sample-${language}`)];
  await run(program, args, { cwd, env, onLine });
  expectSame('the sample says', [...told.keys()].join(', '), 'keyid, order, show, paid, refund');
  await expectPaidBack(shop, told);
  const turn = lineInUse.then(() => overABreakingLine(shop, language, folder, { program, args: fixed, env }));
  // The next sample gets the line also after this one has failed, which `await turn` tells.
  lineInUse = turn.catch(() => {});
  await turn;

  // Started again it has the key and its name, and needs no activation code.
  const keyid = told.get('keyid');
  await run(program, [...fixed, shop.api], { cwd, env, onLine });
  expectSame('the second start has the keyid', told.get('keyid'), `${keyid}`);
  await expectPaidBack(shop, told);
}

/** Two samples run at a time, and share the line that breaks: each waits for its turn. */
let lineInUse: Promise<unknown> = Promise.resolve();

/** Each answer is lost once, that of the enrolment, too: its order is paid once and paid back once all the same. */
async function overABreakingLine(
  shop: LocalShop,
  language: string,
  folder: string,
  { program, args, env = {} }: Started,
) {
  const cwd = mkdtempSync(join(folder, `${language}-`));
  const { told, onLine } = hearing(shop);
  const { lost } = shop.lossy;
  lost.length = 0;
  await run(program, [...args, shop.lossy.url, await shop.activationCode(`lossy-${language}`)], { cwd, env, onLine });
  expectSame('lost was', lost.slice(0, 4).join(', '), LOST);
  await expectPaidBack(shop, told);
}

/** A till whose clock is wrong learns the right time from the server's refusal. Asks for a shop whose clock was turned. */
export async function sampleWithWrongClock(shop: LocalShop, language: string, folder: string): Promise<void> {
  const cwd = mkdtempSync(join(folder, `${language}-`));
  const { program, args, env = {} } = await startOf(language, cwd);
  const { told, onLine } = hearing(shop);
  await run(program, [...args, shop.api, await shop.activationCode(`late-${language}`)], { cwd, env, onLine });
  await expectPaidBack(shop, told);
}

function startOf(language: string, folder: string): Promise<Started> {
  const start = SAMPLE_OF[language];
  if (!start) throw new Error(`there is no sample of ${language}`);
  return start(folder);
}

async function expectPaidBack(shop: LocalShop, told: ReadonlyMap<string, string>): Promise<void> {
  const orderId = told.get('order') ?? '';
  expectSame('of the refund it says', told.get('refund'), 'succeeded');
  expectSame('our books say', await shop.order(orderId), 'paid, 1250, succeeded 1250');
  expectSame("the channel's books say", await shop.trades(orderId), 'TRADE_CLOSED 1250 1250');
}

/** The first word of each line that a sample has said, with the rest of it; where it shows a code, the customer pays. */
function hearing(shop: LocalShop) {
  const told = new Map<string, string>();
  const onLine = async (line: string) => {
    const [name = '', ...rest] = line.split(' ');
    told.set(name, rest.join(' '));
    if (name === 'show') await shop.pay(rest.join(' '));
  };
  return { told, onLine };
}

function expectSame(what: string, actual: string | undefined, expected: string): void {
  if (actual !== expected) throw new Error(`${what} ${actual} instead of ${expected}`);
}
