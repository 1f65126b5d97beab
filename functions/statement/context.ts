/** What statements need of the house. */
import type { Directory } from '../merchant/directory.ts';
import type { Orders } from '../order/orders.ts';
import type { Log, Metrics } from '../telemetry.ts';
import type { EpochMs } from '../time.ts';
import type { Statements } from './statements.ts';

export interface StatementServices {
  now(): EpochMs;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly orders: Orders;
  readonly directory: Directory;
  readonly statements: Statements;
  /** How long after a business day its statement is sealed. */
  readonly statementDelay: EpochMs;
}
