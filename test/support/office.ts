/** The operator's command line in this process, on tables of its own. */
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { ChannelAccess } from '../../bin/admin/channel-check.ts';
import { admin } from '../../bin/admin/command-line.ts';
import type { Deployment } from '../../bin/admin/directory-store.ts';
import type { Merchant } from '../../functions/merchant/merchant.ts';
import { Orders } from '../../functions/order/orders.ts';
import { Reconciliations } from '../../functions/reconciliation/reconciliations.ts';
import { Statements } from '../../functions/statement/statements.ts';
import { DIRECTORY, ORDERS, STATEMENTS, type Table } from '../../functions/table/table.ts';
import type { TestEngine } from './engine.ts';
import { NOON } from './orders.ts';

export interface Office {
  readonly deployment: Deployment;
  /** Turns the operator's clock. */
  pass(ms: number): void;
  run(line: string, typed?: string): Promise<{ code: number; out: string; err: string }>;
  /** The same with `--yes --json`: what it tells. Fails unless it is done. */
  tell(line: string): Promise<Record<string, unknown>>;
  /** Everything in both tables. */
  dump(): Promise<string[]>;
}

export const APP = '2021000000000001';
export const SELLER = '2088000000000001';

/** The commands that have told their JSON in this file of tests. */
export const toldCommands = new Set<string>();

export const wordsOf = (line: string) =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

/**
 * Runs a line in this process, split at spaces outside of quotes. `typed` is what a person at the terminal answers;
 * without it nobody is there.
 */
export async function runLine(
  line: string,
  { typed, open }: { typed?: string | undefined; open?: () => Promise<Deployment> } = {},
): Promise<{ code: number; out: string; err: string }> {
  const streams = {
    stdin: Object.assign(new PassThrough(), { isTTY: typed !== undefined }),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
  };
  streams.stdin.end(typed ?? '');
  const told = Promise.all([text(streams.stdout), text(streams.stderr)]);
  let code: number;
  try {
    code = await admin(wordsOf(line), streams, open);
  } finally {
    streams.stdout.end();
    streams.stderr.end();
  }
  const [out, err] = await told;
  return { code, out, err };
}

/** `mortal` wraps each table, so that a test may kill a command at its writes. `channel`: whom a check asks, and by which keys. */
export async function openOffice(
  engine: TestEngine,
  mortal = (table: Table) => table,
  channel?: ChannelAccess,
): Promise<Office> {
  let now = NOON;
  const directory = await engine.newTable(DIRECTORY);
  const statements = await engine.newTable(STATEMENTS);
  const deployment: Deployment = {
    name: 'the test',
    directory: mortal(directory.table),
    statements: new Statements(mortal(statements.table)),
    reconciliations: new Reconciliations(mortal(statements.table)),
    orders: new Orders((await engine.newTable(ORDERS)).table),
    now: () => now,
    callers: { alipay: APP },
    ...(channel && { channel }),
    close: () => {},
  };
  const office: Office = {
    deployment,
    pass: (ms) => {
      now += ms;
    },
    run: (line, typed) => runLine(line, { typed, open: async () => deployment }),
    async tell(line) {
      const { code, out, err } = await office.run(`${line} --yes --json`);
      if (code !== 0) throw new Error(`${line}: ${err}`);
      const [group = '', verb] = wordsOf(line);
      toldCommands.add(group === 'reconcile' ? group : `${group} ${verb}`);
      return JSON.parse(out);
    },
    async dump() {
      const lines: string[] = [];
      for (const TableName of [directory.name, statements.name]) {
        const { Items = [] } = await engine.client.send(new ScanCommand({ TableName }));
        lines.push(...Items.map((item) => JSON.stringify(Object.entries(item).sort())));
      }
      return lines.sort();
    },
  };
  return office;
}

/** A merchant called Tea that can sell. Answers its id. */
export async function openTea(office: Office): Promise<string> {
  const { merchant } = await office.tell(`merchant create Tea --acquirer Alipay --seller-id ${SELLER}`);
  await office.tell('agreement add Tea --rate 0.6% --valid-from today --fee-on-refund returned');
  return (merchant as { merchantId: string }).merchantId;
}

/** The merchant as changed; fails if it was refused. */
export function must(outcome: Merchant | string): Merchant {
  if (typeof outcome === 'string') throw new Error(outcome);
  return outcome;
}
