/** One line of the operator, from words to the exit code. */
import { EXIT, UsageError } from '../cli/exit.ts';
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
import { openDesk, type Streams } from './context.ts';
import type { Place } from './directory-store.ts';
import { failureOf } from './outcomes.ts';

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

/** Runs `npm run admin -- <argv>`. Answers its exit code, as `EXIT_CODES` says; throws what is a fault of ours. */
export async function admin(
  argv: readonly string[],
  streams: Streams,
  open: (where: Where) => Promise<Place> = connect,
): Promise<number> {
  try {
    return await run(argv, streams, open);
  } catch (error) {
    const failure = failureOf(error);
    if (!failure) throw error;
    streams.stderr.write(`${failure.words}\n`);
    return failure.code;
  }
}

async function run(argv: readonly string[], streams: Streams, open: (where: Where) => Promise<Place>): Promise<number> {
  const { command, typed, words, values, flags } = parseLine(commands, argv);
  if (flags.help || typed.length === 0) {
    streams.stdout.write(`${helpOf(commands, typed)}\n`);
    return EXIT.done;
  }
  if (!command) throw new UsageError(`there is no command ${typed.slice(0, 2).join(' ')}`);
  const own = Object.fromEntries(Object.entries(values).filter(([name]) => !Object.hasOwn(GLOBAL, name)));
  const place = await open({ ...values, local: flags.local });
  try {
    await command.run(openDesk(place, flags, streams), words, own);
  } finally {
    place.close();
  }
  return EXIT.done;
}
