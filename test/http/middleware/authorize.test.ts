import { expect, test } from 'vitest';
import { contract } from '../../../functions/contract/contract.ts';
import { authorize } from '../../../functions/http/middleware/authorize.ts';
import { invoke } from '../../support/invocation.ts';

const { createRefund, enrolTerminal } = contract;

test.each([
  ['with the scope', createRefund, { scopes: ['orders:read', 'refunds:write'] as const }, undefined],
  ['without it', createRefund, { scopes: ['orders:write', 'orders:read'] as const }, 'scope_missing'],
  ['without any', createRefund, {}, 'scope_missing'],
  ['where no scope is asked', enrolTerminal, {}, undefined],
] as const)('a caller %s', async (_, operation, scopes, code) => {
  const { error, result } = await invoke([authorize(operation)], { context: { caller: { keyid: 'k', ...scopes } } });
  expect((error as { code?: string } | undefined)?.code).toBe(code);
  expect(result?.statusCode).toBe(code ? undefined : 200);
});

test('a request without a caller is refused, and told what it needs', async () => {
  const { error } = await invoke([authorize(createRefund)]);
  expect(error).toMatchObject({ code: 'scope_missing', status: 403, message: 'This needs the scope refunds:write.' });
});
