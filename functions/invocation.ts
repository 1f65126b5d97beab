/**
 * The time that is left to the invocation that runs now, for what must end with it and gets no deadline as an argument: calls
 * to the tables. It is the machine's own time: turning the clock neither ends a call nor prolongs it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { clock, type Millis } from './time.ts';

/** When it ends, by `clock.elapsed`. */
const running = new AsyncLocalStorage<Millis>();

/** `handler`, each of whose invocations has so long. */
export function bounded<Asked extends unknown[], Answer>(
  handler: (...asked: Asked) => Answer,
  ms: Millis,
): (...asked: Asked) => Answer {
  return (...asked) => running.run(clock.elapsed() + ms, () => handler(...asked));
}

/** Until the invocation ends, at the least 0; outside of one as long as it takes. */
export function timeLeft(): Millis {
  return Math.max(0, (running.getStore() ?? Number.POSITIVE_INFINITY) - clock.elapsed());
}
