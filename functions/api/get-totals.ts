import type { Caller } from '../http/caller.ts';
import { contract } from '../http/contract.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import type { Parsed } from '../http/operation.ts';
import { Problem } from '../http/problem.ts';
import { liveTotals, type Shift, TooMuchToAddUp } from '../statement/live.ts';
import { businessDay, DAY, dayAfter, type EpochMs, endOfDay, toInstant } from '../time.ts';

type Query = Parsed<typeof contract.getTotals>['query'];

/** Further back the statements speak for themselves. */
const MOST_DAYS = 7;

/** The totals of a shift: of the calling terminal, or, for a back office, of a store, an operator or everything. */
export const getTotals: Run<typeof contract.getTotals> = async (s, { query, caller, deadline }) => {
  const merchant = await s.directory.merchant(caller.merchantId);
  if (!merchant) throw new Error(`merchant ${caller.merchantId} has a key and is not known`);
  const until = s.now();
  const { zone } = merchant;
  const shift: Shift = {
    since: sinceOf(query, zone, until),
    ...whoseOf(query, caller),
    operatorId: query.operatorId,
  };
  const { tally, withoutAgreement } = await liveTotals(s, merchant, shift, deadline).catch((error: unknown) => {
    if (!(error instanceof TooMuchToAddUp)) throw error;
    throw new Problem('too_much_to_add_up', { detail: 'Read the statement, which is sealed after the day has ended.' });
  });
  const { totals, terminals } = tally;
  const times = { since: toInstant(shift.since), until: toInstant(until), zone };
  return { status: 200, body: { ...times, totals, terminals, withoutAgreement } };
};

export const handler = endpoint(contract.getTotals, getTotals);

function sinceOf({ since }: Query, zone: string, now: EpochMs): EpochMs {
  if (since === undefined) return endOfDay(dayAfter(businessDay(now, zone), -1), zone);
  if (since > now) throw new Problem('malformed', { detail: 'since is not here yet.' });
  if (since < now - MOST_DAYS * DAY)
    throw new Problem('malformed', {
      detail: `since is at most ${MOST_DAYS} days ago; before that, read the statements.`,
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
