/** What a till's command has come to: its exit code, and the words of what went wrong. Pure. */

import { ApiProblem, OutcomeUnknown } from '../../functions/client/client.ts';
import type { ChannelView, OrderView, RefundView } from '../../functions/contract/answers.ts';
import { causeOf, EXIT, type ExitCode, type Failure, faultOf, isUsage, NothingListens, Refused } from '../cli/exit.ts';

/** For `--help`. */
export const EXIT_CODES: readonly (readonly [code: ExitCode, meaning: string])[] = [
  [EXIT.done, 'done; of a sale: it is paid, hand over the goods'],
  [EXIT.no, 'refused, not paid, or not there; of a sale also: late, cancelled or refunded money. Hand nothing over'],
  [EXIT.usage, 'wrong usage; nothing was sent'],
  [EXIT.unknown, 'it may be done or not: look it up, or repeat it by the same number, never by a new one'],
  [EXIT.notSent, 'nothing listens there: nothing was sent'],
  [EXIT.left, 'a second Ctrl-C: as 3'],
];

/** Of a sale that was followed to where the order need not be asked for any more. Only one action hands goods over. */
export function exitOfSale({ nextAction }: Pick<OrderView, 'nextAction'>): ExitCode {
  switch (nextAction) {
    case 'hand_over_goods':
      return EXIT.done;
    case 'none':
    case 'start_new_order':
    case 'get_qr_code':
      return EXIT.no;
    case 'wait':
    case 'show_qr_code':
    case 'do_not_hand_over_goods':
      return EXIT.unknown;
  }
}

export function exitOfRefund({ status }: Pick<RefundView, 'status'>): ExitCode {
  return { succeeded: EXIT.done, failed: EXIT.no, requested: EXIT.unknown }[status];
}

/** Of the wallet's answer to a payment: only `success` is one. */
export function exitOfPayment(answer: unknown): ExitCode {
  return (answer as { result?: unknown } | null)?.result === 'success' ? EXIT.done : EXIT.no;
}

export function exitOfStatus(status: number): ExitCode {
  return status >= 200 && status < 300 ? EXIT.done : EXIT.no;
}

/** The outcome of a write stayed unknown; `repeat` is the line that finds out and starts nothing twice. */
export class LeftUnknown extends Error {
  constructor(repeat: string, cause: OutcomeUnknown) {
    super(`${cause.message}${reasonOf(cause)}\n${repeat}`, { cause });
  }
}

/** Waits for what is done; an unknown outcome is thrown on with the words that say how to find out. */
export async function orHow<T>(repeat: string, done: Promise<T>): Promise<T> {
  try {
    return await done;
  } catch (error) {
    throw error instanceof OutcomeUnknown ? new LeftUnknown(repeat, error) : error;
  }
}

/** What stderr says of a command that was not done, and the exit code. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ApiProblem) return { code: EXIT.no, words: explain(error) };
  if (error instanceof Refused) return { code: EXIT.no, words: error.message };
  if (error instanceof NothingListens) return { code: EXIT.notSent, words: error.message };
  if (error instanceof LeftUnknown) return { code: EXIT.unknown, words: error.message };
  if (error instanceof OutcomeUnknown) return { code: EXIT.unknown, words: `${error.message}${reasonOf(error)}` };
  if (isUsage(error))
    return { code: EXIT.usage, words: `${error.message}\nnpm run till -- --help tells all commands.` };
  return faultOf(error);
}

function reasonOf(error: Error): string {
  const cause = causeOf(error);
  return cause && ` (${cause})`;
}

type Closed = Pick<ChannelView, 'channel' | 'state' | 'until' | 'reason'>;

const closedText = ({ channel, state, until, reason }: Closed) =>
  `  ${channel}: ${state}${until ? ` until ${until}` : ''}${reason ? `, ${reason.en}` : ''}`;

/** A refusal as the cashier sees it. */
function explain({ status, code, problem }: ApiProblem): string {
  const { channel, errors, detail: why } = problem;
  const { channels = [] } = problem as { readonly channels?: readonly Closed[] };
  const details = [
    ...(errors ?? []).map(({ pointer, detail }) => `  ${pointer || '/'}: ${detail}`),
    ...channels.map(closedText),
    ...(channel ? [`  channel: ${JSON.stringify(channel)}`] : []),
  ];
  return [`Refused (${status} ${code}): ${why}`, ...details].join('\n');
}
