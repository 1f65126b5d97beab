/** One line of the till, from words to the exit code. */
import { parseArgs } from 'node:util';
import { UsageError } from '../cli/exit.ts';
import { charge } from './charge.ts';
import { closeOrder, listChannels, listOrders, payAsCustomer, refund, request, showOrder } from './commands.ts';
import { reaching, type Where, whereOf } from './deployment.ts';
import { enrol, rotate } from './enrol.ts';
import { HELP, OPTIONS } from './help.ts';
import { failureOf } from './outcomes.ts';
import { sell } from './sell.ts';
import { shift } from './shift.ts';
import { statement, totals } from './statement.ts';
import { openTerminal, type Settings, type Terminal, type World } from './terminal.ts';

type Values = ReturnType<typeof parseLine>['values'] & Where;
type Words = readonly string[];

interface Command {
  /** How many words may follow: one too many is perhaps an amount that was cut in two. */
  readonly most: number;
  /** What its key must allow. */
  readonly scope: (words: Words) => string;
  run(till: Terminal, words: Words, values: Values): Promise<number>;
}

const needs = (scope: string) => () => scope;
const write = needs('orders:write');

const COMMANDS: Readonly<Record<string, Command>> = {
  sell: { most: 1, scope: write, run: (till, [amount], values) => sell(till, amount, values) },
  charge: { most: 1, scope: write, run: (till, [amount], values) => charge(till, amount, values) },
  pay: { most: 1, scope: write, run: (till, [order], values) => payAsCustomer(till, order, values) },
  show: { most: 1, scope: write, run: (till, [order]) => showOrder(till, order) },
  orders: { most: 0, scope: write, run: (till, _, { day }) => listOrders(till, day) },
  close: { most: 1, scope: write, run: (till, [order]) => closeOrder(till, order) },
  refund: {
    most: 2,
    scope: needs('refunds:write'),
    run: (till, [order, amount], values) => refund(till, order, amount, values),
  },
  statement: {
    most: 1,
    scope: needs('statements:read'),
    run: (till, [day], values) => statement(till, day, values),
  },
  totals: { most: 0, scope: needs('orders:read'), run: (till, _, { since }) => totals(till, since) },
  shift: {
    most: 2,
    scope: ([what]) => (what === 'close' ? 'orders:write' : 'orders:read'),
    run: (till, words, values) => shift(till, words, values),
  },
  rotate: { most: 0, scope: write, run: (till) => rotate(till) },
  channels: { most: 0, scope: write, run: (till) => listChannels(till) },
  request: {
    most: 3,
    scope: ([, path]) => (path?.startsWith('/v1/statements') ? 'statements:read' : 'orders:write'),
    run: (till, words, { curl }) => request(till, words, curl),
  },
};

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
  const { values, positionals } = parseLine(argv);
  const [name = 'help', ...words] = positionals;
  if (values.help || name === 'help') {
    world.stdout.write(`${HELP}\n`);
    return 0;
  }
  const where = whereOf(values);
  const settings: Settings = {
    credential: where.credential,
    url: where.url,
    ...(values.key !== undefined && { key: values.key }),
    json: values.json,
    lang: values.lang.startsWith('zh') ? 'zh-CN' : 'en',
    looks: { light: values.light, dark: values.dark },
  };
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command && name !== 'enrol') throw new UsageError(`there is no command ${name}`);
  const { most } = command ?? { most: 1 };
  if (words.length > most)
    throw new UsageError(`${name} takes ${most === 0 ? 'no words' : `${most} at the most`}, not ${words.join(' ')}`);
  const reached = reaching(world, where.url);
  // It has no key yet.
  if (!command) return enrol(settings, reached, words[0], values.out);
  return command.run(await openTerminal(settings, reached, command.scope(words)), words, { ...values, ...where });
}

/** @throws UsageError, or what parseArgs throws */
function parseLine(argv: readonly string[]) {
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options: OPTIONS,
    allowPositionals: true,
    tokens: true,
  });
  const given = tokens.flatMap((token) => (token.kind === 'option' && token.value !== undefined ? [token.name] : []));
  // Of two numbers the last would hold, which may not be the one that was meant.
  const twice = given.find((option, i) => given.indexOf(option) !== i);
  if (twice) throw new UsageError(`--${twice} is given twice`);
  if (values.light && values.dark) throw new UsageError('a terminal is --light or --dark, and not both');
  return { values, positionals };
}
