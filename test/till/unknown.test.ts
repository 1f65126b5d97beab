/** A server that is not there, or dies in the middle: the till says what is not known and how to find out, and ends with 3. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runLine } from '../support/office.ts';
import { newNo, openShop, type TestShop } from '../support/shop.ts';
import { type Cut, type Cutter, openCutter } from './cutter.ts';
import { type Ended, plain, runTill } from './line.ts';

let shop: TestShop;
let way: Cutter;
const folder = mkdtempSync(join(tmpdir(), 'tillgate-unknown-'));
beforeAll(async () => {
  shop = await openShop();
  way = await openCutter(shop.stack.api);
});
afterEach(() => way.cut(undefined));
afterAll(async () => {
  await way.stop();
  await shop.stop();
  rmSync(folder, { recursive: true, force: true });
});

const where = () => ['--url', shop.stack.api, '--credential', shop.stack.credentialsFile];
/** By the way that is cut. `pauses`: how often it must wait at the least, which takes no time. */
async function till(words: readonly string[], pauses = 0, more = where()): Promise<Ended> {
  const meanwhile = Array.from({ length: pauses }, () => async () => {});
  const { code, out, err } = await runTill([...words, ...more], { meanwhile, fetch: way.fetch });
  return { code, out: plain(out), err: plain(err) };
}

/** What the network says of each. */
const CAUSE: Record<Cut, string> = { deaf: 'other side closed', mute: 'other side closed', half: 'other side closed' };
const noAnswer = (what: string, how: Cut) =>
  `${what}: no definite answer. Look it up by the same number; do not ask again under a new one. (${CAUSE[how]})\n`;
const nothingTwice = (no: string) =>
  `npm run till -- show ${no} tells what became of it; with --no ${no} the same line starts nothing twice.\n`;
const tillCode = async () => String((await shop.wallet('codes', {})).tillCode);
async function orderOf(merchantOrderNo: string) {
  const [order] = (await shop.till.call('listOrders', { query: { merchantOrderNo } })).body.data;
  return order && shop.get(order.orderId);
}
/** An order that is paid, by its number. */
async function paid(): Promise<string> {
  const no = newNo();
  const order = await shop.open({ merchantOrderNo: no });
  await shop.pay(order);
  await shop.eventually(order.orderId, ({ status }) => status === 'paid');
  return no;
}

describe.each(['deaf', 'mute', 'half'] as const)('a server that is %s:', (how) => {
  const isDone = how !== 'deaf';

  test('sell, before there is an order: its number is told, and the same line goes on', async () => {
    const no = newNo();
    way.cut(how, /^POST \/v1\/orders$/);
    expect(await till(['sell', '12.34', '--no', no], 3)).toEqual({
      code: 3,
      out: '',
      err: noAnswer('POST /v1/orders', how) + nothingTwice(no),
    });
    const order = await orderOf(no);
    expect(order !== undefined).toBe(isDone);
    way.cut(undefined);
    if (order) await shop.pay(order);
    else await shop.pay(await shop.open({ merchantOrderNo: no, subject: 'Sale' }));
    expect((await till(['sell', '12.34', '--no', no])).code).toBe(0);
  });

  test('sell, without a number of its own: the one that it chose is told', async () => {
    way.cut(how, /^POST \/v1\/orders$/);
    const { code, err } = await till(['sell', '12.34', '--json'], 3);
    const [, no = ''] = /-- show (\S+) tells/.exec(err) ?? [];
    expect([code, err]).toEqual([3, noAnswer('POST /v1/orders', how) + nothingTwice(no)]);
    expect(no).toMatch(/^\d{8}-\w{6}-\d+$/);
    expect((await orderOf(no)) !== undefined).toBe(isDone);
  });

  test('sell, while it shows the code', async () => {
    const no = newNo();
    way.cut(how, /^GET \/v1\/orders\//);
    const { code, out, err } = await till(['sell', '12.34', '--no', no], 3);
    const what = 'GET /v1/orders/ORDER?live=true';
    expect([code, err]).toEqual([3, noAnswer(what, how) + nothingTwice(no)]);
    expect(out).toBe(
      `PICTURE\n(drawn for a dark terminal; --light draws it for a light one)\nCNY 12.34  Sale  (${no})\nCODE\nAsk the customer to scan the code with Alipay.\n`,
    );
  });

  test('charge, when the code is sent: no second payment, and the same line finds the first', async () => {
    const no = newNo();
    const line = ['charge', '12.34', '--no', no, '--code', await tillCode()];
    way.cut(how, /till-code-payment$/);
    const what = 'POST /v1/orders/ORDER/till-code-payment';
    expect(await till(line, 3)).toEqual({ code: 3, out: '', err: noAnswer(what, how) + nothingTwice(no) });
    expect((await orderOf(no))?.status).toBe(isDone ? 'paid' : 'created');
    way.cut(undefined);
    expect((await till(line)).code).toBe(0);
    const order = await orderOf(no);
    expect(order && (await shop.trades(order)).map(({ status }) => status)).toEqual(['TRADE_SUCCESS']);
  });

  test('refund: the number that it chose is told, and refunds nothing twice', async () => {
    const no = await paid();
    way.cut(how, /\/refunds$/);
    expect(await till(['refund', no, '2.00'], 3)).toEqual({
      code: 3,
      out: '',
      err: `${noAnswer('POST /v1/orders/ORDER/refunds', how)}npm run till -- show ${no} tells what became of it; with --no refund-1 the same line refunds nothing twice.\n`,
    });
    way.cut(undefined);
    expect(await till(['refund', no, '2.00', '--no', 'refund-1'])).toEqual({
      code: 0,
      out: 'refund refund-1 CNY 2.00 succeeded\n',
      err: '',
    });
    expect((await orderOf(no))?.refunded.value).toBe(200);
  });

  test('close', async () => {
    const no = newNo();
    await shop.open({ merchantOrderNo: no });
    way.cut(how, /\/close$/);
    expect(await till(['close', no], 3)).toEqual({
      code: 3,
      out: '',
      err: `${noAnswer('POST /v1/orders/ORDER/close', how)}npm run till -- close ${no} may be repeated.\n`,
    });
    expect((await orderOf(no))?.nextAction).toBe(isDone ? 'start_new_order' : 'show_qr_code');
  });

  test('shift close: with --json, too, the number that it chose is told', async () => {
    const no = `shift-${how}`;
    way.cut(how, /^POST \/v1\/shifts$/);
    expect(await till(['shift', 'close', '--no', no, '--json'], 3)).toEqual({
      code: 3,
      out: '',
      err: `${noAnswer('POST /v1/shifts', how)}npm run till -- shift close --no ${no} may be repeated: it closes nothing twice.\n`,
    });
    way.cut(undefined);
    const { code, out } = await till(['shift', 'close', '--no', no]);
    expect([code, out.includes('It was closed already.')]).toEqual([0, isDone]);
  });

  test('enrol and rotate: the same line finishes what it has begun', async () => {
    const { code: activation } = JSON.parse(
      (await runLine(`terminal code 示范商店 --json --local-stack ${shop.stack.stackFile}`)).out,
    ) as { code: string };
    const file = join(folder, `${how}.json`);
    const repeat = 'Repeat the same line: it finishes what it has begun.\n';
    const enrol = ['enrol', activation, '--out', file, '--url', shop.stack.api];
    way.cut(how, /enrolment$/);
    const lost = noAnswer('POST /v1/terminals/enrolment', how) + repeat;
    expect(await till(enrol, 3, [])).toEqual({ code: 3, out: '', err: lost });
    const { pending } = JSON.parse(readFileSync(file, 'utf8'));
    way.cut(undefined);
    expect(await till(enrol, 0, [])).toEqual({
      code: 0,
      out: `Enrolled: TERMINAL in the store main. Its key is in ${file}, and nowhere else.\n`,
      err: '',
    });
    const [credential] = JSON.parse(readFileSync(file, 'utf8')).credentials;
    expect(credential.privateKeyPem).toBe(pending.privateKeyPem);

    const rotate = ['rotate', '--credential', file, '--url', shop.stack.api];
    way.cut(how, /\/keys$/);
    expect(await till(rotate, 3, [])).toEqual({
      code: 3,
      out: '',
      err: noAnswer('POST /v1/terminals/self/keys', how) + repeat,
    });
    way.cut(undefined);
    expect(await till(rotate, 0, [])).toEqual({
      code: 0,
      out: 'It signs by TERMINAL.2 from now on; the old key is over at INSTANT.\n',
      err: '',
    });
    expect(JSON.parse(readFileSync(file, 'utf8')).credentials[0].keyid).toBe(credential.keyid.replace(/1$/, '2'));
  });

  test('what is only looked at is not known either', async () => {
    way.cut(how);
    expect(await till(['channels'], 3)).toEqual({ code: 3, out: '', err: noAnswer('GET /v1/channels', how) });
    const file = join(folder, `${how}-lines.csv`);
    expect(await till(['statement', '2026-03-01', '--csv', file], 3)).toMatchObject({ code: 3, out: '' });
    expect(() => readFileSync(file)).toThrow(/ENOENT/);
  });
});

test('a refund that the channel does not tell about: 3, with how to find out', async () => {
  const no = await paid();
  await shop.faults({ refund: { answer: 'system_error', times: 1 } });
  expect(await till(['refund', no, '2.00'])).toEqual({
    code: 3,
    out: 'refund refund-1 CNY 2.00 requested\n',
    err: `It is not certain yet. npm run till -- show ${no} tells what became of it; with --no refund-1 the same line refunds nothing twice.\n`,
  });
});

test('a refund that the channel refuses: 1, with the reason', async () => {
  const no = await paid();
  await shop.faults({ refund: { answer: 'refuse:ACQ.TRADE_HAS_FINISHED', times: 1 } });
  const { code, out, err } = await till(['refund', no, '2.00']);
  expect([code, out, err]).toEqual([1, expect.stringMatching(/^refund refund-1 CNY 2\.00 failed: .+\n$/), '']);
});

test('a key that nobody knows, and a file that is none: nothing is sent, or it is refused', async () => {
  const identity = JSON.parse(readFileSync(shop.stack.credentialsFile, 'utf8'));
  const written = (content: string) => {
    const file = join(folder, 'wrong.json');
    writeFileSync(file, content);
    return ['--url', shop.stack.api, '--credential', file];
  };
  const [first] = identity.credentials;
  const usage = (words: string) => ({
    code: 2,
    out: '',
    err: `${words}\nnpm run till -- --help tells all commands.\n`,
  });
  const file = join(folder, 'wrong.json');
  const line = ['sell', '12.34', '--no', newNo()];
  way.seen();
  const none = join(folder, 'none.json');
  expect(await till([...line, '--credential', none], 0, ['--url', shop.stack.api])).toEqual(
    usage(`no credentials at ${none}: start the local stack (npm start), or name a file with --credential`),
  );
  expect(await till(line, 0, written('{'))).toEqual(usage(`${file} is no credentials file`));
  expect(await till(line, 0, written('{"pending": {}}'))).toEqual(
    usage('no credential with the scope orders:write in the credentials file'),
  );
  expect(await till([...line, '--key', 'trm_x'], 0, where())).toEqual(
    usage('no credential trm_x in the credentials file'),
  );
  const spoiled = { credentials: [{ ...first, privateKeyPem: 'none' }] };
  expect(await till(line, 0, written(JSON.stringify(spoiled)))).toEqual(
    usage(`the private key of ${plain(first.keyid)} in ${file} is none`),
  );
  expect(way.seen()).toEqual([]);

  const [, office, revoked] = identity.credentials;
  const foreign = { credentials: [{ ...first, keyid: 'trm_aaaaaaaaaaaa.1' }] };
  expect(await till(line, 0, written(JSON.stringify(foreign)))).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/^Refused \(401 \w+\): /),
  });
  expect(await till([...line, '--key', revoked.keyid], 0, where())).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/^Refused \(401 key_revoked\): /),
  });
  expect(await till([...line, '--key', office.keyid], 0, where())).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/^Refused \(403 scope_missing\): /),
  });
});
