/** What the channel's bills say and we do not: looked at, accepted with a note, or compared again. */

import { DEFAULT_CHANNEL } from '../../../functions/channel/channels.ts';
import type { Discrepancy } from '../../../functions/reconciliation/match.ts';
import { type Reconciliation, reportDayOf } from '../../../functions/reconciliation/reconciliations.ts';
import { isolated } from '../../../functions/text.ts';
import { dayAfter, toInstant } from '../../../functions/time.ts';
import { Refused, UsageError } from '../../cli/exit.ts';
import { command } from '../command.ts';
import { type Deployment, findMerchant } from '../directory-store.ts';
import { readText, showAmount } from '../read-options.ts';

function readDay(day: string): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(Date.parse(day)))
    throw new UsageError(`a day is written like 2026-03-01, not ${day}`);
  return day;
}

export const reconcileCommand = command({
  name: 'reconcile',
  takes: ['MERCHANT'],
  does: "differences between us and the channel's bill of a day (yesterday's)",
  options: {
    day: ['DAY', "one of the channel's days, which are China's"],
    accept: ['NUMBER', 'a difference is explained: the number of its attempt or refund'],
    note: ['TEXT', 'how, with --accept'],
    again: ['DAY', 'compare this day and those after it once more, in the next sweeps'],
  },
  async run({ deployment, say, tell }, [wanted], { day, accept, note, again }) {
    const { id, name } = await findMerchant(deployment, wanted);
    const reportDay = readDay(day ?? dayAfter(reportDayOf(DEFAULT_CHANNEL, deployment.now()), -1));
    if (again !== undefined) await compareAgain(deployment, id, readDay(again));
    if (accept !== undefined)
      await acceptDiscrepancy(deployment, id, reportDay, accept, readText('--note', note ?? '', 256));
    const found = await deployment.reconciliations.all(id, reportDay);
    if (again !== undefined) say(`Compared again from ${again} on.`);
    if (found.length === 0) say(`${reportDay} of ${isolated(name)} was not compared yet.`);
    for (const one of found) say(...linesOf(one, found.length > 1));
    tell({ merchantId: id, day: reportDay, reconciliation: found[0] ?? null, reconciliations: found });
  },
});

/** With every account that the merchant has, or had. */
async function compareAgain({ reconciliations, now }: Deployment, merchantId: string, day: string): Promise<void> {
  const main = await reconciliations.head(merchantId);
  if (!main) throw new Refused('nothing was ever compared for this merchant: repeat merchant create');
  // The day after a head's last one was compared, too, if the channel still owes an answer about it.
  const isCompared = (await reconciliations.all(merchantId, day)).length > 0;
  const heads = [main, ...(await reconciliations.accountHeads(main))].filter(
    ({ lastReportDay }) => day <= lastReportDay || (isCompared && day === dayAfter(lastReportDay, 1)),
  );
  if (heads.length === 0) throw new Refused(`${day} was not compared yet`);
  for (const head of heads) {
    const moved = await reconciliations.moveHead(head, { lastReportDay: dayAfter(day, -1), dueAt: now() });
    if (!moved) throw new Refused('the sweep is at it at this moment: try again');
  }
}

async function acceptDiscrepancy(
  { reconciliations }: Deployment,
  merchantId: string,
  reportDay: string,
  number: string,
  note: string,
): Promise<void> {
  const isMeant = (it: Discrepancy) => it.resolution !== 'healed' && numberOf(it) === number;
  let accepted = 0;
  for (const { sellerId, differences: seen } of await reconciliations.all(merchantId, reportDay)) {
    if (!seen.some(isMeant)) continue;
    const change = (stored: Reconciliation | undefined) => {
      if (!stored) return undefined;
      const differences = stored.differences.map((it): Discrepancy => {
        if (!isMeant(it)) return it;
        accepted += 1;
        return { ...it, resolution: 'accepted', note };
      });
      return { ...stored, differences };
    };
    await reconciliations.change(merchantId, reportDay, change, sellerId);
  }
  if (accepted === 0) throw new Refused(`${reportDay} has no open difference of ${number}`);
}

function linesOf(of: Reconciliation, isOneOfMany: boolean): string[] {
  const { reportDay, sellerId, state, why, checkedAt, matched, foreign, differences, omitted } = of;
  return [
    `${reportDay}${isOneOfMany ? ` at ${sellerId}` : ''}: ${state.replace('_', ' ')}${why ? ` (${why})` : ''}, looked at ${toInstant(checkedAt)}`,
    `  ${matched} rows agree, ${foreign} are of other systems, ${differences.length + omitted} differences`,
    ...differences.map((it) => `  ${lineOf(it)}`),
    ...(omitted > 0 ? [`  and ${omitted} more`] : []),
  ];
}

/** What a difference is called by: the number of its attempt, or of its refund where that has one. */
function numberOf({ type, attemptNo, requestNo }: Discrepancy): string {
  return type === 'payment' ? attemptNo : (requestNo ?? attemptNo);
}

function lineOf(it: Discrepancy): string {
  const { reason, resolution, type, currency, ours, channel, note, unread } = it;
  const side = (one: Discrepancy['ours']) =>
    one
      ? `${showAmount(currency, one.gross)}${one.fee === null ? '' : ` fee ${showAmount(currency, one.fee)}`}`
      : 'nothing';
  const worth =
    unread?.worth === null ? 'an amount that is not certain' : `${showAmount(currency, unread?.worth ?? 0)} received`;
  const theirs = unread ? `${worth}; ${unread.why}` : side(channel);
  return `${reason} ${resolution}: ${type} ${numberOf(it)}, we ${side(ours)}, the channel ${theirs}${note ? ` (${isolated(note)})` : ''}`;
}
