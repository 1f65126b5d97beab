import { expect, test } from 'vitest';
import { contract } from '../../../functions/contract/contract.ts';
import { lastSeen } from '../../../functions/http/middleware/last-seen.ts';
import type { Known } from '../../../functions/http/middleware/request-context.ts';
import { FunctionState } from '../../../functions/merchant/function-state.ts';
import { readSeen } from '../../../functions/merchant/terminals.ts';
import { MemoryTable } from '../../../functions/table/memory.ts';
import { DIRECTORY } from '../../../functions/table/table.ts';
import { invoke } from '../../support/invocation.ts';
import { NOON } from '../../support/orders.ts';

/** What is stored of terminals after one request. */
async function stored(
  operation: Parameters<typeof lastSeen>[0],
  caller: Partial<Known>,
  handler = async () => ({ statusCode: 200 }),
): Promise<unknown> {
  const functionState = new FunctionState(new MemoryTable(DIRECTORY), () => NOON);
  await invoke([lastSeen(operation)], {
    context: { caller: { keyid: 'k', ...caller } },
    services: { functionState },
    handler,
  });
  return functionState.get('trm_a.seen', readSeen);
}

const terminal = { terminalId: 'trm_a', signedAt: NOON - 3_000 };

test('a terminal that sells is seen, with what its clock is off', async () => {
  expect(await stored(contract.createOrder, terminal)).toMatchObject({ at: NOON, skewMs: -3_000 });
});

test.each([
  ['that only reads', contract.getOrder, terminal],
  ['of a back office', contract.createOrder, { signedAt: NOON }],
  ['without a signature’s time', contract.createOrder, { terminalId: 'trm_a' }],
])('a request %s is not stored', async (_, operation, caller) => {
  expect(await stored(operation, caller)).toBeUndefined();
});

test('a request that was refused is not stored', async () => {
  const refuse = () => Promise.reject(new Error('refused'));
  expect(await stored(contract.createOrder, terminal, refuse)).toBeUndefined();
});
