/** What a command of a command line is, and how its line is read: the parser that `admin` and `till` have in common. */
import { parseArgs } from 'node:util';
import { UsageError } from './exit.ts';

/** By name: the placeholder of its value, `''` for a flag; what the option is for; whether it may come several times. */
export type Options = Readonly<Record<string, readonly [value: string, help?: string, often?: 'repeatable']>>;

/** A flag that was not typed is absent. A repeatable option has its values in the order in which they were typed. */
export type Values<O extends Options> = {
  readonly [name in keyof O]?: O[name][0] extends ''
    ? boolean
    : O[name] extends readonly [string, string, 'repeatable']
      ? readonly string[]
      : string;
};

/** A word in brackets, such as `[DAY]`, may be left out. */
export type Words<T extends readonly string[]> = {
  readonly [i in keyof T]: T[i] extends `[${string}]` ? string | undefined : string;
};

type AnyValues = Readonly<Record<string, boolean | string | readonly string[] | undefined>>;

/** `C`: what a command works with. `R`: what it answers. */
export interface Command<C, R> {
  /** Group and verb, `merchant create`; or a verb alone. */
  readonly name: string;
  /** The words that follow, in order. */
  readonly takes: readonly string[];
  readonly options: Options;
  run(context: C, words: readonly (string | undefined)[], values: AnyValues): Promise<R>;
}

/** Makes commands whose words and options the compiler knows by name. `X`: what the commands of a program have besides. */
export function commandOf<C, R, X = unknown>() {
  return <const T extends readonly string[], const O extends Options>(
    it: X & {
      readonly name: string;
      readonly takes: T;
      readonly options: O;
      run(context: C, words: Words<T>, values: Values<O>): Promise<R>;
    },
  ): X & Command<C, R> =>
    // readLine gives no other words and no other values.
    it as unknown as X & Command<C, R>;
}

/** The rules of one program, such as `admin`. `K`: its commands. */
export interface Program<K extends AnyCommand, G extends Options> {
  readonly commands: readonly K[];
  /** Options that every line may have. */
  readonly common: G;
  /** Whether a line may have an option of another command. */
  readonly foreignOptions: 'refused' | 'ignored';
  /** In characters, of a word or of an option's value; absent: without a limit. */
  readonly wordLengthMax?: number;
  /** What to say about words that are too many, too few or empty. */
  wrongWords(command: K, words: readonly string[]): string;
}

type AnyCommand = Pick<Command<never, unknown>, 'name' | 'takes' | 'options'>;

export interface Line<K extends AnyCommand, G extends Options> {
  /** Absent where no command has the name that was typed. */
  readonly command: K | undefined;
  /** All words before, between and behind the options: the command's name and its words. */
  readonly typed: readonly string[];
  readonly words: readonly string[];
  /** The options that are not common to all commands. */
  readonly values: AnyValues;
  readonly common: Values<G>;
}

/**
 * Reads a line. With `--help` the words are not counted.
 * @throws UsageError, or what parseArgs throws
 */
export function readLine<
  K extends AnyCommand,
  const G extends Options & { readonly help: readonly [value: '', help?: string] },
>(program: Program<K, G>, argv: readonly string[]): Line<K, G> {
  const { commands, common, wordLengthMax = Number.POSITIVE_INFINITY } = program;
  const known: Options = Object.assign({}, ...commands.map(({ options }) => options), common);
  const options = Object.fromEntries(
    Object.entries(known).map(([name, [value, , often]]) => [
      name,
      { type: value === '' ? ('boolean' as const) : ('string' as const), multiple: often === 'repeatable' },
    ]),
  );
  const { values, positionals, tokens } = parseArgs({ args: [...argv], options, allowPositionals: true, tokens: true });
  const given = tokens.flatMap((token) => (token.kind === 'option' ? [token] : []));
  const names = given.map(({ name }) => name);
  // Of two rates the last would hold, which may not be the one that was meant.
  const twice = given.find(
    ({ name, value }, i) => value !== undefined && !options[name]?.multiple && names.indexOf(name) !== i,
  );
  if (twice) throw new UsageError(`--${twice.name} is given twice`);
  const texts = [...positionals, ...Object.values(values).flat()];
  if (texts.some((it) => typeof it === 'string' && it.length > wordLengthMax))
    throw new UsageError(`a word has ${wordLengthMax} characters at the most`);

  const [group, verb] = positionals;
  const command =
    commands.find(({ name }) => name === `${group} ${verb}`) ?? commands.find(({ name }) => name === group);
  const words = positionals.slice(command?.name.split(' ').length ?? 2);
  if (command && !values.help) mustFit(program, command, words, names);
  const entries = Object.entries(values);
  const isCommon = ([name]: [string, unknown]) => Object.hasOwn(common, name);
  return {
    command,
    typed: positionals,
    words,
    values: Object.fromEntries(entries.filter((it) => !isCommon(it))) as AnyValues,
    common: Object.fromEntries(entries.filter(isCommon)) as Values<G>,
  };
}

function mustFit<K extends AnyCommand, G extends Options>(
  { common, foreignOptions, wrongWords }: Program<K, G>,
  command: K,
  words: readonly string[],
  given: readonly string[],
): void {
  const { name, takes, options } = command;
  const foreign = given.find((option) => !Object.hasOwn(options, option) && !Object.hasOwn(common, option));
  if (foreign && foreignOptions === 'refused') throw new UsageError(`${name} takes no --${foreign}`);
  const least = takes.filter((word) => !word.startsWith('[')).length;
  if (words.length < least || words.length > takes.length || words.slice(0, least).includes(''))
    throw new UsageError(wrongWords(command, words));
}
