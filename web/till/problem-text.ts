/** What went wrong, in the words of the server where it has any for people. Pure. */

import type { ChannelView, ProblemView } from '../../functions/contract/answers.ts';
import type { Money } from '../../functions/money.ts';
import { problemText, faultText as textOf } from '../shared/fault-text.ts';
import { channelName, type Lang, showMoney } from '../shared/say.ts';
import { dayTimeIn } from '../shared/times.ts';
import { say } from './messages.ts';

export const faultText = (lang: Lang, fault: unknown): string => textOf(lang, fault, say(lang, 'noAnswer'));

/** An order that is in the way of the next sale, as the server names it. */
export interface BusyWith {
  readonly orderId: string;
  readonly merchantOrderNo: string;
  readonly amount: Money;
}

/** Why nothing was sold: a title, a sentence, what else is known, and the order that is in the way, if one is. */
export interface RefusedSale {
  readonly title: string;
  readonly text: string;
  readonly more: readonly string[];
  readonly busyWith?: BusyWith;
}

export function refusedSale(lang: Lang, zone: string, problem: ProblemView): RefusedSale {
  const { until, channels = [] } = problem as { until?: string | null; channels?: readonly Closed[] };
  const busyWith = busyWithOf(problem);
  return {
    title: say(lang, busyWith ? 'busy' : 'refused'),
    text: problem.code === 'no_account' ? say(lang, 'noAccount') : problemText(lang, problem),
    more: [
      ...(until ? [say(lang, 'until', { time: dayTimeIn(zone, until) })] : []),
      ...(channels.length > 1 ? channels.map((closed) => closedLine(lang, zone, closed)) : []),
      ...(busyWith
        ? [say(lang, 'busyText', { amount: showMoney(lang, busyWith.amount), no: busyWith.merchantOrderNo })]
        : []),
    ],
    ...(busyWith && { busyWith }),
  };
}

/** A channel that could have taken the sale, as the refusal tells of it. */
type Closed = Pick<ChannelView, 'channel' | 'until' | 'reason'>;

function closedLine(lang: Lang, zone: string, { channel, until, reason }: Closed): string {
  const parts = [
    say(lang, 'channelClosed', { channel: channelName(lang, channel) }),
    ...(reason ? [reason[lang]] : []),
    ...(until ? [say(lang, 'until', { time: dayTimeIn(zone, until) })] : []),
  ];
  return parts.join(' · ');
}

function busyWithOf(problem: ProblemView): BusyWith | undefined {
  const { orderId, merchantOrderNo, amount } = problem as Partial<BusyWith>;
  const isBusy = problem.code === 'terminal_busy' && orderId && merchantOrderNo && amount;
  return isBusy ? { orderId, merchantOrderNo, amount } : undefined;
}
