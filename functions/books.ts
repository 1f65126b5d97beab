/** The stores of the statements' table. A function that may not touch that table holds lib/unused/books.ts in place of this. */
import { Reconciliations } from './reconciliation/reconciliations.ts';
import { Shifts } from './shift/shifts.ts';
import { STATEMENT_SHARDS, Statements } from './statement/statements.ts';
import type { Table } from './table/table.ts';

export function booksOf(table: Table, shards: number = STATEMENT_SHARDS) {
  return {
    statements: new Statements(table, shards),
    reconciliations: new Reconciliations(table, shards),
    shifts: new Shifts(table),
  };
}
