/** The sample of docs/signing.md, by Bash, OpenSSL and curl: from an enrolled P-256 key to an order, as it stands on the page. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enrolTerminal } from '../../functions/client/client.ts';
import { newKeyPair, privateKeyPemOf } from '../../functions/client/sign.ts';
import { runLine } from '../support/office.ts';
import { shellBlocksOf } from '../support/pages.ts';
import { openShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
let folder: string;
beforeAll(async () => {
  shop = await openShop();
  folder = mkdtempSync(join(tmpdir(), 'tillgate-sample-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await shop.stop();
});

test('integration M8 the sample opens an order, ten times over: a short r or s is padded', async () => {
  const block = shellBlocksOf('docs/signing.md').find(({ at }) => at === 'docs/signing.md#one-request-step-by-step');
  const sample = block?.lines.join('\n') ?? 'false';
  const line = `terminal code 示范商店 --store main --name Sample --yes --json --local-stack ${shop.stack.stackFile}`;
  const { code } = JSON.parse((await runLine(line)).out) as { code: string };
  const alg = 'ecdsa-p256-sha256';
  const key = { alg, ...(await newKeyPair(alg, true)) } as const;
  const { keyid, terminalId } = await enrolTerminal({ baseUrl: shop.stack.api, now: shop.now, retries: 0 }, code, key);
  writeFileSync(join(folder, 'key.pem'), await privateKeyPemOf(key.privateKey));
  const script = sample.replace('127.0.0.1:8080', new URL(shop.stack.api).host);
  for (let n = 0; n < 10; n += 1) {
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: folder,
      env: { PATH: process.env.PATH, KEYID: keyid },
    });
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ merchantOrderNo: 'A-1002', amount: { currency: 'CNY', value: 1250 }, subject: 'tea', terminalId },
      nextAction: 'show_qr_code',
    });
  }
});
