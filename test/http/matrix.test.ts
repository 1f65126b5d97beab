/**
 * I11, F65, F69, S1, S2, S3: every operation of the contract, asked by its owner, another terminal of the merchant in its own
 * store and in another one, another merchant, a credential without the scope, a revoked one and nobody. The rows are in matrix-rows.ts.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../functions/client/client.ts';
import { contract, type OperationName } from '../../functions/contract/contract.ts';
import type { Operation } from '../../functions/contract/operation.ts';
import { openStage, type Stage, type Things } from '../support/two-merchants.ts';
import { rows, type SelfProvingRow, type SignedRow } from './matrix-rows.ts';

let stage: Stage;
/** Nobody's things, of the same shapes. */
let nobodys: Things;
beforeAll(async () => {
  stage = await openStage();
  const { ours } = stage;
  const unknown = (id: string) => id.replace(/^(\w{4}).{8}/, '$1aaaaaaaa');
  nobodys = {
    merchantId: unknown(ours.merchantId),
    paid: { ...ours.paid, orderId: unknown(ours.paid.orderId), terminalId: unknown(ours.paid.terminalId ?? '') },
    open: { ...ours.open, orderId: unknown(ours.open.orderId) },
    statementId: unknown(ours.statementId),
    shiftNo: 'of-nobody',
  };
});
afterAll(() => stage.stop());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const operations: Readonly<Record<OperationName, Operation>> = contract;
const all = Object.entries(rows) as [OperationName, SignedRow | SelfProvingRow][];
const signed = all.flatMap(([name, row]) => ('as' in row ? [{ name, row, it: operations[name] }] : []));
const selfProving = all.flatMap(([name, row]) => ('as' in row ? [] : [{ name, row }]));
const withIds = signed.filter(({ row }) => row.params);
const withoutIds = signed.filter(({ row }) => !row.params);

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
}

/** The request of a row for the things of `of`. */
function asked(name: OperationName, row: SignedRow, of: Things): Asked {
  const { method, path } = operations[name];
  const params = row.params?.(of) ?? {};
  const filled = path.replace(/\{(\w+)\}/g, (_, param: string) => params[param] ?? `{${param}}`);
  const query = row.query?.(of) ?? '';
  const body = method === 'POST' ? JSON.stringify(row.body?.(of) ?? {}) : undefined;
  return { method, path: query === '' ? filled : `${filled}?${query}`, body };
}

async function ask(client: Client, { method, path, body }: Asked): Promise<Answer> {
  return answerOf(await client.request(method, path, body));
}

async function answerOf(response: Response): Promise<Answer> {
  return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
}

/** Without what differs between any two answers: the request's own id and the time of day. */
function told({ status, headers, text }: Answer) {
  const { date: _, 'x-request-id': requestId = '-', ...others } = headers;
  return { status, headers: others, text: text.replaceAll(requestId, '') };
}

const codeOf = ({ text }: Answer) => JSON.parse(text).code;
const ownerOf = ({ as }: SignedRow) => (as === 'till' ? stage.till : stage.office);
const peerOf = ({ as }: SignedRow) => (as === 'till' ? stage.otherTill : stage.otherOffice);
const strangerOf = ({ as }: SignedRow) => (as === 'till' ? stage.strangerTill : stage.strangerOffice);
const marked = ({ text, headers }: Answer, marks: readonly string[]) =>
  marks.filter((mark) => `${JSON.stringify(headers)}\n${text}`.includes(mark));

test('S3 every operation of the contract has its row', () => {
  expect(Object.keys(rows).sort()).toEqual(Object.keys(contract).sort());
  for (const { name, row } of signed) expect([name, operations[name].path.includes('{')]).toEqual([name, !!row.params]);
  expect(selfProving.map(({ name }) => name)).toEqual(
    all.map(([name]) => name).filter((name) => operations[name].scope === null),
  );
});

describe('S1 none', () => {
  test.each(signed)('$name is a 401 for who does not sign', async ({ name, row }) => {
    const answers = [];
    for (const of of [stage.ours, nobodys]) {
      const { method, path, body } = asked(name, row, of);
      const init = body === undefined ? { method } : { method, body, headers: { 'content-type': 'application/json' } };
      answers.push(await answerOf(await fetch(stage.shop.stack.api + path, init)));
    }
    const [known, unknown] = answers.map(told);
    expect(known).toEqual(unknown);
    expect([known?.status, JSON.parse(known?.text ?? '').code]).toEqual([401, 'signature_missing']);
  });

  test.each(selfProving)('S1 $name wants $row.proves', async ({ name, row }) => {
    const { method, path } = operations[name];
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await answerOf(await fetch(stage.shop.stack.api + path, { method, headers, body: row.sent }));
    expect(answer.status).toBe(row.refused);
    expect(marked(answer, [...stage.ourMarks, ...stage.theirMarks])).toEqual([]);
  });
});

describe('S1 revoked', () => {
  test.each(signed)('$name is a 401', async ({ name, row }) => {
    const [known, unknown] = [
      await ask(stage.shop.revoked, asked(name, row, stage.ours)),
      await ask(stage.shop.revoked, asked(name, row, nobodys)),
    ];
    expect(told(known)).toEqual(told(unknown));
    expect([known.status, codeOf(known)]).toEqual([401, 'key_revoked']);
  });
});

describe('F69 S3 another scope', () => {
  test.each(signed)('$name is a 403 without $it.scope, whatever it is asked for', async ({ name, row, it }) => {
    if (!it.scope) throw new Error(`${name} has no scope`);
    const client = await stage.without(it.scope);
    const [known, unknown] = [
      await ask(client, asked(name, row, stage.ours)),
      await ask(client, asked(name, row, nobodys)),
    ];
    expect(told(known)).toEqual(told(unknown));
    expect([known.status, codeOf(known)]).toEqual([403, 'scope_missing']);
  });
});

describe('F65 another merchant', () => {
  test.each(withIds)('$name of ours answers exactly like an unknown one', async ({ name, row }) => {
    const before = await stage.ourItems();
    const foreign = await ask(strangerOf(row), asked(name, row, stage.ours));
    const unknown = await ask(strangerOf(row), asked(name, row, nobodys));
    expect(told(foreign)).toEqual(told(unknown));
    expect([foreign.status, codeOf(foreign)]).toEqual([404, 'not_found']);
    expect(marked(foreign, stage.ourMarks)).toEqual([]);
    expect(await stage.ourItems()).toEqual(before);
    // Those are the very requests that its owner is answered.
    expect((await ask(strangerOf(row), asked(name, row, stage.theirs))).status).toBe(row.own);
  });

  test.each(withoutIds)('S2 $name tells and changes nothing of ours', async ({ name, row }) => {
    const before = await stage.ourItems();
    const answer = await ask(strangerOf(row), asked(name, row, stage.ours));
    expect(answer.status).toBe(row.own);
    expect(marked(answer, stage.ourMarks)).toEqual([]);
    expect(await stage.ourItems()).toEqual(before);
  });

  test.each([
    ['listOrders', 'day=DAY&storeId=main'],
    ['listOrders', 'day=DAY&limit=100'],
    ['listStatements', 'from=2020-01-01&to=2099-01-01&limit=100'],
    ['getTotals', 'since=SINCE&storeId=main'],
  ] as const)('S2 %s?%s finds the own things only', async (name, template) => {
    const since = Date.parse(stage.ours.paid.createdAt);
    const day = stage.ours.statementId.split('.')[1] ?? '';
    const query = template.replace('DAY', day).replace('SINCE', String(since));
    const path = `${operations[name].path}?${query}`;
    const answer = await ask(stage.strangerOffice, { method: 'GET', path, body: undefined });
    expect([answer.status, marked(answer, stage.ourMarks)]).toEqual([200, []]);
    expect(marked(answer, stage.theirMarks).length).toBeGreaterThan(name === 'getTotals' ? 0 : 1);
  });

  test("S2 a cursor of ours is none of the other's", async () => {
    const path = `/v1/orders?limit=1&day=${stage.ours.statementId.split('.')[1]}`;
    const page = JSON.parse((await ask(stage.till, { method: 'GET', path, body: undefined })).text);
    expect(page.nextCursor).toEqual(expect.any(String));
    const crossDay = { method: 'GET', path: `${path}&cursor=${page.nextCursor}`, body: undefined };
    const answer = await ask(stage.strangerTill, crossDay);
    expect([answer.status, codeOf(answer)]).toEqual([400, 'bad_cursor']);
  });

  test.each(['merchantId', 'terminalId', 'keyid', 'sellerId'])('S2 F67 no body names a %s', async (field) => {
    for (const { name, row, it } of signed.filter(({ it }) => it.body)) {
      const { method, path, body = '{}' } = asked(name, row, stage.theirs);
      const forged = JSON.stringify({ ...JSON.parse(body), [field]: stage.ours.merchantId });
      expect([name, (await ask(strangerOf(row), { method, path, body: forged })).status]).toEqual([name, 400]);
      expect(it.method).toBe('POST');
    }
  });
});

/** Those of a terminal: with the id of an order in the path. */
const ofOrders = withIds.filter(({ row }) => row.as === 'till');

describe('security M3 another store of the merchant', () => {
  test.each(ofOrders)('$name answers the till of another store like an unknown order', async ({ name, row }) => {
    const before = await stage.ourItems();
    const foreign = await ask(stage.westTill, asked(name, row, stage.ours));
    const unknown = await ask(stage.westTill, asked(name, row, nobodys));
    expect(told(foreign)).toEqual(told(unknown));
    expect([foreign.status, codeOf(foreign)]).toEqual([404, 'not_found']);
    expect(await stage.ourItems()).toEqual(before);
  });

  test.each(['merchantOrderNo=paid', 'tradeNo=TRADE', 'day=DAY', 'day=DAY&limit=1'])(
    'listOrders?%s shows it nothing of the other store',
    async (template) => {
      const day = stage.ours.statementId.split('.')[1] ?? '';
      const query = template.replace('TRADE', stage.ours.paid.payment?.tradeNo ?? '').replace('DAY', day);
      const asking = { method: 'GET', path: `/v1/orders?${query}`, body: undefined };
      const foreign = await ask(stage.westTill, asking);
      expect([foreign.status, JSON.parse(foreign.text)]).toEqual([200, { data: [], nextCursor: null }]);
      // Those are the very requests that show them in their own store.
      expect(JSON.parse((await ask(stage.till, asking)).text).data).not.toEqual([]);
    },
  );

  test('listOrders of a store by its name is a 403, whether that store exists or not', async () => {
    for (const storeId of ['main', 'nowhere']) {
      const answer = await ask(stage.westTill, {
        method: 'GET',
        path: `/v1/orders?storeId=${storeId}`,
        body: undefined,
      });
      expect([answer.status, codeOf(answer)]).toEqual([403, 'other_store']);
    }
    const own = await ask(stage.westTill, { method: 'GET', path: '/v1/orders?storeId=west', body: undefined });
    expect(own.status).toBe(200);
  });
});

describe('F65 the merchant itself', () => {
  test.each(signed)('$name: another terminal, or back office, of the merchant', async ({ name, row }) => {
    const own = await ask(ownerOf(row), asked(name, row, stage.ours));
    expect(own.status, own.text).toBe(row.own);
    const peer = await ask(peerOf(row), asked(name, row, stage.ours));
    expect(peer.status, peer.text).toBe(row.peer);
    for (const answer of [own, peer]) expect(marked(answer, stage.theirMarks)).toEqual([]);
    const schema = operations[name].answers()[own.status]?.schema;
    expect(schema?.safeParse(JSON.parse(own.text)).error).toBeUndefined();
  });
});

describe('security M3 a till that the operator has widened to all stores', () => {
  test.each(ofOrders)('$name is answered to a till that the operator has widened', async ({ name, row }) => {
    const answer = await ask(stage.widenedTill, asked(name, row, stage.ours));
    // Its owner and a peer have asked for the same by now.
    expect(answer.status, answer.text).toBe(row.peer);
  });

  test('a widened till lists the other store, and sells in its own only', async () => {
    const day = stage.ours.statementId.split('.')[1] ?? '';
    const path = `/v1/orders?storeId=main&day=${day}`;
    const listed = JSON.parse((await ask(stage.widenedTill, { method: 'GET', path, body: undefined })).text);
    expect(listed.data.map(({ storeId }: { storeId: string }) => storeId)).toEqual(['main', 'main']);
    const sale = { merchantOrderNo: 'widened', amount: { currency: 'CNY', value: 5 }, subject: 'tea' };
    const body = JSON.stringify({ ...sale, storeId: 'main' });
    const refused = await ask(stage.widenedTill, { method: 'POST', path: '/v1/orders', body });
    expect([refused.status, codeOf(refused)]).toEqual([403, 'other_store']);
  });
});
