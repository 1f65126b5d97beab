// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts are source code
/** Faults that somebody might well plant where the channel tells of money that moved without us, and what it took; see planted.ts. */
import type { Defect } from './planted.ts';

const one = (name: string, file: string, from: string, to: string): Defect => ({ name, edits: [{ file, from, to }] });

export const REPORTED_DEFECTS: readonly Defect[] = [
  one(
    'thanks for the news of a refund that it could not store',
    'functions/notifications/take.ts',
    'if (told && isOfIt) await recordTold(services, order, { n, told }, deadline);',
    'if (told && isOfIt) await recordTold(services, order, { n, told }, deadline).catch(() => {});',
  ),
  one(
    'drops a reported refund when the first question about it is not answered',
    'functions/payment/advance.ts',
    "  return (await store(services, order, { type: 'refund_told', n, told })).order;\n",
    '  return order;\n',
  ),
  one(
    'offers for refunding what the channel reports gone',
    'functions/order/sums.ts',
    'return Math.max(0, restOf(order, payment.attempt) - unexplained(order, payment.attempt));',
    'return restOf(order, payment.attempt);',
  ),
  one(
    'hands over goods while a reported refund is open',
    'functions/order/next-action.ts',
    'isFresh && order.refunds.length === 0 && !order.reportedRefunds && !isLate(order)',
    'isFresh && order.refunds.length === 0 && !isLate(order)',
  ),
  one(
    'does not read the running total of its own refunds',
    'functions/payment/learn-refunds.ts',
    'returned: returned?.value, settlement }',
    'returned: returned && undefined, settlement }',
  ),
  one(
    'forgets reported refunds that are open',
    'functions/order/due.ts',
    'if (!collecting && refunds.length + inDoubt.length + reports.length === 0) return undefined;',
    'if (!collecting && refunds.length + inDoubt.length === 0) return undefined;',
  ),
  one(
    'takes what the customer paid for what the merchant receives',
    'functions/statement/lines.ts',
    '    net: received - fee,',
    '    net: gross - fee,',
  ),
  one(
    'takes the fee of what the customer paid',
    'functions/statement/lines.ts',
    'const fee = feeOf(agreement, received);',
    'const fee = agreement && feeOf(agreement, amount);',
  ),
  one(
    'takes a whole refund for what the merchant gives of it',
    'functions/statement/lines.ts',
    'received: 0 - given, fee: 0 - returned };',
    'received: given && 0 - refund.amount, fee: 0 - returned };',
  ),
  one(
    'takes nothing received for no word about it',
    'functions/order/decide.ts',
    'const differs = received !== undefined && received.value < order.request.amount.value;',
    'const differs = received !== undefined && received.value > 0 && received.value < order.request.amount.value;',
  ),
  one(
    'adds up what was paid as what was received',
    'functions/statement/totals.ts',
    '      sums.payments.received += line.received;',
    '      sums.payments.received += line.gross;',
  ),
  one(
    'forgets what the channel charged before the line was made',
    'functions/order/posting.ts',
    'return lines.reduce((so, line) => withChargeCompared(so, line, now), marked);',
    'return lines.length < 0 ? lines.reduce((so, line) => withChargeCompared(so, line, now), marked) : marked;',
  ),
  one(
    'adjusts by the whole charge where it should by the rest',
    'functions/order/posting.ts',
    'return charge.charged === line.fee ? left : withAdjustment(left, line, charge.charged, line.fee, now);',
    'return charge.charged === line.fee ? left : withAdjustment(left, line, charge.charged, 0, now);',
  ),
  one(
    'gives a day up for one row that cannot be read',
    'functions/reconciliation/report-day.ts',
    "  if (answer.kind === 'unreadable') {",
    "  if (answer.kind === 'lines' && answer.unread.length > 0) return { elsewhere: [], isSettled: true };\n  if (answer.kind === 'unreadable') {",
  ),
  one(
    'misses what a row tells of that cannot be read',
    'functions/reconciliation/unread.ts',
    '    return tellers.length === 0;',
    '    return tellers.length >= 0;',
  ),
  one(
    'misses the sales of other systems',
    'functions/reconciliation/recover.ts',
    '      if (!order || !isOurs) found.foreign += 1;',
    "      if (!order || !isOurs) found.differences.push(discrepancyOf('missing_here', 'open', undefined, row, orderId));",
  ),
  {
    name: 'speaks for an order by the authorisation of the day it was opened',
    edits: [
      {
        file: 'functions/channel/account.ts',
        from: 'export function frozen(account: Account): Account {\n',
        to: 'export function frozen(account: Account): Account {\n  if (account.channel) return account;\n',
      },
      {
        file: 'functions/payment/channel-call.ts',
        from: 'return authorised(await services.directory.merchant(merchantId), account);',
        to: 'return account.appAuthToken ? account : authorised(await services.directory.merchant(merchantId), account);',
      },
    ],
  },
  one(
    'sorts movements into the days of China',
    'functions/statement/lines.ts',
    'const businessDayOfFact = businessDay(at, zone);',
    "const businessDayOfFact = businessDay(at, zone && '+08:00');",
  ),
];

const shift = (file: string) => `functions/shift/${file}.ts`;

export const SHIFT_DEFECTS: readonly Defect[] = [
  one(
    'does not say what it carried of its last minutes',
    shift('close'),
    'near: nearOf(cut, closedAt, carried), closedAt };',
    'near: nearOf(cut, closedAt, carried).slice(0, 0), closedAt };',
  ),
  one(
    'names only what it carried itself, not what the one before did',
    shift('shift'),
    'return [...before.near, ...entries].filter(',
    'return entries.filter(',
  ),
  one(
    'cuts a shift by when the money moved',
    shift('shift'),
    'order.payments.find((it) => it.attempt === attempt)?.at, order);',
    'order.payments.find((it) => it.attempt === attempt)?.paidAt, order);',
  ),
  one(
    'does not look for what was not there yet at the cut',
    shift('shift'),
    'fact.learnedAt > before.closedAt - SHIFT_MARGIN && fact.learnedAt <= closedAt',
    'fact.learnedAt > before.closedAt && fact.learnedAt <= closedAt',
  ),
  one(
    'closes again under a number that is closed',
    shift('close'),
    '    if (known) return { shift: known, isNew: false };',
    '    if (known && race > 0) return { shift: known, isNew: false };',
  ),
  one(
    'goes on from a shift whose number is not written',
    shift('close'),
    '    if (last && !last.isFinished) await services.shifts.finish(last.shift);\n',
    '',
  ),
  one(
    'counts a refund at the till of the sale',
    'functions/statement/lines.ts',
    '...(refund ? refundedBy(order, refund) : scannedBy(order, attempt)),',
    '...(refund ? { ...refundedBy(order, refund), ...scannedBy(order, undefined) } : scannedBy(order, attempt)),',
  ),
  one(
    'counts a scanned code at the till that opened the order',
    'functions/statement/lines.ts',
    '...(refund ? refundedBy(order, refund) : scannedBy(order, attempt)),',
    '...(refund ? refundedBy(order, refund) : scannedBy(order, attempt && undefined)),',
  ),
];
