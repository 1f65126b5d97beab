/** F43, F48: load with a server that is killed, and ten thousand orders that are due at once. */
import { type Plan, type Sale, sellAll } from './sales.ts';
import { clientOf, type Server } from './server.ts';

type Ask = Pick<Plan, 'count' | 'perSecond' | 'prefix'>;
type Note = (text: string) => void;

interface Killing {
  readonly server: Server;
  readonly kills: number;
  readonly note: Note;
  restart(port: number): Promise<Server>;
}

/** Kills the server evenly over the run, and starts it again on its folder. The tills repeat what was not answered. */
export async function killed(plan: Ask, killing: Killing): Promise<{ server: Server; sales: Sale[]; kills: number }> {
  let server = killing.server;
  const port = Number(new URL(server.api).port);
  const client = await clientOf(server, 0, 12);
  let done = 0;
  let restarting: Promise<void> | undefined;
  const restart = async () => {
    await server.kill();
    server = await killing.restart(port);
    done += 1;
    killing.note(`killed ${done} times`);
    restarting = undefined;
  };
  const every = plan.count / (killing.kills + 1);
  const onStarted = (started: number) => {
    if (restarting === undefined && done < killing.kills && started >= (done + 1) * every) restarting = restart();
  };
  const sales = await sellAll({ ...plan, till: () => ({ server, client }), onStarted });
  // A restart may take longer than the orders between two kills: the rest of the kills come with nothing but polls.
  while (done < killing.kills) await (restarting ?? restart());
  return { server, sales, kills: done };
}

/** Opens orders that nobody pays, lets all of their codes end at once, and sweeps until nothing is due. */
export async function drainDue(server: Server, plan: Ask, note: Note) {
  const client = await clientOf(server, 0, 3);
  const callsBefore = await callsOf(server);
  const began = performance.now();
  const sales = await sellAll({ ...plan, till: () => ({ server, client }), onlyOpen: true });
  const normal = ((await callsOf(server)) - callsBefore) / ((performance.now() - began) / 1_000);
  note(`opened, ${normal.toFixed(1)} calls to the channel a second; now all are due`);

  let most = 0;
  let last = await callsOf(server);
  const first = last;
  let lastAt = performance.now();
  const watch = setInterval(async () => {
    const calls = await callsOf(server);
    const now = performance.now();
    most = Math.max(most, ((calls - last) * 1_000) / (now - lastAt));
    last = calls;
    lastAt = now;
  }, 1_000);
  const drainBegan = performance.now();
  let sweeps = 0;
  // The jump sweeps once; in life the next sweep begins when a minute is over, and here when the one before has ended.
  await server.advance(240_000);
  for (let left = Number.POSITIVE_INFINITY; left > 0; sweeps += 1) {
    left = Number((await server.control('schedules/sweep')).orders);
    note(`a sweep visited ${left}`);
  }
  clearInterval(watch);
  const drainSeconds = (performance.now() - drainBegan) / 1_000;
  const calls = (await callsOf(server)) - first;
  return {
    sales,
    drainSeconds: Math.round(drainSeconds),
    sweeps,
    normalCallsPerSecond: Math.round(normal),
    drainCallsPerSecond: Math.round(calls / drainSeconds),
    mostCallsInASecond: Math.round(most),
  };
}

async function callsOf(server: Server): Promise<number> {
  return Number((await server.wallet('calls')).count);
}
