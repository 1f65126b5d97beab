/** What comparing with the channel's report needs of the house: it drives payments that only the report knows, too. */
import type { PaymentServices } from '../payment/context.ts';
import type { StatementServices } from '../statement/context.ts';
import type { Reconciliations } from './reconciliations.ts';

export interface ReconciliationServices extends PaymentServices, Pick<StatementServices, 'statements'> {
  readonly reconciliations: Reconciliations;
}
