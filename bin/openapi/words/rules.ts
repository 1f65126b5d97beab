/**
 * By operation: what a request must keep to that its schema cannot say, in the words of the refusal (`malformed`). They stand in
 * the document as `x-rules`: with a pointer, of that member; without one, of the request as a whole.
 */
import type { OperationName } from '../../../functions/contract/contract.ts';
import { CARD_NUMBER, CURRENCY } from '../../../functions/contract/fields.ts';

export interface Rule {
  readonly pointer?: string;
  readonly detail: string;
}

/** Of a text: see functions/text.ts. */
const TEXT_FAULTS = [
  'must be text without control characters',
  'must be text without invisible characters',
  'must not be blank',
];

const of =
  (...details: readonly string[]) =>
  (pointer: string): Rule[] =>
    details.map((detail) => ({ pointer, detail }));
const text = of(...TEXT_FAULTS, CARD_NUMBER);
const number = of(CARD_NUMBER);
const currency = of(CURRENCY);
const key = of('must be a public key of ed25519', 'must be a public key of ecdsa-p256-sha256')('/publicKey');
const whole = (...details: readonly string[]): Rule[] => details.map((detail) => ({ detail }));

const ofShifts = whole(
  'A terminal asks for its own shifts: terminal=self, or nothing.',
  'A back office says whose shifts: terminal=trm_….',
);

export const rules: Readonly<Partial<Record<OperationName, readonly Rule[]>>> = {
  createOrder: [
    ...number('/merchantOrderNo'),
    ...currency('/amount/currency'),
    ...text('/subject'),
    ...text('/reference'),
    ...number('/storeId'),
    ...text('/operatorId'),
  ],
  payWithTillCode: text('/operatorId'),
  listOrders: [
    { pointer: '/query', detail: 'merchantOrderNo and tradeNo stand alone' },
    ...whole('terminal=self is for terminals.'),
  ],
  closeOrder: text('/operatorId'),
  createRefund: [
    ...number('/refundNo'),
    ...of('auto_ is reserved for automatic refunds')('/refundNo'),
    ...currency('/amount/currency'),
    ...text('/reason'),
    ...text('/operatorId'),
  ],
  listStatements: whole('from is a later day than to.'),
  getTotals: whole(
    'A terminal asks for its own totals: terminal=self, without a store.',
    'terminal=self is for terminals.',
    "shift=open is a terminal's own shift, whole: without since and operatorId.",
    'since is not here yet.',
    'since is at most 7 days ago; before that, read the statements.',
  ),
  enrolTerminal: key,
  rotateKey: key,
  closeShift: [...text('/operatorId'), ...whole('A shift is closed by its own terminal; a back office reads it.')],
  listShifts: ofShifts,
  getShift: ofShifts,
};
