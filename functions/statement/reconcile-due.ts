/**
 * Compares each merchant's days with the channel's bill, one after the other, from ten o'clock on the next morning. Asks
 * until the bill is there; one that cannot be relied on changes nothing and is asked for again. What only the bill knows is
 * asked about at the channel and taken by the ordinary way, so that lost money is found even if every other way was silent.
 *
 * A run may die anywhere and be repeated: the head moves last, and what was healed shows by when we learned of it.
 */
import type { Account } from '../channel/channel.ts';
import { backOff, CHANNEL_CALL, INVOCATION } from '../deadlines.ts';
import { type Merchant, receivingAccount } from '../merchant/merchant.ts';
import { noteFault } from '../observe.ts';
import type { Deadline } from '../order/drive.ts';
import type { Services } from '../services.ts';
import { dayAfter, type EpochMs, MINUTE } from '../time.ts';
import { afterDay, dayToAsk, headBefore } from './bill-days.ts';
import { MOST_WAIT, store } from './reconcile-account.ts';
import { askedFrom, type BillHead } from './reconciliations.ts';

/** When to ask again for a bill that is not there, or not whole. */
const ASK_AGAIN: EpochMs = 30 * MINUTE;

/** Works the merchants that are due, each in its own try, until `deadline`. */
export async function reconcileDue(
  s: Services,
  deadline: Deadline,
  shards = s.reconciliations.dueShards,
): Promise<void> {
  await Promise.all(shards.map((shard) => reconcileShard(s, shard, deadline)));
}

async function reconcileShard(s: Services, shard: string, deadline: Deadline): Promise<void> {
  const heads = await s.reconciliations.dueHeads(shard, s.now()).catch((error: unknown) => {
    s.metrics.count('billFailures');
    noteFault(s, 'due reconciliations could not be looked up', error, { reason: shard });
    return [];
  });
  for (const head of heads) {
    if (s.now() + INVOCATION > deadline.endsAt) return;
    try {
      await reconcileDay(s, head);
    } catch (error) {
      s.metrics.count('billFailures');
      noteFault(s, 'a day could not be compared with its bill', error, { merchantId: head.merchantId });
      await putOff(s, head).catch((again: unknown) => noteFault(s, 'a reconciliation could not be put off', again));
    }
  }
}

async function putOff(s: Services, head: BillHead): Promise<void> {
  const failures = (head.failures ?? 0) + 1;
  await s.reconciliations.moveHead(head, { failures, dueAt: s.now() + backOff(failures) });
}

/** One of the head's days that are due. */
async function reconcileDay(s: Services, head: BillHead): Promise<void> {
  const day = dayToAsk(head, s.now());
  const merchant = await s.directory.merchant(head.merchantId);
  const account = merchant && receivingAccount(merchant);
  const again = merchant && account ? await compareDay(s, headBefore(head, day), merchant, account) : undefined;
  await s.reconciliations.moveHead(head, afterDay(head, day, again, s.now()));
}

/** The day after the head's last one. Answers after how long it is to be asked for again, if it is not done with. */
async function compareDay(
  s: Services,
  head: BillHead,
  merchant: Merchant,
  account: Account,
): Promise<EpochMs | undefined> {
  const { merchantId } = merchant;
  const billDay = dayAfter(head.lastBillDay, 1);
  const answer = await s.channels[account.channel].bill(account, billDay, CHANNEL_CALL);
  const isOver = s.now() >= askedFrom(billDay) + MOST_WAIT;
  if (answer.kind === 'unknown') {
    s.log.warn('the channel did not say', { merchantId, operation: 'bill', reason: answer.why });
    return ASK_AGAIN;
  }
  if (answer.kind === 'not_ready' && !isOver) return ASK_AGAIN;
  if (answer.kind === 'unreadable') {
    s.metrics.count('billFailures');
    s.log.error('a bill cannot be relied on', { merchantId, day: billDay, reason: answer.why });
  }
  await store(s, head, merchant, account, answer);
  return answer.kind === 'unreadable' && !isOver ? ASK_AGAIN : undefined;
}
