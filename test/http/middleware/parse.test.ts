import { describe, expect, test } from 'vitest';
import { contract } from '../../../functions/contract/contract.ts';
import type { Operation } from '../../../functions/contract/operation.ts';
import { parse } from '../../../functions/http/middleware/parse.ts';
import type { HttpEvent } from '../../../functions/http/middleware/request-context.ts';
import { invoke } from '../../support/invocation.ts';

const pathParameters = { orderId: `ord_${'a'.repeat(26)}` };
const read = (operation: Operation, event: Partial<HttpEvent>, body?: string | Buffer) =>
  invoke([parse(operation)], { event, ...(body !== undefined && { context: { body: Buffer.from(body) } }) });
const refusal = async (...request: Parameters<typeof read>) => {
  const { error, context } = await read(...request);
  expect(context.input).toBeUndefined();
  const { code, message, members } = error as { code: string; message: string; members: { errors?: unknown } };
  return [code, message, ...(members.errors ? [members.errors] : [])];
};

describe('parsing', () => {
  test('reads path, query and body by the operation’s schemas, defaults included', async () => {
    const { context } = await read(contract.createQrCode, { pathParameters }, '{"svg":true}');
    expect(context.input).toEqual({ params: pathParameters, query: {}, body: { attempt: 1, svg: true } });
    const list = await read(contract.listOrders, { rawQueryString: 'day=2026-03-01&limit=7' });
    expect(list.context.input).toEqual({ params: {}, query: { day: '2026-03-01', limit: 7 }, body: undefined });
  });

  test('takes no body for an empty object', async () => {
    const { context } = await read(contract.closeOrder, { pathParameters });
    expect(context.input).toEqual({ params: pathParameters, query: {}, body: {} });
  });

  test('refuses a body where none is taken', async () => {
    expect(await refusal(contract.listChannels, {}, '{}')).toEqual(['malformed', 'This operation takes no body.']);
  });

  test.each([
    ['no JSON', '{'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ])('refuses what is %s', async (_, body) => {
    const asked = { pathParameters };
    expect(await refusal(contract.closeOrder, asked, body)).toEqual(['malformed', 'The body is not JSON in UTF-8.']);
  });

  test('refuses a query that says two things', async () => {
    const asked = { rawQueryString: 'day=2026-03-01&day=2026-03-02' };
    expect(await refusal(contract.listOrders, asked)).toEqual(['malformed', 'The query names day twice.']);
  });

  test('takes __proto__ in a query for a name as any other', async () => {
    const [, , errors] = await refusal(contract.listOrders, { rawQueryString: '__proto__=1&day=2026-03-01' });
    expect(errors).toEqual([{ pointer: '/query/__proto__', detail: 'is not known here' }]);
  });

  test('says of each fault where it is, and of ten at the most', async () => {
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`x${i}`, 1]));
    const [code, detail, errors] = await refusal(
      contract.closeOrder,
      { pathParameters },
      JSON.stringify({ ...many, ['y'.repeat(80)]: 1 }),
    );
    const pointers = Array.from({ length: 10 }, (_, i) => ({ pointer: `/x${i}`, detail: 'is not known here' }));
    expect([code, errors]).toEqual(['malformed', pointers]);
    expect(detail).toBe(pointers.map(({ pointer, detail: what }) => `${pointer}: ${what}`).join('; '));
    const [, , [long]] = (await refusal(contract.closeOrder, { pathParameters }, `{"${'y'.repeat(80)}":1}`)) as [
      0,
      0,
      [object],
    ];
    expect(long).toEqual({ pointer: `/${'y'.repeat(64)}`, detail: 'is not known here' });
    expect(await refusal(contract.closeOrder, { pathParameters }, '[]')).toMatchObject(
      ['malformed', /^\/: /, [{ pointer: '' }]].map((it) => (it instanceof RegExp ? expect.stringMatching(it) : it)),
    );
  });
});
