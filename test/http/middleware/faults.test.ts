import { expect, test } from 'vitest';
import { Problem } from '../../../functions/contract/problem.ts';
import { faults } from '../../../functions/http/middleware/faults.ts';
import { BadCursor } from '../../../functions/table/table.ts';
import { invoke } from '../../support/invocation.ts';

const thrown = (error: unknown) => invoke([faults()], { handler: () => Promise.reject(error) });

test('a fault is counted and logged, and goes on its way', async () => {
  const fault = new TypeError('x is undefined');
  const { told, error } = await thrown(fault);
  expect(told).toEqual(['counts faults', ['error', 'request_failed', { error: fault.stack }]]);
  expect(error).toBe(fault);
});

test.each([new Problem('not_found'), new BadCursor()])('a refusal is none: %s', async (refusal) => {
  const { told, error } = await thrown(refusal);
  expect([told, error]).toEqual([[], refusal]);
});
