/** What the product's documents say, as its API shows them: the wire format of the answers, written down by the judge itself. */

export interface LinePage {
  readonly lineNo: number;
  readonly type: 'payment' | 'refund' | 'fee_adjustment';
  readonly late: boolean;
  readonly businessDay: string;
  readonly occurredAt: string;
  readonly storeId: string;
  readonly terminalId: string | null;
  readonly operatorId: string | null;
  readonly orderId: string;
  readonly merchantOrderNo: string;
  readonly refundNo: string | null;
  readonly channel: string;
  readonly channelTradeNo: string;
  readonly currency: string;
  readonly gross: number;
  readonly fee: number;
  readonly net: number;
  readonly ratePpm: number;
  readonly feeMinimum: number | null;
  readonly feeCap: number | null;
  readonly feeOnRefund: string;
  readonly agreementId: string;
  readonly received: number;
  readonly saleStoreId: string;
  readonly saleTerminalId: string | null;
  /** The simulation's channel settles in the order's currency. */
  readonly settlement: null;
}

export interface Moved {
  readonly count: number;
  readonly gross: number;
  readonly received: number;
}

export interface SumsPage {
  readonly payments: Moved;
  readonly refunds: Moved;
  readonly netSales: number;
  readonly fees: number;
  readonly feesReturned: number;
  readonly feeAdjustments: { readonly count: number; readonly fee: number };
  readonly netFees: number;
  readonly netReceivable: number;
  readonly lateLines: number;
  readonly netReceived: number;
}

export interface TotalsPage extends SumsPage {
  readonly currency: string;
  readonly channel: string;
  readonly storeId: string;
}

export interface TerminalTotalsPage extends TotalsPage {
  readonly terminalId: string | null;
  readonly operatorId: string | null;
}

export interface StatementPage {
  readonly statementId: string;
  readonly day: string;
  readonly zone: string;
  readonly sealedAt: string;
  readonly previousHash: string | null;
  readonly hash: string;
  readonly lineCount: number;
  readonly totals: readonly TotalsPage[];
  readonly checks: readonly unknown[];
}

/** A statement with all its pages, as JSON and as CSV. */
export interface WholeStatement {
  readonly statement: StatementPage;
  readonly lines: readonly LinePage[];
  readonly terminals: readonly TerminalTotalsPage[];
  readonly linesCsv: string;
  /** For a spreadsheet that guesses; read of the first statement only. */
  readonly linesExcel: string | undefined;
  readonly terminalsCsv: string;
}

export interface MoneyRow {
  readonly currency: string;
  readonly payments: Moved;
  readonly refunds: Moved;
}

export interface ShiftPage {
  readonly shiftNo: string;
  readonly sequence: number;
  readonly terminalId: string;
  readonly storeId: string;
  readonly operatorId: string | null;
  readonly zone: string;
  readonly openedAt: string;
  readonly closedAt: string;
  readonly previousShiftNo: string | null;
  readonly totals: readonly TotalsPage[];
  readonly terminals: readonly TerminalTotalsPage[];
  readonly withoutAgreement: readonly unknown[];
  readonly late: {
    readonly count: number;
    readonly sums: readonly MoneyRow[];
    readonly facts: readonly {
      readonly type: string;
      readonly orderId: string;
      readonly refundNo: string | null;
      readonly occurredAt: string;
      readonly gross: number;
      readonly received: number;
    }[];
  };
}

export interface Side {
  readonly gross: number;
  readonly fee: number | null;
  readonly at: string;
}

export interface DifferencePage {
  readonly reason: string;
  readonly resolution: string;
  readonly ageDays: number;
  readonly type: 'payment' | 'refund';
  readonly orderId: string | null;
  readonly attemptNo: string;
  readonly requestNo: string | null;
  readonly tradeNo: string | null;
  readonly currency: string;
  readonly ours: Side | null;
  readonly channelSays: Side | null;
  readonly note: string | null;
  readonly unread: { readonly worth: number | null; readonly why: string } | null;
}

export interface ReconciliationPage {
  readonly channel: string;
  readonly day: string;
  readonly checkedAt: string;
  readonly state: string;
  readonly billHash: string | null;
  readonly why: string | null;
  readonly matched: number;
  readonly foreign: number;
  readonly differences: readonly DifferencePage[];
  readonly omitted: number;
  readonly account: string;
}

/** All that a back office can read at the end of a history. */
export interface AllPages {
  readonly statements: readonly WholeStatement[];
  /** All but the last, the newest first. */
  readonly inRange: readonly StatementPage[];
  readonly shifts: readonly ShiftPage[];
  readonly reconciliations: readonly ReconciliationPage[];
}
