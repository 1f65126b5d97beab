/**
 * The one sale of this till, from the key pad to the receipt. What the cashier wants is kept in the browser before the server
 * hears of it, every request has a number of its own, and the till repeats an unanswered request under that number: so a
 * reload, a power loss or a server that comes back later changes nothing. Knows no screen.
 */
import type { ChannelId } from '../../functions/channel/registry.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import { SECOND } from '../../functions/time.ts';
import type { BusyWith } from './problem-text.ts';
import { type Act, reduce, STARTING } from './sale-reduce.ts';
import { type Answer, nextRequest, send } from './sale-requests.ts';
import type { Ask, Intent, Parked, SaleOptions, SaleState } from './sale-state.ts';

const OPEN = 'open sale';
const PARKED = 'parked';
/** When the cashier asks again, the till gives up a request that is older than this. */
const HANG_UP_AFTER = 4 * SECOND;

export type Sale = ReturnType<typeof createSale>;

export function createSale({ client, store, now, hangUp, random, newNo, onChange }: SaleOptions) {
  let state: SaleState = STARTING;
  /** What is on disk; undefined before it was read. */
  let stored: { intent: Intent | undefined; parked: readonly Parked[] } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isWorking = false;
  let again = false;
  let stopped = false;

  function dispatch(event: Act | Answer): void {
    const next = reduce(state, event, { now: now(), chance: random() });
    if (next === state) return;
    state = next;
    onChange(state);
  }

  async function restore(): Promise<void> {
    const [intent, parked = []] = [await store.get<Intent>(OPEN), await store.get<Parked[]>(PARKED)];
    dispatch({ kind: 'restored', intent, parked });
    stored = { intent: state.intent, parked: state.parked };
  }

  /** Keeps what the state says: before the server is asked for anything that follows from it. */
  async function keep(): Promise<void> {
    // A till that is locked keeps its sale, for when it is let in again.
    if (!stored || state.phase === 'locked') return;
    const { intent, parked } = state;
    if (parked !== stored.parked) await store.put(PARKED, parked);
    if (intent !== stored.intent) await (intent ? store.put(OPEN, intent) : store.delete(OPEN));
    stored = { intent, parked };
  }

  async function step(): Promise<void> {
    try {
      if (!stored) await restore();
      await keep();
      const request = nextRequest(state);
      if (!request) return;
      dispatch(await send(client, request));
      await keep();
    } catch (fault) {
      // Of the browser's store.
      console.error(fault);
      dispatch({ kind: 'silence' });
    }
  }

  /** Does what is next, and then waits for as long as the state says. Never twice at the same time. */
  async function work(): Promise<void> {
    clearTimeout(timer);
    again = true;
    if (isWorking) return;
    isWorking = true;
    while (again && !stopped) {
      again = false;
      await step();
      if (state.pauseMs === 0) again = true;
    }
    isWorking = false;
    if (state.pauseMs !== null && !stopped) timer = setTimeout(work, state.pauseMs);
  }

  async function act(event: Act): Promise<void> {
    const before = state;
    dispatch(event);
    if (state === before) return;
    // At once, also while a request is under way. What cannot be kept is tried again before anything is asked.
    await keep().catch(() => {});
    await work();
  }

  return {
    state: () => state,
    begin: (ask: Omit<Ask, 'merchantOrderNo'>, tillCode?: string) =>
      state.synced && state.phase === 'ready'
        ? act({ kind: 'begin', ask: { ...ask, merchantOrderNo: newNo() }, tillCode })
        : Promise.resolve(),
    /** The next attempt of the order that is open, after one that came to nothing. */
    next: (tillCode?: string) => act({ kind: 'next', tillCode }),
    cancel: () => act({ kind: 'cancel' }),
    /** Takes the sale by another channel, as a new order in place of the one that is open. */
    switchTo: (channel: ChannelId) => act({ kind: 'switch', channel, merchantOrderNo: newNo() }),
    /** Asks at once, before the next question is due; gives up a request without an answer. */
    async check(): Promise<void> {
      const mine = work();
      if (state.waitingSince !== undefined && now() - state.waitingSince > HANG_UP_AFTER) hangUp();
      await mine;
    },
    /** The page has slept or was offline: nothing that it knows counts before the server has spoken. */
    wake: () => act({ kind: 'wake' }),
    /** What else the server said of the order that is open here, such as after a refund. */
    learn: (order: OrderView) => dispatch({ kind: 'heard', order }),
    /** The next customer, please: only when this sale is over. */
    done: () => act({ kind: 'done' }),
    /** Puts an order aside whose outcome is not known yet; the server goes on with it. */
    park: () => act({ kind: 'park' }),
    async unpark(orderId: string): Promise<void> {
      dispatch({ kind: 'unpark', orderId });
      await keep();
    },
    /** Takes up the order that the server named instead of opening another. */
    adopt: (order: BusyWith) => act({ kind: 'adopt', order }),
    stop(): void {
      stopped = true;
      clearTimeout(timer);
      hangUp();
    },
  };
}
