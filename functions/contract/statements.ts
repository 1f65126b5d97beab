/** What a merchant's accountant and a cashier at the end of a shift ask for. */
import * as z from 'zod';
import { lineView, page, statementView } from './answers.ts';
import { cursor, day, limit, nothing, pathValue, storeId } from './fields.ts';
import { operation } from './operation.ts';
import { reconciliationView } from './reconciliation-answers.ts';
import { terminalTotalsView, totalsAnswer } from './totals-answers.ts';

const since = z
  .string()
  .regex(/^[0-9]{13}$/, 'must be milliseconds since 1970 UTC')
  .transform(Number)
  .optional();
/** A page of a statement's rows; `excel` is for CSV. */
const statementRows = z.strictObject({ limit, cursor, excel: z.literal('true').optional() });
const statementPath = z.strictObject({ statementId: pathValue });

export const statementOperations = {
  listStatements: operation({
    name: 'listStatements',
    method: 'GET',
    path: '/v1/statements',
    scope: 'statements:read',
    params: nothing,
    query: z.strictObject({ from: day.optional(), to: day.optional(), limit, cursor }),
    body: null,
    answers: () => ({ 200: { schema: page(statementView()) } }),
    entry: 'api/list-statements.ts',
  }),
  getStatement: operation({
    name: 'getStatement',
    method: 'GET',
    path: '/v1/statements/{statementId}',
    scope: 'statements:read',
    params: statementPath,
    query: nothing,
    body: null,
    answers: () => ({ 200: { schema: statementView() } }),
    entry: 'api/get-statement.ts',
  }),
  listStatementLines: operation({
    name: 'listStatementLines',
    method: 'GET',
    path: '/v1/statements/{statementId}/lines',
    scope: 'statements:read',
    params: statementPath,
    query: statementRows,
    body: null,
    answers: () => ({ 200: { schema: page(lineView()) } }),
    entry: 'api/list-statement-lines.ts',
  }),
  listStatementTotals: operation({
    name: 'listStatementTotals',
    method: 'GET',
    path: '/v1/statements/{statementId}/totals',
    scope: 'statements:read',
    params: statementPath,
    query: statementRows,
    body: null,
    answers: () => ({ 200: { schema: page(terminalTotalsView()) } }),
    entry: 'api/list-statement-totals.ts',
  }),
  listReconciliations: operation({
    name: 'listReconciliations',
    method: 'GET',
    path: '/v1/reconciliations',
    scope: 'statements:read',
    params: nothing,
    query: z.strictObject({ day }),
    body: null,
    answers: () => ({
      200: {
        schema: z.strictObject({ data: z.array(reconciliationView()) }),
      },
    }),
    entry: 'api/list-reconciliations.ts',
  }),
  getTotals: operation({
    name: 'getTotals',
    method: 'GET',
    path: '/v1/totals',
    scope: 'orders:read',
    params: nothing,
    query: z.strictObject({
      terminal: z.literal('self').optional(),
      storeId: storeId.optional(),
      operatorId: z
        .string()
        .regex(/^[A-Za-z0-9._~-]{1,28}$/, 'must be 1 to 28 of A-Z a-z 0-9 . _ ~ - (find others in terminals)')
        .optional(),
      since,
      shift: z.literal('open').optional(),
    }),
    body: null,
    answers: () => ({ 200: { schema: totalsAnswer() } }),
    entry: 'api/get-totals.ts',
  }),
} as const;
