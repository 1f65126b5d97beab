/** What a command of the operator is, how its line is read, and how its help is told. */
import { parseArgs } from 'node:util';
import { UsageError } from '../cli/exit.ts';
import type { Desk } from './context.ts';
import { EXIT_CODES } from './outcomes.ts';

/** By name: what stands behind the option, and what it is for. Every option of a command takes a value. */
export type Options = Readonly<Record<string, readonly [value: string, help: string, often?: 'repeatable']>>;

/** A repeatable option has its values in the order in which they were typed. */
export type Values<O extends Options> = {
  readonly [name in keyof O]?: O[name] extends readonly [string, string, 'repeatable'] ? readonly string[] : string;
};

export interface Command {
  /** Group and verb: `merchant create`; or a verb alone. */
  readonly name: string;
  /** The words that follow, in order; each must be there. */
  readonly takes: readonly string[];
  readonly does: string;
  readonly options: Options;
  run(desk: Desk, words: readonly string[], values: Line['values']): Promise<void>;
}

/** A command whose words and options are known to the compiler by name. */
export function command<const T extends readonly string[], const O extends Options>(it: {
  readonly name: string;
  readonly takes: T;
  readonly does: string;
  readonly options: O;
  run(desk: Desk, words: { readonly [i in keyof T]: string }, values: Values<O>): Promise<void>;
}): Command {
  // parseLine gives as many words as `takes` has, and no other options.
  return it as unknown as Command;
}

export const GLOBAL = {
  local: { type: 'boolean', help: ['', 'the local stack (npm start)'] },
  'local-stack': { type: 'string', help: ['FILE', 'its stack.json, if not .local/stack.json'] },
  stack: { type: 'string', help: ['NAME', 'the stack in AWS; its outputs name the tables'] },
  'directory-table': { type: 'string', help: ['NAME', 'instead of --stack, with --statements-table'] },
  'statements-table': { type: 'string', help: ['NAME', ''] },
  'orders-table': { type: 'string', help: ['NAME', 'for what reads orders'] },
  region: { type: 'string', help: ['REGION', "AWS's region, if not the one of your profile"] },
  yes: { type: 'boolean', help: ['', 'do not ask before what cannot be undone'] },
  json: { type: 'boolean', help: ['', 'print one JSON object'] },
  help: { type: 'boolean', help: ['', 'tell about a command or a group'] },
} as const;

export interface Line {
  readonly command: Command | undefined;
  /** What was typed before the options: the command's name and its words. */
  readonly typed: readonly string[];
  readonly words: readonly string[];
  readonly values: Readonly<Record<string, string | readonly string[]>>;
  readonly flags: { readonly yes: boolean; readonly json: boolean; readonly help: boolean; readonly local: boolean };
}

const LONGEST_WORD = 512;

/** @throws UsageError, or what parseArgs throws */
export function parseLine(commands: readonly Command[], argv: readonly string[]): Line {
  const own = Object.fromEntries(
    commands
      .flatMap(({ options }) => Object.entries(options))
      .map(([name, [, , often]]) => [name, { type: 'string' as const, multiple: often === 'repeatable' }]),
  );
  const options = { ...own, ...GLOBAL };
  const { values, positionals, tokens } = parseArgs({ args: [...argv], options, allowPositionals: true, tokens: true });
  const named = tokens.filter((token) => token.kind === 'option');
  const given = named.map(({ name }) => name);
  // Of two rates the last would hold, which may not be the one that was meant.
  const isOnce = (name: string) => !own[name]?.multiple;
  const twice = named.find(
    ({ name, value }, i) => value !== undefined && isOnce(name) && given.indexOf(name) !== i,
  )?.name;
  if (twice) throw new UsageError(`--${twice} is given twice`);
  const long = [...positionals, ...Object.values(values).flat()].find(
    (it) => typeof it === 'string' && it.length > LONGEST_WORD,
  );
  if (long) throw new UsageError(`a word has ${LONGEST_WORD} characters at the most`);

  const { yes = false, json = false, help = false, local = false, ...texts } = values;
  const [group, verb] = positionals;
  const command =
    commands.find(({ name }) => name === `${group} ${verb}`) ?? commands.find(({ name }) => name === group);
  const words = positionals.slice(command?.name.split(' ').length ?? 2);
  const line = { command, typed: positionals, words, values: texts as Line['values'] };
  if (command && !help) mustFit(command, words, given);
  return { ...line, flags: { yes, json, help, local } } as Line;
}

function mustFit({ name, takes, options }: Command, words: readonly string[], given: readonly string[]): void {
  const foreign = given.find((option) => !Object.hasOwn(options, option) && !Object.hasOwn(GLOBAL, option));
  if (foreign) throw new UsageError(`${name} takes no --${foreign}`);
  if (words.length !== takes.length || words.includes(''))
    throw new UsageError(`${name} takes ${takes.join(' ') || 'no words'}; quote a name that has spaces`);
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
    ...told.flatMap((command) => (detailed ? [...tellWhole(command), ''] : [tellShort(command)])),
    ...(detailed ? [] : ['', 'COMMAND --help tells its options. A MERCHANT is named by its id or its name.', '']),
    'Everywhere:',
    ...Object.entries(GLOBAL).map(([name, { help }]) => optionLine(name, help)),
    'Exit codes:',
    ...EXIT_CODES.map(([code, meaning]) => `  ${String(code).padEnd(4)} ${meaning}`),
  ].join('\n');
}

function tellShort({ name, takes, does }: Command): string {
  return `  ${[name, ...takes].join(' ').padEnd(32)} ${does}`;
}

function tellWhole({ name, takes, does, options }: Command): string[] {
  return [
    [name, ...takes].join(' '),
    `  ${does}`,
    ...Object.entries(options).map(([it, help]) => optionLine(it, help)),
  ];
}

function optionLine(name: string, [value, help]: readonly [value: string, help: string, often?: string]): string {
  return `  ${`--${name}${value && ` ${value}`}`.padEnd(38)} ${help}`.trimEnd();
}
