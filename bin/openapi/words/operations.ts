/** What each operation does, whose it is, and what its answers mean. */
import type { OperationName } from '../../../functions/contract/contract.ts';

export interface OperationWords {
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  /** By status. */
  readonly answers: Readonly<Record<number, string>>;
}

export const TAGS: Readonly<Record<string, string>> = {
  orders: 'A sale: open it, show its code or scan the customer’s, look it up, close it.',
  refunds: 'Money back to the payer.',
  shifts: "A terminal's shifts and the totals of the one that runs.",
  statements: "Sealed fee statements, and what the channel's bills say of them.",
  merchant: "The merchant's terms and channels.",
  terminals: 'Keys of terminals: enrolment, rotation, and which terminals there are.',
  notifications: 'What Alipay sends.',
};

const OWED = 'The order is there, and the channel still owes the code: ask for the order after `nextPollAfterMs`.';

export const operationWords: Readonly<Record<OperationName, OperationWords>> = {
  createOrder: {
    tag: 'orders',
    summary: 'Open an order',
    description:
      'Opens an order and, unless `qrCode` is false, asks for its first code. Safe to repeat: `merchantOrderNo` is the key. After a lost answer send the same request again, never one under a new number. A repeat with another amount, subject, reference, store, operator, time to pay, terminal, channel or order before is refused. An order has one channel for ever: to take the sale by another one, open a new order that `replaces` it.',
    answers: {
      200: 'The order was there already, and is answered as it is now.',
      201: 'The order was opened.',
      202: OWED,
    },
  },
  createQrCode: {
    tag: 'orders',
    summary: 'Start an attempt by a code that the customer scans',
    description:
      'Starts attempt n by a QR code. The number is the key: an attempt that exists answers the order as it is and starts nothing. The next one can be started only when the one before can no longer be paid. An order has 20 attempts at the most.',
    answers: { 200: 'The order with its code.', 202: OWED },
  },
  payWithTillCode: {
    tag: 'orders',
    summary: "Start an attempt by the customer's own code",
    description:
      "Starts attempt n by the customer's payment code, which the terminal has scanned. The number is the key: an attempt that exists answers the order as it is, whatever code is sent. A lost answer is looked up by getOrder.",
    answers: {
      200: 'Paid, waiting for the customer, or refused (`attempt.refused`): do what `nextAction` says.',
      202: 'The outcome is not known yet: do not hand over goods, do not charge again, ask for the order.',
    },
  },
  getOrder: {
    tag: 'orders',
    summary: 'Look an order up',
    description:
      'The order, after asking the channel if it has not been asked for three seconds. Strongly consistent. The id may be that of one of its attempts, too, which the customer’s app shows.',
    answers: { 200: 'The order.' },
  },
  listOrders: {
    tag: 'orders',
    summary: 'List orders, or find one',
    description:
      "One order by `merchantOrderNo` or by the channel's `tradeNo`, or those of a day and store, newest first. `merchantOrderNo` and `tradeNo` stand alone: no other parameter beside them. By day it is eventually consistent.",
    answers: { 200: 'A page of orders; an empty one if there is none.' },
  },
  closeOrder: {
    tag: 'orders',
    summary: 'Close an unpaid order',
    description:
      'Asks to close an order that is not paid. It is `closed` when no payment can arrive any more, and `closing` until then. Safe to repeat.',
    answers: { 200: 'The order is closed.', 202: 'The order is closing: ask for it after `nextPollAfterMs`.' },
  },
  createRefund: {
    tag: 'refunds',
    summary: 'Refund a paid order',
    description:
      'Refunds a paid order, whole or in part, to the payer. Safe to repeat: `refundNo` is the key within the order. An order has 50 refunds at the most, of which the last is for all the rest.',
    answers: {
      200: 'The refund was asked for before and is finished.',
      201: 'The refund is finished: succeeded or failed.',
      202: 'The refund is requested, and will be finished without another request.',
    },
  },
  getRefund: {
    tag: 'refunds',
    summary: 'Look a refund up',
    description: 'One refund of an order, after asking the channel if it is open. Strongly consistent.',
    answers: { 200: 'The refund.' },
  },
  listChannels: {
    tag: 'merchant',
    summary: 'List the channels',
    description:
      "The merchant's channels: whether they take new orders and, if not, why and until when; in what they settle; and by currency the channel that createOrder takes at this moment.",
    answers: { 200: 'The channels and the routes.' },
  },
  getMerchant: {
    tag: 'merchant',
    summary: "Read the merchant's terms",
    description:
      "The caller's own terms: the agreement in force per currency, the refund window, limits, what happens to late payments. A change is seen within 30 seconds.",
    answers: { 200: 'The merchant, without its accounts.' },
  },
  listStatements: {
    tag: 'statements',
    summary: 'List the statements',
    description:
      "The merchant's sealed fee statements from one business day to another, newest first. `from` must not be later than `to`. A page may have fewer rows than asked for.",
    answers: { 200: 'A page of statements.' },
  },
  getStatement: {
    tag: 'statements',
    summary: 'Read a statement',
    description: 'One sealed fee statement with its totals.',
    answers: { 200: 'The statement.' },
  },
  listStatementLines: {
    tag: 'statements',
    summary: 'List the lines of a statement',
    description:
      'One movement of money a line, in order of line number. With `Accept: text/csv` they come as CSV, 4000 a page unless `limit` says less, in pages that concatenate to one file: the header `Link` names the next page, and only the first page has the column names.',
    answers: { 200: 'A page of lines.' },
  },
  listStatementTotals: {
    tag: 'statements',
    summary: 'List the totals of a statement by terminal',
    description:
      'The totals of a sealed statement per terminal and operator; they add up to the totals per store. With `Accept: text/csv` they come as CSV, in pages as the lines are.',
    answers: { 200: 'A page of totals.' },
  },
  listReconciliations: {
    tag: 'statements',
    summary: "Compare a day with the channel's bill",
    description:
      "What the channel's bill of a day says and our books do not, or the other way round, for each account that had something to compare; the account by which the merchant sells today comes first. Empty before the day was compared.",
    answers: { 200: 'One comparison per account.' },
  },
  getTotals: {
    tag: 'shifts',
    summary: 'Add up the day, or the running shift',
    description:
      'What was sold, refunded and charged since an instant (the beginning of the business day unless `since` names another, a week ago at the most), as the statements will say. A terminal asks for itself (`terminal=self`, without a store), a back office for all stores, one store or one operator. `shift=open` is for terminals, without `since` and `operatorId`: what the terminal has learned of since its last shift was closed. Eventually consistent.',
    answers: { 200: 'The totals.' },
  },
  closeShift: {
    tag: 'shifts',
    summary: 'Close the shift',
    description:
      "Closes the calling terminal's shift: all that it has learned of since the last closing, in exactly one shift, whenever the money moved. Only terminals have shifts. Safe to repeat: `shiftNo` is the key within the terminal.",
    answers: {
      200: 'The shift was closed by this number before.',
      201: 'The shift is closed, and the next one runs.',
    },
  },
  listShifts: {
    tag: 'shifts',
    summary: 'List the closed shifts',
    description:
      "A terminal's closed shifts, newest first: its own (`terminal=self`, or nothing), or for a back office those of the terminal that it must name.",
    answers: { 200: 'A page of shifts.' },
  },
  getShift: {
    tag: 'shifts',
    summary: 'Read a closed shift',
    description:
      'One closed shift by its number, of the calling terminal, or for a back office of the terminal that it must name.',
    answers: { 200: 'The shift.' },
  },
  enrolTerminal: {
    tag: 'terminals',
    summary: 'Enrol a terminal',
    description:
      'Makes a terminal of an activation code and of a key that the terminal has made itself, which signs this very request: see the scheme `enrolmentSignature`. Safe to repeat with the same key while the code lives, which is ten minutes and five tries.',
    answers: { 200: 'The terminal; it signs by this `keyid` from now on.' },
  },
  rotateKey: {
    tag: 'terminals',
    summary: "Change the terminal's key",
    description:
      "Takes the terminal's next key into use. The request has two signatures: `sig1` by the present key (scheme `messageSignature`) and `sig2` by the next one (scheme `nextKeySignature`). Both keys are valid for seven days then. Only a terminal can do it. Safe to repeat with the same two keys.",
    answers: { 200: 'The next key is valid.' },
  },
  listTerminals: {
    tag: 'terminals',
    summary: 'List the terminals',
    description:
      "The merchant's terminals, their keys, and when each was seen last. Eventually consistent; a page may have fewer rows than asked for.",
    answers: { 200: 'A page of terminals.' },
  },
  alipayNotification: {
    tag: 'notifications',
    summary: 'Take a message of Alipay about a trade',
    description:
      'For Alipay only. The form is signed over its decoded values (RSA2, by the key of the app that `app_id` names). `success` is said only after what it proves is stored; any other answer makes Alipay send it again, up to eight times in 25 hours.',
    answers: {
      200: 'It is stored, or was known already, or is about something else.',
      400: 'It is not genuine, or names an order that is not known here.',
      413: 'It has more than 16 KB.',
      500: 'It was not stored for a reason of ours.',
    },
  },
  antomNotification: {
    tag: 'notifications',
    summary: 'Take a message of Antom about a payment',
    description:
      "For Antom only. The JSON is signed with the time in the header `request-time`, over the path of this URL, by Antom's key for the client of the header `client-id`. `S` is said only after what it proves is stored; any other answer makes Antom send it again, up to eight times in 24 hours.",
    answers: {
      200: 'It is stored, or was known already, or proves nothing.',
      400: 'It is not genuine, or names an order that is not known here.',
      413: 'It has more than 16 KB.',
      500: 'It was not stored for a reason of ours.',
    },
  },
};
