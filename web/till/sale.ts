/**
 * The one sale of this till, from the key pad to the receipt. What the cashier wants is kept in the browser before the server
 * hears of it, every request has a number of its own, and whatever is not answered is asked again by that number: so a
 * reload, a power loss or a server that comes back later changes nothing. Knows no screen.
 */

import { ApiProblem, OutcomeUnknown } from '../../functions/client/client.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import { MINUTE, SECOND } from '../../functions/time.ts';
import type { BusyWith } from './problem-text.ts';
import {
  type Ask,
  type Attempt,
  type Intent,
  intentOf,
  isOpen,
  type Parked,
  pauseAfter,
  pauseBefore,
  type SaleOptions,
  type SaleState,
} from './sale-state.ts';

const OPEN = 'open sale';
const PARKED = 'parked';
/** What was asked for so long ago and is not there will never be: no request lives longer. */
const FORGOTTEN = MINUTE;
const IDLE_LOOK = MINUTE;

export type Sale = ReturnType<typeof createSale>;

export function createSale({ client, store, now, hangUp, random, newNo, onChange }: SaleOptions) {
  let state: SaleState = { synced: false, online: true, channels: [], parked: [] };
  let attempt: Attempt | undefined;
  let closeSent = false;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isWorking = false;
  let again = false;
  let stopped = false;

  /** A member that is undefined goes away. */
  function set(change: { readonly [K in keyof SaleState]?: SaleState[K] | undefined }): void {
    const merged = Object.entries({ ...state, ...change }).filter(([, value]) => value !== undefined);
    state = Object.fromEntries(merged) as unknown as SaleState;
    onChange(state);
  }

  async function keep(intent: Intent | undefined): Promise<void> {
    if (intent) await store.put(OPEN, intent);
    else await store.delete(OPEN);
    set({ intent });
  }

  /** The sale has this order. What the cashier has asked for while that was being found out stays. */
  const bind = (intent: Intent, orderId: string) => keep({ ...intent, ...state.intent, orderId });

  /** Does what is next, and then waits for as long as that says. Never twice at the same time. */
  async function work(): Promise<void> {
    clearTimeout(timer);
    again = true;
    if (isWorking) return;
    isWorking = true;
    let pause: number | null = null;
    while (again && !stopped) {
      again = false;
      try {
        pause = await step();
        failures = 0;
        if (!state.online) set({ online: true, retryAt: undefined });
      } catch (fault) {
        pause = afterFault(fault);
      }
    }
    isWorking = false;
    if (pause !== null && !stopped) timer = setTimeout(work, pause);
  }

  /** Nobody answered, or nothing that can be understood: ask what is open before anything else. */
  function afterFault(fault: unknown): number | null {
    if (fault instanceof ApiProblem && fault.status === 401 && fault.code !== 'clock_skew') {
      set({ locked: fault.code });
      return null;
    }
    if (!(fault instanceof OutcomeUnknown)) console.error(fault);
    failures += 1;
    const pause = pauseAfter(failures, random);
    set({ synced: false, online: false, retryAt: now() + pause });
    return pause;
  }

  /** One request or two; answers after how many milliseconds the next one is due, null if none is. */
  async function step(): Promise<number | null> {
    if (!state.synced) await sync();
    const { intent } = state;
    if (!intent) return idle();
    if (intent.orderId === undefined) return intent.ask ? open(intent, intent.ask) : null;
    if (intent.cancel && !closeSent) return close(intent.orderId);
    if (attempt) return collect(intent.orderId, attempt);
    return look(intent.orderId);
  }

  async function look(orderId: string): Promise<number | null> {
    try {
      const query = state.intent?.told ? {} : { live: 'true' as const };
      return await take((await client.call('getOrder', { params: { orderId }, query })).body);
    } catch (fault) {
      // A server that has lost its books, which happens on a developer's machine.
      if (!(fault instanceof ApiProblem) || fault.status !== 404) throw fault;
      await keep(undefined);
      set({ refusal: fault.problem, order: undefined });
      return idle();
    }
  }

  async function idle(): Promise<number> {
    set({ channels: (await client.call('listChannels', {})).body.data });
    return IDLE_LOOK;
  }

  /** What is open, in the words of the server: of the sale that this browser remembers, else of this till's last one. */
  async function sync(): Promise<void> {
    const parked = (await store.get<Parked[]>(PARKED)) ?? [];
    // Before the server is asked: what was begun is not forgotten because no answer comes.
    if (!state.intent) set({ intent: await store.get<Intent>(OPEN) });
    const [{ body: channels }, { body: latest }] = await Promise.all([
      client.call('listChannels', {}),
      client.call('listOrders', { query: { terminal: 'self', limit: '1' } }),
    ]);
    const { intent } = state;
    const [last] = latest.data;
    const isMine = last !== undefined && isOpen(last) && !parked.some(({ orderId }) => orderId === last.orderId);
    if (intent && intent.orderId === undefined) await find(intent);
    else if (!intent && isMine) await keep(intentOf(last));
    set({ synced: true, channels: channels.data, parked });
  }

  /** A sale that was begun: the server has it, or will get it again, or never got it and it is too late for that. */
  async function find(intent: Intent): Promise<void> {
    const { merchantOrderNo } = intent;
    const { body } = await client.call('listOrders', { query: { merchantOrderNo } });
    const [found] = body.data;
    if (found) await bind(intent, found.orderId);
    else if (now() - intent.askedAt >= FORGOTTEN) {
      attempt = undefined;
      await keep(undefined);
      set({ lost: intent.amount });
    }
  }

  async function open(intent: Intent, ask: Ask): Promise<number | null> {
    try {
      const { body } = await client.call('createOrder', { body: ask });
      await bind(intent, body.orderId);
      return await take(body);
    } catch (fault) {
      if (!(fault instanceof ApiProblem) || fault.status === 401) throw fault;
      // The number is taken: by this very sale, whose answer was lost long ago.
      if (fault.status === 409 && fault.problem.executed !== false && typeof fault.problem.orderId === 'string') {
        await bind(intent, fault.problem.orderId);
        return 0;
      }
      attempt = undefined;
      await keep(undefined);
      set({ refusal: fault.problem });
      return idle();
    }
  }

  async function collect(orderId: string, { attempt: n, tillCode }: Attempt): Promise<number | null> {
    try {
      const params = { orderId };
      const { body } =
        tillCode === undefined
          ? await client.call('createQrCode', { params, body: { attempt: n } })
          : await client.call('payWithTillCode', { params, body: { attempt: n, tillCode } });
      attempt = undefined;
      return await take(body);
    } catch (fault) {
      if (!(fault instanceof ApiProblem) || fault.status === 401) throw fault;
      attempt = undefined;
      set({ refusal: fault.problem });
      return 0;
    }
  }

  async function close(orderId: string): Promise<number | null> {
    try {
      const operatorId = state.intent?.ask?.operatorId;
      const by = operatorId === undefined ? {} : { operatorId };
      const { body } = await client.call('closeOrder', { params: { orderId }, body: by });
      closeSent = true;
      return await take(body);
    } catch (fault) {
      // Paid already: the order itself says so better.
      if (!(fault instanceof ApiProblem) || fault.status === 401) throw fault;
      closeSent = true;
      return 0;
    }
  }

  async function take(order: OrderView): Promise<number | null> {
    // A till code that waits to be sent is what this order is for; anything else that was asked is answered by now.
    learn(order);
    const { intent } = state;
    if (order.nextAction === 'hand_over_goods' && intent && !intent.told) await keep({ ...intent, told: true });
    if (attempt || (intent?.cancel && !closeSent)) return 0;
    return pauseBefore(order, random);
  }

  function learn(order: OrderView): void {
    const isOlder = state.order?.orderId === order.orderId && order.version < state.order.version;
    if (!isOlder) set({ order, waitingSince: undefined });
  }

  async function begin(ask: Omit<Ask, 'merchantOrderNo'>, tillCode?: string): Promise<void> {
    if (!state.synced || state.intent) return;
    attempt = tillCode === undefined ? undefined : { attempt: 1, tillCode };
    closeSent = false;
    const whole: Ask = { ...ask, merchantOrderNo: newNo() };
    set({ refusal: undefined, lost: undefined, order: undefined, waitingSince: now() });
    const { amount, merchantOrderNo } = whole;
    await keep({ ask: whole, amount, merchantOrderNo, askedAt: now() });
    await work();
  }

  /** The next attempt of the order that is open, after one that came to nothing. */
  async function next(tillCode?: string): Promise<void> {
    const { order } = state;
    if (order?.nextAction !== 'get_qr_code') return;
    attempt = { attempt: (order.attempt?.n ?? 0) + 1, ...(tillCode !== undefined && { tillCode }) };
    set({ refusal: undefined, waitingSince: now() });
    await work();
  }

  async function end(): Promise<void> {
    attempt = undefined;
    closeSent = false;
    await keep(undefined);
    set({ order: undefined, refusal: undefined, lost: undefined, waitingSince: undefined });
    await work();
  }

  return {
    state: () => state,
    begin,
    next,
    async cancel(): Promise<void> {
      if (!state.intent) return;
      attempt = undefined;
      await keep({ ...state.intent, cancel: true });
      await work();
    },
    /** Asks now, whatever was due when; gives up a request that nobody answers. */
    async check(): Promise<void> {
      const mine = work();
      if (state.waitingSince !== undefined && now() - state.waitingSince > 4 * SECOND) hangUp();
      await mine;
    },
    /** The page has slept or was offline: nothing that it knows counts before the server has spoken. */
    async wake(): Promise<void> {
      set({ synced: false });
      await work();
    },
    /** What else the server said of the order that is open here, such as after a refund. */
    learn(order: OrderView): void {
      if (state.order?.orderId === order.orderId) learn(order);
    },
    /** The next customer, please: only when this sale is over. */
    async done(): Promise<void> {
      if (!state.intent || (state.order && !isOpen(state.order))) await end();
    },
    /** Puts an order aside whose outcome nobody knows yet; the server goes on with it. */
    async park(): Promise<void> {
      const { order } = state;
      if (!order) return;
      const parked = [...state.parked, { orderId: order.orderId, amount: order.amount }];
      await store.put(PARKED, parked);
      set({ parked });
      await end();
    },
    async unpark(orderId: string): Promise<void> {
      const parked = state.parked.filter((it) => it.orderId !== orderId);
      await store.put(PARKED, parked);
      set({ parked });
    },
    /** Takes up the order that the server named instead of opening another. */
    async adopt({ orderId, merchantOrderNo, amount }: BusyWith): Promise<void> {
      if (state.intent) return;
      set({ refusal: undefined });
      await keep({ orderId, merchantOrderNo, amount, askedAt: now() });
      await work();
    },
    stop(): void {
      stopped = true;
      clearTimeout(timer);
      hangUp();
    },
  };
}
