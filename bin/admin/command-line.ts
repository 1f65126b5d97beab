/** One line of the operator, from words to the exit code. */
import { EXIT, UsageError } from '../cli/exit.ts';
import { helpOf, parseLine } from './command.ts';
import { agreementCommands } from './commands/agreement.ts';
import { channelCommands } from './commands/channel.ts';
import { keyCommands } from './commands/key.ts';
import { merchantCommands } from './commands/merchant.ts';
import { reconcileCommand } from './commands/reconcile.ts';
import { statementCommands } from './commands/statement.ts';
import { storeCommands } from './commands/store.ts';
import { terminalCommands } from './commands/terminal.ts';
import { connect, type DeploymentOptions } from './connect.ts';
import { openContext, type Streams } from './context.ts';
import type { Deployment } from './directory-store.ts';
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
  open: (where: DeploymentOptions) => Promise<Deployment> = connect,
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

async function run(
  argv: readonly string[],
  streams: Streams,
  open: (options: DeploymentOptions) => Promise<Deployment>,
): Promise<number> {
  const { command, typed, words, values, common } = parseLine(commands, argv);
  if (common.help || typed.length === 0) {
    streams.stdout.write(`${helpOf(commands, typed)}\n`);
    return EXIT.done;
  }
  if (!command) throw new UsageError(`there is no command ${typed.slice(0, 2).join(' ')}`);
  const deployment = await open(common);
  try {
    await command.run(openContext(deployment, common, streams), words, values);
  } finally {
    deployment.close();
  }
  return EXIT.done;
}
