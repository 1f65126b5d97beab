import { expect, test } from 'vitest';
import { Problem } from '../../../functions/contract/problem.ts';
import { problemDetails } from '../../../functions/http/middleware/problem-details.ts';
import { BadCursor } from '../../../functions/table/table.ts';
import { invoke } from '../../support/invocation.ts';

const thrown = async (error: unknown, more: Parameters<typeof invoke>[1] = {}) => {
  const { result, ...others } = await invoke([problemDetails()], { handler: () => Promise.reject(error), ...more });
  return { ...others, result, body: result?.body === undefined ? undefined : JSON.parse(result.body) };
};
const HEADERS = {
  'content-type': 'application/problem+json',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=63072000',
  'x-request-id': 'request-1',
};

test('a refusal is answered as it is, with its members and headers', async () => {
  const members = { detail: 'Wait.', executed: false, headers: { 'retry-after': '7' } };
  const { result, body, context, error } = await thrown(new Problem('too_many_requests', members));
  expect(result).toEqual({ statusCode: 429, headers: { ...HEADERS, 'retry-after': '7' }, body: expect.any(String) });
  expect(body).toEqual({
    type: 'urn:tillgate:problem:too_many_requests',
    title: 'Too many requests',
    status: 429,
    detail: 'Wait.',
    code: 'too_many_requests',
    requestId: 'request-1',
    retryable: true,
    executed: false,
  });
  expect([context, error]).toEqual([{ problemCode: 'too_many_requests' }, undefined]);
});

test('a cursor of another list is a refusal, too', async () => {
  expect((await thrown(new BadCursor())).body).toMatchObject({ status: 400, code: 'bad_cursor' });
});

test.each([new Error('the key MIIE is wrong'), 'a text', undefined])(
  'a fault says nothing of itself: %s',
  async (error) => {
    const { result, body } = await thrown(error);
    expect(result?.headers).toEqual(HEADERS);
    expect(body).toEqual({
      type: 'urn:tillgate:problem:internal',
      title: 'Something went wrong here',
      status: 500,
      detail: 'The outcome is unknown: look it up, or repeat the request unchanged.',
      code: 'internal',
      requestId: 'request-1',
      retryable: true,
    });
  },
);

test('a function that could not be made does not answer: its invocation fails', async () => {
  const fault = new Error('the environment names no ORDERS_TABLE');
  const before = ({ context }: { context: { services?: unknown } }) => {
    delete context.services;
    throw fault;
  };
  const { result, error } = await invoke([problemDetails(), { before }]);
  expect([result, error]).toEqual([undefined, fault]);
});
