/** What a command of the operator is, and how its line is read and its help told. */
import { type Command as AnyCommand, commandOf, type Line, type Options, readLine } from '../cli/command.ts';
import { UsageError } from '../cli/exit.ts';
import { exitCodeLines } from '../cli/output.ts';
import type { CommandContext } from './context.ts';
import { EXIT_CODES } from './outcomes.ts';

interface Described {
  /** What it does, for `--help`. */
  readonly does: string;
}
export type Command = AnyCommand<CommandContext, void> & Described;
export const command = commandOf<CommandContext, void, Described>();

export const GLOBAL = {
  local: ['', 'the local stack (npm start)'],
  'local-stack': ['FILE', 'its stack.json, if not .local/stack.json'],
  stack: ['NAME', 'the stack in AWS; its outputs name the tables'],
  'directory-table': ['NAME', 'instead of --stack, with --statements-table'],
  'statements-table': ['NAME', ''],
  'orders-table': ['NAME', 'for what reads orders'],
  region: ['REGION', "AWS's region, if not the one of your profile"],
  yes: ['', 'do not ask before what cannot be undone'],
  json: ['', 'print one JSON object'],
  help: ['', 'tell about a command or a group'],
} as const satisfies Options;

/** @throws UsageError, or what parseArgs throws */
export function parseLine(commands: readonly Command[], argv: readonly string[]): Line<Command, typeof GLOBAL> {
  return readLine(
    {
      commands,
      common: GLOBAL,
      foreignOptions: 'refused',
      wordLengthMax: 512,
      wrongWords: ({ name, takes }) => `${name} takes ${takes.join(' ') || 'no words'}; quote a name that has spaces`,
    },
    argv,
  );
}

/** The help of one command, of a group, or of all. */
export function helpOf(commands: readonly Command[], typed: readonly string[]): string {
  const [group, verb] = typed;
  const meant = commands.filter(({ name }) => !group || name === group || name.startsWith(`${group} `));
  const one = meant.filter(({ name }) => name === `${group} ${verb}`);
  const told = one.length > 0 ? one : meant;
  if (told.length === 0) throw new UsageError(`there is no command ${typed.join(' ')}`);
  const detailed = group !== undefined;
  return [
    'npm run admin -- COMMAND [options]',
    '',
    ...told.flatMap((it) => (detailed ? [...tellWhole(it), ''] : [tellShort(it)])),
    ...(detailed ? [] : ['', 'COMMAND --help tells its options. A MERCHANT is named by its id or its name.', '']),
    'Everywhere:',
    ...optionLines(GLOBAL),
    ...exitCodeLines(EXIT_CODES),
  ].join('\n');
}

function tellShort({ name, takes, does }: Command): string {
  return `  ${[name, ...takes].join(' ').padEnd(32)} ${does}`;
}

function tellWhole({ name, takes, does, options }: Command): string[] {
  return [[name, ...takes].join(' '), `  ${does}`, ...optionLines(options)];
}

function optionLines(options: Options): string[] {
  return Object.entries(options).map(([name, [value, help = '']]) =>
    `  ${`--${name}${value && ` ${value}`}`.padEnd(38)} ${help}`.trimEnd(),
  );
}
