import { expect, test } from 'vitest';
import { Problem } from '../../../functions/contract/problem.ts';
import { accessLog } from '../../../functions/http/middleware/access-log.ts';
import { problemDetails } from '../../../functions/http/middleware/problem-details.ts';
import { invoke } from '../../support/invocation.ts';
import { NOON } from '../../support/orders.ts';

const stack = [accessLog(), problemDetails()];

test('an answer is counted and leaves one line: who called, what came of it, how long it took', async () => {
  const caller = { keyid: 'trm_a.1', merchantId: 'mer_a', terminalId: 'trm_a', scopes: [] };
  const { told } = await invoke(stack, { context: { caller, startedAt: NOON - 12 } });
  const line = {
    status: 200,
    ms: 12,
    merchantId: 'mer_a',
    keyid: 'trm_a.1',
  };
  expect(told).toEqual(['counts requests', ['info', 'answered', line]]);
});

test('a refusal does, too, with its code and without a caller that is not known', async () => {
  const { told } = await invoke(stack, { handler: () => Promise.reject(new Problem('signature_invalid')) });
  const line = { status: 401, code: 'signature_invalid', ms: 0 };
  expect(told).toEqual(['counts requests', ['info', 'answered', line]]);
});

test('what is not answered leaves none', async () => {
  const { told, error } = await invoke([accessLog()], {
    handler: () => Promise.reject(new Error('x')),
  });
  expect([told, error]).toEqual([[], new Error('x')]);
});
