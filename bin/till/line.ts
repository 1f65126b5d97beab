/** How a line of the till is read: its commands, with their words and options. */
import { type Line as AnyLine, type Command, commandOf, type Options, readLine } from '../cli/command.ts';
import { UsageError } from '../cli/exit.ts';
import { charge } from './charge.ts';
import { closeOrder, listChannels, listOrders, payAsCustomer, refund, request, showOrder } from './commands.ts';
import { enrol, rotate } from './enrol.ts';
import { sell } from './sell.ts';
import { shift } from './shift.ts';
import { statement, totals } from './statement.ts';
import type { Settings, Terminal, World } from './terminal.ts';

/** What a command of the till works with. */
export interface CommandContext {
  readonly settings: Settings;
  readonly world: World;
  /** The terminal by a key that allows `scope`. @throws UsageError without one */
  open(scope: string): Promise<Terminal>;
}

const command = commandOf<CommandContext, number>();

const SALE = {
  subject: ['TEXT'],
  no: ['NUMBER'],
  reference: ['TEXT'],
  expires: ['SECONDS'],
  channel: ['NAME'],
  replaces: ['ORDER'],
} as const satisfies Options;

export const commands: readonly Command<CommandContext, number>[] = [
  command({
    name: 'sell',
    takes: ['[AMOUNT]'],
    options: SALE,
    run: async (it, [amount], values) => sell(await it.open('orders:write'), amount, values),
  }),
  command({
    name: 'charge',
    takes: ['[AMOUNT]'],
    options: { ...SALE, code: ['DIGITS'] },
    run: async (it, [amount], values) => charge(await it.open('orders:write'), amount, values),
  }),
  command({
    name: 'pay',
    takes: ['[ORDER]'],
    options: { 'shop-discount': ['AMOUNT'] },
    run: async (it, [order], values) => payAsCustomer(await it.open('orders:write'), order, values),
  }),
  command({
    name: 'show',
    takes: ['[ORDER]'],
    options: {},
    run: async (it, [order]) => showOrder(await it.open('orders:write'), order),
  }),
  command({
    name: 'orders',
    takes: [],
    options: { day: ['DAY'] },
    run: async (it, _, { day }) => listOrders(await it.open('orders:write'), day),
  }),
  command({
    name: 'close',
    takes: ['[ORDER]'],
    options: {},
    run: async (it, [order]) => closeOrder(await it.open('orders:write'), order),
  }),
  command({
    name: 'refund',
    takes: ['[ORDER]', '[AMOUNT]'],
    options: { no: ['NUMBER'], reason: ['TEXT'] },
    run: async (it, [order, amount], values) => refund(await it.open('refunds:write'), order, amount, values),
  }),
  command({
    name: 'statement',
    takes: ['[DAY]'],
    options: { csv: ['FILE'], zip: ['FILE'], html: ['FILE'], excel: [''], name: ['MERCHANT'] },
    run: async (it, [day], values) => statement(await it.open('statements:read'), day, values),
  }),
  command({
    name: 'totals',
    takes: [],
    options: { since: ['TIME'] },
    run: async (it, _, { since }) => totals(await it.open('orders:read'), since),
  }),
  command({
    name: 'shift',
    takes: ['[close|list|show]', '[NUMBER]'],
    options: { no: ['NUMBER'], operator: ['NAME'], terminal: ['TERMINAL'] },
    run: async (it, [what, shiftNo], values) =>
      shift(await it.open(what === 'close' ? 'orders:write' : 'orders:read'), [what, shiftNo], values),
  }),
  command({
    name: 'enrol',
    takes: ['[CODE]'],
    options: { out: ['FILE'] },
    run: ({ settings, world }, [code], { out }) => enrol(settings, world, code, out),
  }),
  command({
    name: 'rotate',
    takes: [],
    options: { now: [''] },
    run: async (it, _, { now }) => rotate(await it.open('orders:read'), now),
  }),
  command({
    name: 'channels',
    takes: [],
    options: {},
    run: async (it) => listChannels(await it.open('orders:write')),
  }),
  command({
    name: 'request',
    takes: ['[METHOD]', '[PATH]', '[JSON]'],
    options: { curl: [''] },
    run: async (it, [method, path, body], { curl }) => {
      const scope = path?.startsWith('/v1/statements') ? 'statements:read' : 'orders:write';
      return request(await it.open(scope), [method, path, body], curl);
    },
  }),
];

export const COMMON = {
  url: ['URL'],
  simulator: ['URL'],
  'local-stack': ['FILE'],
  credential: ['FILE'],
  key: ['KEYID'],
  lang: ['zh|en'],
  light: [''],
  dark: [''],
  json: [''],
  help: [''],
} as const satisfies Options;

type Line = AnyLine<Command<CommandContext, number>, typeof COMMON>;

/** @throws UsageError, or what parseArgs throws */
export function parseLine(argv: readonly string[]): Line {
  const line = readLine(
    {
      commands,
      common: COMMON,
      foreignOptions: 'ignored',
      // One word too many is perhaps an amount that was cut in two.
      wrongWords: ({ name, takes }, words) =>
        `${name} takes ${takes.length === 0 ? 'no words' : `${takes.length} at the most`}, not ${words.join(' ')}`,
    },
    argv,
  );
  if (line.common.light && line.common.dark) throw new UsageError('a terminal is --light or --dark, and not both');
  return line;
}
