/**
 * Which of a head's days is asked for next. A day whose report is not there, or cannot be read, holds no other day back: once the
 * next day's turn has come, it is pending, and asked for again on its own. Pure.
 */
import type { ChannelId } from '../channel/registry.ts';
import { dayAfter, type EpochMs } from '../time.ts';
import { askedFrom, type ReportHead } from './reconciliations.ts';

/** With so many of them it is not the reports, but the channel that says nothing: the head waits for it. */
const PENDING_MAX = 7;

/** The oldest pending day that is to be asked for again at `now`, or else the one after the head's last. */
export function dayToAsk({ lastReportDay, pending = [] }: ReportHead, now: EpochMs): string {
  return pending.find(({ askAt }) => askAt <= now)?.day ?? dayAfter(lastReportDay, 1);
}

/** The head as it was when `day` had its turn. */
export function headBefore(head: ReportHead, day: string): ReportHead {
  return { ...head, lastReportDay: dayAfter(day, -1) };
}

/** The head after the channel was asked for the report of `day`. `again`: how long until the next question for the same day. */
export function afterDay(
  { lastReportDay, pending = [] }: ReportHead,
  day: string,
  again: EpochMs | undefined,
  now: EpochMs,
  channel: ChannelId,
): Pick<ReportHead, 'lastReportDay' | 'pending' | 'dueAt'> {
  const others = pending.filter((it) => it.day !== day);
  const mine = again === undefined ? [] : [{ day, askAt: now + again }];
  const next = dayAfter(lastReportDay, 1);
  const isNext = day === next;
  const isHeld =
    isNext && mine.length > 0 && (now < askedFrom(channel, dayAfter(day, 1)) || others.length >= PENDING_MAX);
  const kept = isHeld ? others : [...others, ...mine].sort((a, b) => (a.day < b.day ? -1 : 1));
  const last = isNext && !isHeld ? day : lastReportDay;
  const turns = (isHeld ? [...others, ...mine] : kept).map(({ askAt }) => askAt);
  const ownTurn = isHeld ? [] : [askedFrom(channel, dayAfter(last, 1))];
  return { lastReportDay: last, pending: kept, dueAt: Math.min(...turns, ...ownTurn) };
}
