/** What a function's bundle holds of the channels: the code of those that it speaks to, and a stand-in for the others. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, describe, expect, test } from 'vitest';
import { contract } from '../../functions/contract/contract.ts';
import { aliasesOf, BUNDLING } from '../../lib/bundling.ts';
import { type Grant, grants } from '../../lib/grants.ts';
import { ROOT } from '../tidy/tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'tillgate-bundles-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function bundleOf(name: keyof typeof grants): Promise<{ file: string; code: string }> {
  const file = join(folder, `${name}.cjs`);
  const entry = name === 'sweep' ? 'jobs/sweep.ts' : contract[name].entry;
  const { outputFiles } = await build({
    ...BUNDLING,
    mainFields: [...BUNDLING.mainFields],
    entryPoints: [join(ROOT, 'functions', entry)],
    outfile: file,
    alias: aliasesOf(name),
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'silent',
    write: false,
  });
  return { file, code: outputFiles[0]?.text ?? '' };
}

/** What only the code of a channel says. */
const MARKS = { alipay: 'alipay.trade.precreate', antom: 'inquiryPayment' } as const;

describe('a bundle', () => {
  test.each<keyof typeof grants>(['createOrder', 'sweep', 'alipayNotification', 'antomNotification', 'listChannels'])(
    'of %s holds the channels whose keys it may read, and no other',
    async (name) => {
      const { code } = await bundleOf(name);
      const held = Object.entries(MARKS).flatMap(([channel, mark]) => (code.includes(mark) ? [channel] : []));
      const { channels = [] }: Grant = grants[name];
      expect(held).toEqual(channels);
      expect(code.includes('this function speaks to another channel')).toBe(channels.length < 2);
    },
  );
});

test('a channel’s stand-in answers nothing, and says whose fault that is', async () => {
  const { connect } = await import('../../lib/unused/channel.ts');
  const { channel, at, rehearsalAccount } = connect();
  const ask = () => channel.query({ account: {} as never, attemptNo: 'x' }, 1);
  expect(ask).toThrow('this function speaks to another channel, or to none: query');
  expect(at('https://127.0.0.1:1/') === channel).toBe(true);
  expect({ ...channel }).toEqual({});
  expect(await rehearsalAccount(false)).toEqual({ channel: 'alipay', appId: 'none', sellerId: 'none' });
});
