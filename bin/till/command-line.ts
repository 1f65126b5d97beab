/** One line of the till, from words to the exit code. */
import { EXIT, UsageError } from '../cli/exit.ts';
import { deploymentOf, reaching } from './deployment.ts';
import { HELP } from './help.ts';
import { parseLine } from './line.ts';
import { failureOf } from './outcomes.ts';
import { openTerminal, type Settings, type World } from './terminal.ts';

/** Runs `npm run till -- <argv>` and answers its exit code, as `EXIT_CODES` says. */
export async function till(argv: readonly string[], world: World): Promise<number> {
  try {
    return await run(argv, world);
  } catch (error) {
    const { code, words } = failureOf(error);
    world.stderr.write(`${words}\n`);
    return code;
  }
}

async function run(argv: readonly string[], world: World): Promise<number> {
  const { command, typed, words, values, common } = parseLine(argv);
  const [name = 'help'] = typed;
  if (common.help || name === 'help') {
    world.stdout.write(`${HELP}\n`);
    return EXIT.done;
  }
  if (!command) throw new UsageError(`there is no command ${name}`);
  const settings: Settings = {
    ...deploymentOf(common),
    ...(common.key !== undefined && { key: common.key }),
    json: common.json ?? false,
    lang: common.lang?.startsWith('zh') ? 'zh-CN' : 'en',
    looks: { light: common.light ?? false, dark: common.dark ?? false },
  };
  const reached = reaching(world, settings.url);
  const open = (scope: string) => openTerminal(settings, reached, scope);
  return command.run({ settings, world: reached, open }, words, values);
}
