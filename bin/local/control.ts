/** The handles that only a machine for development has: `/__local/…` turns the clock, runs the sweep, shows the metrics. */
import type { MetricName } from '../../functions/telemetry.ts';

export interface LocalClock {
  now(): number;
  /** Never backwards; on disk when it returns. */
  moveTo(at: number): void;
}

/** A simulator of a channel, as far as the clock is concerned. */
interface Deliverer {
  /** When the next notification falls due, epoch ms. */
  nextDue(): number | undefined;
  /** Delivers in order all that falls due up to `until`; `setClock` is told the time of each delivery before it goes out. */
  deliverDue(until: number, setClock: (at: number) => void): Promise<void>;
}

export interface ControlOptions {
  readonly time: LocalClock;
  readonly simulators: readonly Deliverer[];
  readonly sweep: () => Promise<unknown>;
  readonly metrics: ReadonlyMap<MetricName, number>;
}

export interface Control {
  answer(method: string, path: string, body: string): Promise<{ status: number; body: unknown } | undefined>;
  advance(ms: number): Promise<number>;
  sweep(): Promise<unknown>;
  stop(): Promise<void>;
}

const ADVANCE_MS_MAX = 400 * 24 * 3_600_000;

export function startControl({ time, simulators, sweep, metrics }: ControlOptions): Control {
  // One thing at a time: two jumps at once would tell a story that no clock can tell.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const mine = last.then(run, run);
    last = mine.catch(() => {});
    return mine;
  };
  const control: Control = {
    advance: (ms) =>
      inTurn(async () => {
        const target = time.now() + ms;
        await deliverAll(simulators, target, (at) => time.moveTo(at));
        time.moveTo(target);
        await sweep();
        return time.now();
      }),
    sweep: () => inTurn(sweep),
    async answer(method, path, body) {
      switch (`${method} ${path}`) {
        case 'POST /__local/clock': {
          const ms = advanceMs(body);
          if (ms === undefined)
            return { status: 400, body: { error: `{"advanceMs": n} with a whole n from 0 to ${ADVANCE_MS_MAX}` } };
          return { status: 200, body: { now: new Date(await control.advance(ms)).toISOString() } };
        }
        case 'GET /__local/clock':
          return { status: 200, body: { now: new Date(time.now()).toISOString() } };
        case 'POST /__local/schedules/sweep':
          return { status: 200, body: (await control.sweep()) ?? {} };
        case 'GET /__local/metrics':
          return { status: 200, body: Object.fromEntries(metrics) };
        default:
          return undefined;
      }
    },
    stop: () => last.then(() => {}),
  };
  return control;
}

/** In order of time over all simulators. */
async function deliverAll(
  simulators: readonly Deliverer[],
  until: number,
  setClock: (at: number) => void,
): Promise<void> {
  const next = () => {
    const due = simulators.map((simulator) => ({ simulator, at: simulator.nextDue() ?? Number.POSITIVE_INFINITY }));
    return due.reduce((first, it) => (it.at < first.at ? it : first));
  };
  for (let first = next(); first.at <= until; first = next()) await first.simulator.deliverDue(first.at, setClock);
  // What was on its way before has an end now, too.
  for (const simulator of simulators) await simulator.deliverDue(until, setClock);
}

function advanceMs(body: string): number | undefined {
  try {
    const { advanceMs: ms, ...others } = JSON.parse(body);
    return Number.isInteger(ms) && ms >= 0 && ms <= ADVANCE_MS_MAX && Object.keys(others).length === 0 ? ms : undefined;
  } catch {
    return undefined;
  }
}
