/**
 * Compares each merchant's days with the channel's report, one after the other, from ten o'clock on the next morning. Asks
 * until the report is there; one that cannot be relied on changes nothing and is asked for again. What only the report knows is
 * asked about at the channel and taken by the ordinary way, so that lost money is found even if every other way was silent.
 *
 * A merchant who has changed accounts has a head for each of them: the report of one never waits for that of another.
 *
 * A run may die anywhere and be repeated: the head moves last, and what was healed shows by when we learned of it.
 */
import { isReportAskedFor, payeeOf } from '../channel/account.ts';
import { DEFAULT_CHANNEL } from '../channel/channels.ts';
import type { Account } from '../channel/registry.ts';
import { backOff, CHANNEL_CALL, type Deadline } from '../deadlines.ts';
import { type DueQueue, workDue } from '../due-work.ts';
import { type Merchant, receivingAccount, receivingAccounts } from '../merchant/merchant.ts';
import { logFault } from '../telemetry.ts';
import { DAY, dayAfter, type EpochMs, MINUTE, type Millis } from '../time.ts';
import type { ReconciliationServices } from './context.ts';
import { askedFrom, type ReportHead } from './reconciliations.ts';
import { store, WAIT_MAX } from './report-day.ts';
import { afterDay, dayToAsk, headBefore } from './report-days.ts';

/** When to ask again for a report that is not there, or not whole. */
const ASK_AGAIN: Millis = 30 * MINUTE;

/** Works the merchants that are due, each in its own try, until `deadline`. */
export function reconcileDue(
  services: ReconciliationServices,
  deadline: Deadline,
  shards = services.reconciliations.dueShards,
): Promise<void> {
  return workDue(headQueue(services), { now: services.now, shards, abreast: 1, deadline });
}

function headQueue(services: ReconciliationServices): DueQueue<ReportHead> {
  return {
    // One page a run: the head of a former account that this run opens is the next run's.
    read: async (shard, began, seen) => (seen.size > 0 ? [] : services.reconciliations.dueHeads(shard, began)),
    idOf: ({ id }) => id,
    work: (head) => reconcileDay(services, head),
    putOff: (head) => putOff(services, head),
    shardFailed(shard, error) {
      services.metrics.count('reportFailures');
      logFault(services, 'due_reconciliations_not_read', error, { reason: shard });
    },
    itemFailed({ merchantId }, error) {
      services.metrics.count('reportFailures');
      logFault(services, 'reconciliation_failed', error, { merchantId });
    },
    putOffFailed: (_, error) => logFault(services, 'reconciliation_not_postponed', error),
  };
}

async function putOff(services: ReconciliationServices, head: ReportHead): Promise<void> {
  const failures = (head.failures ?? 0) + 1;
  await services.reconciliations.moveHead(head, { failures, dueAt: services.now() + backOff(failures) });
}

/** One of the head's days that are due. */
async function reconcileDay(services: ReconciliationServices, head: ReportHead): Promise<void> {
  const day = dayToAsk(head, services.now());
  const merchant = await services.directory.merchant(head.merchantId);
  const account = merchant && accountOf(merchant, head);
  const others = new Set(head.others);
  // Before the day is compared: one that breaks us holds no other account.
  if (merchant && !head.account) {
    await openOthers(
      services,
      head,
      merchant,
      [...receivingAccounts(merchant), ...(merchant.formerAccounts ?? [])],
      others,
    );
  }
  const compared = merchant && account ? await compareDay(services, headBefore(head, day), merchant, account) : DONE;
  if (merchant && !head.account) await openOthers(services, head, merchant, compared.elsewhere, others);
  const next = afterDay(head, day, compared.again, services.now(), account?.channel ?? DEFAULT_CHANNEL);
  await services.reconciliations.moveHead(head, { ...next, ...(others.size > 0 && { others: [...others] }) });
}

/** `again`: how long until the run compares the same day once more. `elsewhere`: other accounts whose facts the day had. */
interface DayCompared {
  readonly again?: EpochMs;
  readonly elsewhere: readonly Account[];
}

const DONE: DayCompared = { elsewhere: [] };

/** Whose report the head is about, under the authorisation of today, by the app that it was last authorised for. */
function accountOf(merchant: Merchant, { account }: ReportHead): Account | undefined {
  if (!account) return receivingAccount(merchant);
  if (!isReportAskedFor(account)) return undefined;
  const known = [...merchant.accounts, ...(merchant.formerAccounts ?? [])];
  const isIt = (it: Account) => it.channel === account.channel && payeeOf(it) === payeeOf(account);
  return known.find(isIt) ?? account;
}

async function compareDay(
  services: ReconciliationServices,
  head: ReportHead,
  merchant: Merchant,
  account: Account,
): Promise<DayCompared> {
  const { merchantId } = merchant;
  const reportDay = dayAfter(head.lastReportDay, 1);
  const again = (after: EpochMs): DayCompared => ({ again: after, elsewhere: [] });
  const payee = payeeOf(account);
  const whose = { merchantId, ...(head.account && { sellerId: payee }) };
  const own = receivingAccount(merchant);
  if (head.account && own && payeeOf(own) === payee) {
    // The merchant sells by it again, so that it is compared by the merchant's own head, but for days that head has passed.
    const main = await services.reconciliations.head(merchantId);
    if (main && main.lastReportDay < reportDay) return again(ASK_AGAIN);
    if (await services.reconciliations.get(merchantId, reportDay, payee)) return DONE;
  }
  const answer = await services.channels[account.channel].report(account, reportDay, CHANNEL_CALL);
  const isOver = services.now() >= askedFrom(account.channel, reportDay) + WAIT_MAX;
  if (answer.kind === 'unknown') {
    services.log.warn('channel_unknown', { ...whose, channelOperation: 'report', reason: answer.why });
    if (!head.account || !isOver) return again(ASK_AGAIN);
    // An authorisation that is over stays so until the operator mends it: channel authorise.
    services.metrics.count('reportFailures');
    services.log.error('report_unavailable', { ...whose, day: reportDay, reason: answer.why });
    return again(DAY);
  }
  if (answer.kind === 'not_ready' && !isOver) return again(ASK_AGAIN);
  if (answer.kind === 'unreadable') {
    services.metrics.count('reportFailures');
    services.log.error('report_unreliable', { ...whose, day: reportDay, reason: answer.why });
  }
  const { elsewhere, isSettled } = await store(services, head, merchant, account, answer);
  const isDone = isOver || (isSettled && answer.kind !== 'unreadable');
  return { ...(!isDone && { again: ASK_AGAIN }), elsewhere };
}

/** Gives each of `accounts` but the merchant's own a head, from this day on, and adds its seller to `others`, who have one. */
async function openOthers(
  services: ReconciliationServices,
  head: ReportHead,
  merchant: Merchant,
  accounts: readonly Account[],
  others: Set<string>,
): Promise<void> {
  const main = receivingAccount(merchant);
  const own = main && payeeOf(main);
  // What the head still asks for may be of an account that the merchant has left since.
  const [oldest] = head.pending ?? [];
  const from = oldest ? headBefore(head, oldest.day) : head;
  for (const account of accounts.filter(isReportAskedFor)) {
    const payee = payeeOf(account);
    if (payee === own || others.has(payee)) continue;
    await services.reconciliations.openAccountHead(from, account, services.now());
    others.add(payee);
  }
}
