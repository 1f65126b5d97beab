/** One line of the operator, from words to the exit code. */
import { UsageError } from '../till/terminal.ts';
import { GLOBAL, helpOf, parseLine } from './command.ts';
import { agreementCommands } from './commands/agreement.ts';
import { channelCommands } from './commands/channel.ts';
import { keyCommands } from './commands/key.ts';
import { merchantCommands } from './commands/merchant.ts';
import { reconcileCommand } from './commands/reconcile.ts';
import { statementCommands } from './commands/statement.ts';
import { storeCommands } from './commands/store.ts';
import { terminalCommands } from './commands/terminal.ts';
import { connect, type Where } from './connect.ts';
import { openDesk, type Streams } from './desk.ts';
import { type Place, Refused } from './directory-store.ts';

export const commands = [
  ...merchantCommands,
  ...agreementCommands,
  ...channelCommands,
  ...storeCommands,
  ...terminalCommands,
  ...keyCommands,
  ...statementCommands,
  reconcileCommand,
];

/** Runs `npm run admin -- <argv>`. Answers 0 done, 1 refused, 2 wrong usage; throws what is a fault of ours. */
export async function admin(
  argv: readonly string[],
  streams: Streams,
  open: (where: Where) => Promise<Place> = connect,
): Promise<number> {
  const fail = (code: number, error: Error, hint = '') => {
    streams.stderr.write(`${error.message}\n${hint}`);
    return code;
  };
  try {
    const { command, typed, words, values, flags } = parseLine(commands, argv);
    if (flags.help || typed.length === 0) {
      streams.stdout.write(`${helpOf(commands, typed)}\n`);
      return 0;
    }
    if (!command) throw new UsageError(`there is no command ${typed.slice(0, 2).join(' ')}`);
    const own = Object.fromEntries(Object.entries(values).filter(([name]) => !Object.hasOwn(GLOBAL, name)));
    const place = await open({ ...values, local: flags.local });
    try {
      await command.run(openDesk(place, flags, streams), words, own);
    } finally {
      place.close();
    }
    return 0;
  } catch (error) {
    if (error instanceof Refused) return fail(1, error);
    const wrong = error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
    if (isOfAws(error)) return fail(1, error, 'What was done is not known: repeat the command.\n');
    if (wrong) return fail(2, error as Error, 'npm run admin -- --help tells all commands, COMMAND --help one.\n');
    throw error;
  }
}

/** What the SDK says of the service, the network or the operator's identity: no fault of ours. */
function isOfAws(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return '$metadata' in error || error.name === 'CredentialsProviderError' || error.message === 'Region is missing';
}
