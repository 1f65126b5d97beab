/** F50 `npm run load`: the local stack under load, and its books compared afterwards. Loopback only. */
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compareBooks, settle } from './books.ts';
import { forge } from './forged.ts';
import { drainDue, killed } from './modes.ts';
import { type Sale, sellAll } from './sales.ts';
import { clientOf, type Server, type ServerOptions, startServer } from './server.ts';

const HELP = `npm run load -- [options]
  --orders-per-second N   sales that begin in a second (default 50)
  --seconds N             for so long (default 300)
  --no-faults             the simulator behaves; else 1 % of its calls go wrong and 5 % of its notifications come twice
  --kills N               kill -9 of the server, N times during the run, engine and simulator with it
  --forged N              so many forged notifications a second beside it
  --due N                 instead: N orders that nobody pays, due at once, and how they are drained
  --engine NAME           dynalite (default, a process of its own), dynamodb-local or a URL
  --cpu-prof DIR          a CPU profile of the server
  --json                  ends with one line of JSON`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'orders-per-second': { type: 'string', default: '50' },
      seconds: { type: 'string', default: '300' },
      'no-faults': { type: 'boolean', default: false },
      kills: { type: 'string', default: '0' },
      forged: { type: 'string', default: '0' },
      due: { type: 'string', default: '0' },
      engine: { type: 'string', default: 'dynalite' },
      'cpu-prof': { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const [perSecond, seconds, kills, forged, due] = (
    ['orders-per-second', 'seconds', 'kills', 'forged', 'due'] as const
  ).map((name) => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} is a whole number\n\n${HELP}`);
    return value;
  }) as [number, number, number, number, number];

  const note = (text: string) => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
  const folder = mkdtempSync(join(tmpdir(), 'tillgate-load-'));
  const options: ServerOptions = {
    engine: values.engine,
    // A free one may be a client's own end of a connection by the time that a killed server wants it again.
    port: kills > 0 ? 20_000 + 2 * randomInt(5_000) : 0,
    cpuProfileDir: values['cpu-prof'],
    ...(kills > 0 && { dataDir: folder }),
  };
  let server = await startServer(options);
  try {
    const since = server.now();
    const count = due > 0 ? due : perSecond * seconds;
    // A simulator that is started again has forgotten them.
    const withFaults = async (started: Server) => {
      if (!values['no-faults'] && due === 0) await started.wallet('faults', { everyNthCall: 100, everyNthTwice: 20 });
      return started;
    };
    await withFaults(server);
    // A process that has just begun compiles and connects for a second or two: that is not what a till meets all day.
    const first = await clientOf(server, 0, 3);
    const warmUp = await sellAll({
      count: 20,
      perSecond: 10,
      prefix: `first${since}`,
      till: () => ({ server, client: first }),
    });
    note(`${count} orders, ${perSecond} a second`);
    const began = performance.now();
    const plan = { count, perSecond, prefix: `load${since}` };
    let sales: Sale[];
    let more: object = {};
    if (kills > 0) {
      const restart = async (port: number) => withFaults(await startServer({ ...options, port }));
      const run = await killed(plan, { server, kills, note, restart });
      ({ server, sales } = run);
      more = { kills: run.kills };
    } else if (due > 0) {
      ({ sales, ...more } = await drainDue(server, plan, note));
    } else {
      const client = await clientOf(server, 0, 3);
      const stop = forged > 0 ? forge(server, forged) : undefined;
      const before = server.cpuMs();
      sales = await sellAll({ ...plan, till: () => ({ server, client }), onStarted: progress(count, note) });
      more = { cpuMsPerOrder: spent(before, server.cpuMs(), count), ...(stop && { forged: await stop() }) };
    }
    const tookSeconds = (performance.now() - began) / 1_000;
    const { count: calls } = (await server.wallet('calls')) as { count: number };
    note(`sold in ${tookSeconds.toFixed(0)} s; settling`);
    await settle(server, note);
    const { differences, ...books } = await compareBooks(server, [...warmUp, ...sales], since);
    for (const difference of differences) note(difference);
    const result = {
      orders: sales.filter(({ orderId }) => orderId !== undefined).length,
      ordersPerSecond: perSecond,
      ...books,
      ...percentiles(sales),
      failed: sales.filter(({ failure }) => failure !== undefined).length,
      // A simulator that was killed has forgotten how often it was called.
      ...(kills === 0 && { channelCallsPerOrder: Math.round((calls / count) * 100) / 100 }),
      ...more,
    };
    for (const { no, failure } of sales.filter((sale) => sale.failure).slice(0, 5)) note(`${no}: ${failure}`);
    if (!values.json) console.log(result);
    else console.log(JSON.stringify(result));
    if (!result.booksEqual) process.exitCode = 1;
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function progress(count: number, note: (text: string) => void): (started: number) => void {
  return (started) => {
    if (started % Math.max(1, Math.floor(count / 10)) === 0) note(`${started} of ${count}`);
  };
}

function spent(before: Record<string, number>, after: Record<string, number>, orders: number) {
  return Object.fromEntries(
    Object.entries(after).map(([who, ms]) => [who, Math.round(((ms - (before[who] ?? 0)) * 10) / orders) / 10]),
  );
}

function percentiles(sales: readonly Sale[]) {
  const times = sales.flatMap(({ createMs }) => createMs ?? []).sort((a, b) => a - b);
  const at = (share: number) => Math.round(times[Math.floor((times.length - 1) * share)] ?? 0);
  return { createP50Ms: at(0.5), createP99Ms: at(0.99), createMaxMs: at(1) };
}

await main();
