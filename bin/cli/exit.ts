/** How a command line ends: the exit codes that `till` and `admin` have in common, and the errors that are no faults of ours. */

export const EXIT = {
  /** Of a sale: it is paid, and its goods are handed over. */
  done: 0,
  /** Refused, not paid, not there; or paid, and not to be taken for a sale. */
  no: 1,
  usage: 2,
  /** It may be done or not. */
  unknown: 3,
  /** The server refused the connection, so nothing was sent. */
  notSent: 4,
  /** A second Ctrl-C: what was begun is left to the server. */
  left: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** How a command ended that did not come to its end: what stderr says, and the exit code. */
export interface Failure {
  readonly code: ExitCode;
  readonly words: string;
}

/** Something the caller wrote wrong: nothing was sent. */
export class UsageError extends Error {}

/** It was looked at, and the answer is no; the text says why. */
export class Refused extends Error {}

/** The command asked, and no answer was definite; the text says about what. The command changed nothing. */
export class NotKnown extends Error {}

/** The server refused the connection: nothing that was asked for has left this machine. */
export class NothingListens extends Error {
  constructor(url: string, otherwise = '') {
    super(`Nothing listens on ${url}: start it with npm start${otherwise}. Nothing was sent.`);
  }
}

/** Whether a connection was refused, by each address that was tried: then no byte of the request has left. */
export function isConnectionRefused(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(isConnectionRefused);
  return (error as { code?: unknown }).code === 'ECONNREFUSED' || isConnectionRefused(error.cause);
}

/** Whether the line itself is wrong, by our own rules or by those of the parser. */
export function isUsage(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  return error instanceof Error && (error as { code?: unknown }).code?.toString().startsWith('ERR_PARSE_ARGS') === true;
}

/** A fault of the program: it may come after the server was asked for something, so the exit code is that of an unknown outcome. */
export function faultOf(error: unknown): Failure {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: EXIT.unknown, words: `A fault of this program; what was asked for may be done or not.\n${what}` };
}

/** Why a connection came to nothing, as the system says it; empty where it says nothing. */
export function causeOf(error: Error): string {
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause)
    if ('syscall' in cause || !(cause.cause instanceof Error))
      return cause.message || String((cause as { code?: string }).code);
  return '';
}
