/** What each parameter is, in one sentence: by `operation.parameter`, or by `parameter` where it means the same everywhere. */
export const parameterWords: Readonly<Record<string, string>> = {
  orderId: "The order's id (`ord_…`), or with `_n` the number of one of its attempts.",
  refundNo: "The merchant's own number of the refund.",
  statementId: "The statement's id (`mer_….YYYY-MM-DD`).",
  shiftNo: "The terminal's own number of the shift.",
  live: '`true` is sent by the terminal that opened the order and goes on with the sale: it is told to hand over the goods for an hour after the payment became known, any other look-up for a minute.',
  merchantOrderNo: "The merchant's own number of the order; stands alone.",
  tradeNo: "The channel's own number of the trade, such as the 28 digits of Alipay; stands alone.",
  day: 'The business day in the zone of the merchant, such as 2026-03-01; today if it is left out.',
  'listReconciliations.day': "The channel's own day, which is one of China, such as 2026-03-01.",
  storeId: "The store; a terminal's own if it is left out, and `main` for a back office.",
  'getTotals.storeId': 'The store; all stores if it is left out. Not for terminals.',
  'listOrders.terminal': '`self`: only orders that the calling terminal has opened. Not for a back office.',
  'getTotals.terminal': '`self`, which a terminal must send and a back office must not.',
  terminal: "The terminal's id; `self` or nothing for a terminal, and needed by a back office.",
  limit: 'How many rows a page has at the most.',
  cursor: 'Where the page begins: `nextCursor` of the page before, of this very list.',
  from: 'The first business day.',
  to: 'The last business day.',
  excel: '`true`: CSV that Excel opens as it is. Only with `Accept: text/csv`.',
  operatorId:
    'The cashier, where the name has only the characters A-Z a-z 0-9 . _ ~ -; find others in `terminals` of the answer.',
  since: 'From when, in milliseconds since 1970 UTC, not in the future; seven days ago at the most.',
  shift: "`open`: the calling terminal's shift that runs.",
};

/** By name: what each header of an answer says. */
export const headerWords: Readonly<Record<string, string>> = {
  'x-request-id': 'Finds the request in the log of the operator.',
  'idempotency-replayed': '`true` if the request was carried out before, and this repeats what came of it.',
  'retry-after': 'After how many seconds the same request may be sent again.',
  link: 'The next page as `<path>; rel="next"`; absent on the last page. Only with CSV.',
  'content-disposition': 'The name of the file. Only with CSV.',
};
