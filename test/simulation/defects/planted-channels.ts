/** Faults that somebody might well plant where a merchant sells by two channels and in several currencies; see planted.ts. */
import type { Defect } from './planted.ts';

const one = (name: string, file: string, from: string, to: string): Defect => ({ name, edits: [{ file, from, to }] });

export const CHANNEL_DEFECTS: readonly Defect[] = [
  one(
    'reads a payment that waits at Antom as one that is not there',
    'functions/channel/antom/payments.ts',
    "    case 'PROCESSING':\n",
    "    case 'PROCESSING':\n      return { kind: 'absent' };\n",
  ),
  one(
    'reads a payment that Antom has cancelled and given back as never paid',
    'functions/channel/antom/payments.ts',
    "return told.paymentTime === undefined ? { kind: 'closed' } : paidAnswer(told, true);",
    "return { kind: 'closed' };",
  ),
  one(
    "takes the number of another channel's attempt",
    'functions/channel/account.ts',
    "  if (named.channel !== account.channel) return 'different_seller';\n",
    '',
  ),
  one(
    'takes a refund on which Antom works for a failed one',
    'functions/channel/antom/refunds.ts',
    "    case 'PROCESSING':\n      return { kind: 'pending' };\n",
    "    case 'PROCESSING':\n",
  ),
  one(
    'opens an order in the place of another before that is given up',
    'functions/api/create-order.ts',
    '    if (replaces !== undefined)\n      await replaceOrder(',
    '    if (replaces === orderId)\n      await replaceOrder(',
  ),
  one(
    'gives money back in the currency of the house',
    'functions/payment/channel-call.ts',
    '    amount: { ...order.request.amount, value: refund.amount },',
    "    amount: { currency: 'CNY', value: refund.amount },",
  ),
  one(
    'writes every line in the currency of the house',
    'functions/statement/lines.ts',
    '    currency: request.amount.currency,',
    "    currency: request && 'CNY',",
  ),
];
