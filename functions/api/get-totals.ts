import type { Parsed } from '../contract/operation.ts';
import { Problem } from '../contract/problem.ts';
import { statementOperations } from '../contract/statements.ts';
import type { LiveTotalsView } from '../contract/totals-answers.ts';
import type { Deadline } from '../deadlines.ts';
import type { Caller } from '../http/caller.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import type { Merchant } from '../merchant/merchant.ts';
import type { Services } from '../services.ts';
import { openShift, readOpen } from '../shift/close.ts';
import { openShiftView } from '../shift/view.ts';
import { liveTotals, type Shift } from '../statement/live.ts';
import { businessDay, DAY, dayAfter, type EpochMs, endOfDay, toInstant } from '../time.ts';
import { orTooMuch } from './too-much.ts';

export { warmUp } from '../services.ts';

type Query = Parsed<typeof statementOperations.getTotals>['query'];

/** Further back the statements speak for themselves. */
const DAYS_MAX = 7;

const READ_STATEMENT = 'Read the statement, which is sealed after the day has ended.';

/** The totals of a shift: of the calling terminal, or, for a back office, of a store, an operator or everything. */
export const getTotals: Run<typeof statementOperations.getTotals> = async (services, { query, caller, deadline }) => {
  const merchant = await services.directory.merchant(caller.merchantId);
  if (!merchant) throw new Error(`merchant ${caller.merchantId} has a key and is not known`);
  const whose = whoseOf(query, caller);
  if (query.shift === 'open')
    return { status: 200, body: await openTotals(services, merchant, query, caller, deadline) };
  const until = services.now();
  const { zone } = merchant;
  const shift: Shift = { since: sinceOf(query, zone, until), ...whose, operatorId: query.operatorId };
  const { tally, withoutAgreement } = await orTooMuch(liveTotals(services, merchant, shift, deadline), READ_STATEMENT);
  const { totals, terminals } = tally;
  const times = { since: toInstant(shift.since), until: toInstant(until), zone };
  const runs = caller.terminalId === undefined ? null : openShiftView(await openShift(services, caller.terminalId));
  return { status: 200, body: { ...times, totals, terminals, withoutAgreement, shift: runs } };
};

export const handler = endpoint(statementOperations.getTotals, getTotals);

/** What a closing would say now. */
async function openTotals(
  services: Services,
  merchant: Merchant,
  { since, operatorId }: Query,
  { terminalId }: Caller,
  deadline: Deadline,
): Promise<LiveTotalsView> {
  if (terminalId === undefined || since !== undefined || operatorId !== undefined)
    throw new Problem('malformed', {
      detail: "shift=open is a terminal's own shift, whole: without since and operatorId.",
    });
  const open = await openShift(services, terminalId);
  const { figures, closedAt } = await orTooMuch(
    readOpen(services, merchant, terminalId, open, deadline),
    READ_STATEMENT,
  );
  const { totals, terminals, withoutAgreement } = figures;
  return {
    since: toInstant(open.openedAt),
    until: toInstant(closedAt),
    zone: merchant.zone,
    totals: [...totals],
    terminals: [...terminals],
    withoutAgreement: withoutAgreement.reduce((sum, { payments }) => sum + payments.count, 0),
    shift: openShiftView(open, figures),
  };
}

function sinceOf({ since }: Query, zone: string, now: EpochMs): EpochMs {
  if (since === undefined) return endOfDay(dayAfter(businessDay(now, zone), -1), zone);
  if (since > now) throw new Problem('malformed', { detail: 'since is not here yet.' });
  if (since < now - DAYS_MAX * DAY)
    throw new Problem('malformed', {
      detail: `since is at most ${DAYS_MAX} days ago; before that, read the statements.`,
    });
  return since;
}

function whoseOf({ terminal, storeId }: Query, { terminalId }: Caller): Pick<Shift, 'storeId' | 'terminalId'> {
  if (terminalId === undefined) {
    if (terminal === 'self') throw new Problem('malformed', { detail: 'terminal=self is for terminals.' });
    return { storeId };
  }
  if (terminal !== 'self' || storeId !== undefined)
    throw new Problem('malformed', { detail: 'A terminal asks for its own totals: terminal=self, without a store.' });
  return { terminalId };
}
