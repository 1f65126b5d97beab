/** What the operator's command line asks before it does it, what it refuses, and what it tells about itself. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { commands } from '../../bin/admin/command-line.ts';
import { createCredential } from '../../bin/admin/directory-store.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { newKeyFile } from '../support/key-file.ts';
import { APP, type Office, openOffice, openTea, SELLER } from '../support/office.ts';
import { NOON } from '../support/orders.ts';

let engine: TestEngine;
let office: Office;
beforeAll(async () => {
  engine = await openEngine();
});
beforeEach(async () => {
  office = await openOffice(engine);
});
afterAll(() => engine.stop());

/** Lines that cannot be undone, with what they ask. */
const FINAL: readonly (readonly [line: (tea: Tea) => string, asks: RegExp])[] = [
  [
    () => 'agreement add Tea --rate 1% --valid-from 2026-04-01 --fee-on-refund kept',
    /never be edited: from 2026-04-01 in CNY: 1 % \(10000 ppm\)/,
  ],
  [() => 'channel connect Tea --seller-id 2088000000000002', /paid to 2088000000000002 .* no more to 2088000000000001/],
  [() => 'merchant set Tea --seller-id 2088000000000002', /paid to 2088000000000002/],
  [
    () => `channel authorise Tea --seller-id ${SELLER} --app-id ${APP} --app-auth-token 202601BBtoken1234`,
    /All orders of "Tea" that are paid to 2088000000000001 .* under the authorisation …1234\./,
  ],
  [
    () => `channel connect Tea --seller-id ${SELLER} --app-auth-token 202601BBtoken1234`,
    /All orders of "Tea" that are paid to 2088000000000001 .* under the authorisation …1234\./,
  ],
  [() => 'merchant set Tea --zone UTC', /cut by UTC from now on, no more by Asia\/Shanghai/],
  [({ terminalId }) => `terminal revoke ${terminalId}`, /"Till" \(trm_.*\) can never call again\./],
  [({ keyid }) => `key revoke ${keyid}`, /The key bko_.*\.1 can never sign again/],
  [({ keyid }) => `key revoke ${keyid.slice(0, -2)}`, /"Back office" \(bko_.*\), with all its keys/],
];
interface Tea {
  readonly keyid: string;
  readonly terminalId: string;
}

describe('what cannot be undone', () => {
  let tea: Tea;
  let before: string[];
  beforeEach(async () => {
    const merchantId = await openTea(office);
    const { file, take } = newKeyFile();
    const { keyid } = await office.tell(`key create Tea --out ${file}`);
    take();
    const scopes = ['orders:write'] as const;
    const ask = { merchantId, name: 'Till', scopes, alg: 'ed25519' as const, createdAt: NOON, storeId: 'main' };
    const { holder } = await createCredential(office.deployment, ask);
    tea = { keyid: String(keyid), terminalId: holder.id };
    before = await office.dump();
  });

  test.each(FINAL)('%s is asked first', async (lineOf, asks) => {
    const line = lineOf(tea);
    const alone = await office.run(line);
    expect([alone.code, alone.out]).toEqual([1, '']);
    expect(alone.err).toMatch(asks);
    expect(alone.err).toMatch(/say --yes\. Nothing was changed/);
    for (const typed of ['no\n', '\n', 'yesterday\n', '']) {
      const { code, err } = await office.run(line, typed);
      expect([code, err]).toEqual([1, expect.stringMatching(asks)]);
    }
    expect(await office.dump()).toEqual(before);
    expect((await office.run(line, 'yes\n')).code).toBe(0);
    expect(await office.dump()).not.toEqual(before);
  });

  test('a code that no terminal has used yet has no terminal to revoke', async () => {
    const { terminalId } = await office.tell('terminal code Tea');
    expect(await office.run(`terminal revoke ${terminalId}`, 'yes\n')).toEqual({
      code: 1,
      out: '',
      err: `there is no terminal ${terminalId}; terminal list shows them\n`,
    });
  });

  test.each([
    ['merchant set Tea --zone Asia/Shanghai', 'Nothing to change.'],
    [`channel connect Tea --seller-id ${SELLER}`, 'Was connected already.'],
    ['agreement add Tea --rate 0.6% --valid-from today --fee-on-refund returned', 'Was agreed already.'],
  ])('%s asks nothing, since it changes nothing', async (line, says) => {
    // Nobody is there to answer: a question would be a refusal.
    const { code, out, err } = await office.run(line);
    expect([code, out.split('\n')[0], err]).toEqual([0, says, '']);
    expect(await office.dump()).toEqual(before);
  });
});

describe('bad input changes nothing', () => {
  const KEPT = 'agreement add Tea --valid-from 2026-04-01 --fee-on-refund kept';
  test.each([
    ['merchant create mer_tea', 2, /does not begin like an id/],
    ['merchant create "a\tb"', 2, /text of 1 to 64/],
    [`merchant create ${'x'.repeat(65)}`, 2, /text of 1 to 64/],
    ['merchant create New --zone Mars', 1, /no time zone/],
    ['merchant create New --acquirer A --seller-id 1', 1, /2088 and 12 more/],
    ['merchant create', 2, /takes NAME/],
    ['merchant create Two Words', 2, /quote a name that has spaces/],
    ['merchant create ""', 2, /takes NAME/],
    ['merchant set Tea --name New --late-payment never', 2, /--late-payment is refund or keep/],
    ['merchant set Tea --name New --seller-id 2088', 1, /2088 and 12 more/],
    ['merchant set Tea --refund-window-days 366', 2, /from 0 to 365/],
    ['merchant set Tea --refund-window-days 1e2', 2, /from 0 to 365/],
    ['merchant set Tea --largest-order 1.005', 2, /an amount in CNY/],
    ['merchant set Tea --largest-order ¥5', 2, /an amount in CNY/],
    ['merchant set Tea --refunded-per-day 100000000000', 2, /an amount in CNY/],
    ['merchant set Tea --orders-per-second 0', 2, /from 1 to/],
    ['merchant set Tea --longest-expiry-seconds 60', 2, /from 90 to 900/],
    ['merchant set Tea --one-open-order perhaps', 2, /yes or no/],
    ['merchant set Tea --rate 1%', 2, /merchant set takes no --rate/],
    ['merchant set Coffee --late-payment keep', 1, /there is no merchant Coffee/],
    [`${KEPT} --rate 0.6`, 2, /written 0.6% or 6000/],
    [`${KEPT} --rate 0.00001%`, 2, /written 0.6%/],
    [`${KEPT} --rate 100.0001%`, 2, /at most 100%/],
    [`${KEPT} --rate 1% --rate 2%`, 2, /--rate is given twice/],
    [`${KEPT} --rate 1% --minimum 2 --cap 1`, 1, /above its cap/],
    [`${KEPT} --rate 1% --currency yuan`, 2, /ISO 4217/],
    [`${KEPT} --rate 1% --currency RMB`, 2, /ISO 4217/],
    [`${KEPT} --rate 1% --currency XXX`, 2, /ISO 4217/],
    ['merchant set Tea --largest-order "RMB 5"', 2, /ISO 4217 currency such as CNY, not RMB/],
    ['merchant set Tea --largest-order "JPY 5.5"', 2, /an amount in JPY/],
    ['merchant set Tea --largest-order "cny 5"', 2, /an amount in CNY/],
    ['merchant set Tea --largest-order "CNY 5" --largest-order 6', 2, /given twice for CNY/],
    ['merchant set Tea --largest-order none --largest-order none', 2, /given twice for all/],
    ['merchant set Tea --refunds-per-day 1 --refunds-per-day 2', 2, /given twice/],
    [`${KEPT}`, 2, /needs --rate/],
    ['agreement add Tea --rate 1% --valid-from 2026-02-30 --fee-on-refund kept', 2, /a day such as/],
    ['agreement add Tea --rate 1% --valid-from 2026-02-28 --fee-on-refund kept', 1, /2026-03-02 at the earliest/],
    ['agreement add Tea --rate 1% --valid-from today --fee-on-refund kept', 1, /never edited/],
    ['agreement add Tea --rate 1% --valid-from tomorrow --fee-on-refund never', 2, /--fee-on-refund is kept or/],
    ['channel close Tea --until 2026-03-01T04:00:00Z', 1, /over already/],
    ['channel close Tea --until noon', 2, /an instant such as/],
    ['channel close Tea --until 2026-03-02T04:00:00', 2, /an instant such as/],
    ['channel close Tea --reason-en closed', 2, /go together/],
    ['channel drain Tea --channel wechat', 2, /--channel is alipay/],
    ['channel connect Tea', 2, /needs --seller-id/],
    ['channel authorise Tea --app-auth-token none', 2, /needs --order, or --seller-id and --app-id/],
    ['channel authorise Tea --app-auth-token none --seller-id 2088', 2, /needs --order, or --seller-id and --app-id/],
    ['channel authorise Tea --app-auth-token none --order 1 --app-id 1', 2, /needs --order, or --seller-id and/],
    ['channel authorise Tea --order sale-1', 2, /needs --app-auth-token or --agent-token: TOKEN, or none/],
    ['channel authorise Tea --order sale-1 --app-auth-token none', 1, /Tea has no order sale-1/],
    ['channel authorise Tea --seller-id 2088 --app-id 1 --app-auth-token none', 1, /Tea has no account 2088 \(app 1\)/],
    [`channel authorise Tea --seller-id ${SELLER} --app-id ${APP} --app-auth-token short`, 1, /8 to 40/],
    ['store add Tea "a b"', 2, /a store is/],
    ['terminal code Tea --store pier', 1, /there is no store pier; there is main/],
    ['terminal revoke mer_a', 2, /named by its id trm_/],
    ['terminal revoke trm_aaaaaaaaaaaa', 1, /there is no terminal/],
    ['key create Tea --scopes orders:read,all', 2, /--scopes is/],
    ['key create Tea --expires-days 0', 2, /from 1 to 3650/],
    ['key create Tea --alg rsa', 2, /--alg is/],
    ['key create Tea', 2, /--out FILE must name a new file/],
    ['key revoke Tea', 1, /there is no key Tea/],
    ['merchant destroy Tea', 2, /there is no command merchant destroy/],
    ['merchant', 2, /there is no command merchant/],
    ['merchant list --frobnicate', 2, /frobnicate/],
  ])('%s', async (line, code, why) => {
    await openTea(office);
    await office.tell('store add Tea main');
    const before = await office.dump();
    const result = await office.run(`${line} --yes`);
    expect([result.code, result.out, result.err]).toEqual([code, '', expect.stringMatching(why)]);
    expect(await office.dump()).toEqual(before);
  });
});

describe('--help', () => {
  test('tells every command, each group its options, and changes nothing', async () => {
    const { out, code } = await office.run('--help');
    expect(code).toBe(0);
    for (const { name } of commands) expect(out).toContain(`  ${name} `);
    for (const { name, options } of commands) {
      const group = name.split(' ')[0];
      for (const line of [`${group} --help`, `${name} --help`]) {
        const help = await office.run(line);
        expect(help.code).toBe(0);
        for (const option of Object.keys(options)) expect(help.out).toContain(`--${option} `);
      }
    }
    expect((await office.run('coffee --help')).code).toBe(2);
    expect((await office.run('')).out).toBe(out);
    expect(await office.dump()).toEqual([]);
  });
});
