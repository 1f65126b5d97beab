/** What an operator's command has come to, where it was not done: its exit code and its words. Pure. */
import { AwsError } from '../../functions/sdk.ts';
import { EXIT, type ExitCode, type Failure, isUsage, NothingListens, NotKnown, Refused } from '../cli/exit.ts';

/** For `--help`. */
export const EXIT_CODES: readonly (readonly [code: ExitCode, meaning: string])[] = [
  [EXIT.done, 'done, or as it was asked for already; of a check: all is right'],
  [EXIT.no, 'refused, not confirmed, or not there; of a check: something is wrong'],
  [EXIT.usage, 'wrong usage; nothing was looked at'],
  [
    EXIT.unknown,
    'it may be done or not: the same command, repeated, finishes what was begun; of a check: the channel did not say',
  ],
  [EXIT.notSent, 'the local stack refuses the connection: nothing was sent'],
  [EXIT.left, 'Ctrl-C: as 3'],
];

export const INTERRUPTED = 'Interrupted. What was done is not known: repeat the command.';

/** What stderr says, and the exit code; undefined: it is a fault of ours. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof Refused) return { code: EXIT.no, words: error.message };
  if (error instanceof NotKnown) return { code: EXIT.unknown, words: error.message };
  if (error instanceof NothingListens) return { code: EXIT.notSent, words: error.message };
  if (isUsage(error))
    return {
      code: EXIT.usage,
      words: `${error.message}\nnpm run admin -- --help tells all commands, COMMAND --help one.`,
    };
  if (error instanceof AwsError) return failureOf(error.cause);
  if (!(error instanceof Error)) return undefined;
  if (isDefinite(error)) return { code: EXIT.no, words: `${error.message}\nThe same command finishes what was begun.` };
  if ('$metadata' in error)
    return { code: EXIT.unknown, words: `${textOf(error)}\nWhat was done is not known: repeat the command.` };
  return undefined;
}

/** The SDK without an identity or a region has sent nothing; and what AWS refuses, it has not carried out. */
function isDefinite(error: Error): boolean {
  if (error.name === 'CredentialsProviderError' || error.message === 'Region is missing') return true;
  const { $fault, $retryable } = error as { $fault?: unknown; $retryable?: unknown };
  return $fault === 'client' && $retryable === undefined;
}

/** An error of the network has its code, and perhaps no message. */
function textOf(error: Error): string {
  return error.message || String((error as { code?: unknown }).code ?? error.name);
}
