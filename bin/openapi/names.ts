/** The names of objects that have none in the contract: clients make a class of each, and need a word for it. */

/** By operation: what its body is called. */
export const BODIES: Readonly<Record<string, string>> = {
  createOrder: 'OrderRequest',
  createQrCode: 'QrCodeRequest',
  payWithTillCode: 'TillCodeRequest',
  closeOrder: 'CloseRequest',
  createRefund: 'RefundRequest',
  closeShift: 'ShiftRequest',
  enrolTerminal: 'EnrolmentRequest',
  rotateKey: 'NextKeyRequest',
};

/** By operation: what its answer is called, where the contract does not say. */
export const ANSWERS: Readonly<Record<string, string>> = {
  listOrders: 'OrderPage',
  createRefund: 'RefundAndOrder',
  listChannels: 'ChannelList',
  listStatements: 'StatementPage',
  listStatementLines: 'LinePage',
  listStatementTotals: 'TerminalTotalsPage',
  listReconciliations: 'ReconciliationList',
  listTerminals: 'TerminalPage',
  listShifts: 'ShiftPage',
  enrolTerminal: 'EnrolledTerminal',
  rotateKey: 'RotatedKey',
};

/** By `Schema.member`: what the object, or each object of the array, is called. */
export const MEMBERS: Readonly<Record<string, string>> = {
  'Order.attempt': 'OrderAttempt',
  'OrderAttempt.refused': 'Refusal',
  'Order.qrCode': 'QrCode',
  'Order.payment': 'OrderPayment',
  'Order.closed': 'OrderClose',
  'Refund.failure': 'Refusal',
  'Totals.payments': 'MoneySum',
  'Totals.refunds': 'MoneySum',
  'Totals.feeAdjustments': 'FeeAdjustmentSum',
  'TerminalTotals.payments': 'MoneySum',
  'TerminalTotals.refunds': 'MoneySum',
  'TerminalTotals.feeAdjustments': 'FeeAdjustmentSum',
  'MoneyRow.payments': 'MoneySum',
  'MoneyRow.refunds': 'MoneySum',
  'OpenShift.late': 'LateMoney',
  'Shift.late': 'LateMoney',
  'Reconciliation.differences': 'Difference',
  'Difference.ours': 'Movement',
  'Difference.channelSays': 'Movement',
  'Difference.unread': 'UnreadRow',
  'Terminal.keys': 'TerminalKey',
  'Problem.errors': 'ProblemError',
  'Problem.limit': 'ProblemLimit',
  'Problem.offered': 'ProblemOffer',
  'Problem.channels': 'ClosedChannel',
  'Channel.settlement': 'ChannelSettlement',
};

/**
 * Integers that stay far below 2^31, by member: counts, numbers of attempts, seconds, days. Every other one is an amount, a
 * sum, a fee or a clock's value, and has 64 bits.
 */
export const SMALL: ReadonlySet<string> = new Set([
  'ageDays',
  'attempt',
  'count',
  'expiresInSeconds',
  'foreign',
  'lateLines',
  'limit',
  'lineCount',
  'lineNo',
  'longestExpirySeconds',
  'matched',
  'n',
  'nextPollAfterMs',
  'omitted',
  'ordersPerSecond',
  'ordersPerSecondPerTerminal',
  'openOrders',
  'ratePpm',
  'refundWindowDays',
  'refundsPerDay',
  'sequence',
  'status',
  'version',
  'windowDays',
  'withoutAgreement',
]);
