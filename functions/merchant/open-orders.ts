/**
 * How many orders of a merchant may be open at once, for those who have this limit. Counted are the orders that were opened within the
 * last three minutes, the usual life of a code: one that is paid sooner is counted as well, so that no payment costs a write. Each
 * instance adds what it has opened to the merchant's count a block at a time, so the count is behind by a block of each.
 */
import { reader } from '../table/stored.ts';
import { type EpochMs, MINUTE, type Millis, SECOND } from '../time.ts';
import type { FunctionState } from './function-state.ts';
import type { Merchant } from './merchant.ts';

const WINDOW: Millis = 3 * MINUTE;
/** Orders that an instance opens before it says so. */
const BLOCK_MAX = 25;
const MERCHANTS_MAX = 2_000;

/** When a merchant whose orders are too many may try again. */
export const OPEN_AGAIN: Millis = 10 * SECOND;

/** Windows are numbered from 1970 on. */
interface Opened {
  readonly window: number;
  readonly count: number;
  /** In the window before this one. */
  readonly before: number;
}

const readOpened = reader<Opened>('directory', 'id', { window: 'integer', count: 'integer', before: 'integer' });

interface Own {
  readonly window: number;
  /** Opened by this instance, and not added yet. */
  pending: number;
  all: Opened | undefined;
}

const instances = new WeakMap<FunctionState, Map<string, Own>>();

/** Counts one more order of `merchant` in. False: it has as many open as it may; then nothing is counted. */
export async function takeOpenOrder(
  functionState: FunctionState,
  { id, limits }: Pick<Merchant, 'id' | 'limits'>,
  now: EpochMs,
): Promise<boolean> {
  const { openOrders } = limits;
  if (openOrders === undefined) return true;
  const name = `${id}.opened`;
  const read = () => functionState.get(name, readOpened);
  const own = await ownOf(functionState, id, now, read);
  // Others may have opened fewer by now than this instance knows of.
  if (own.pending + openAt(own.all, now) >= openOrders) own.all = await read();
  if (own.pending + openAt(own.all, now) >= openOrders) return false;
  own.pending += 1;
  if (own.pending >= Math.min(BLOCK_MAX, Math.ceil(openOrders / 10))) {
    const more = own.pending;
    own.pending = 0;
    own.all = await functionState.change(name, readOpened, (current) => plus(current, own.window, more));
  }
  return true;
}

async function ownOf(
  functionState: FunctionState,
  id: string,
  now: EpochMs,
  read: () => Promise<Opened | undefined>,
): Promise<Own> {
  const all = instances.get(functionState) ?? new Map<string, Own>();
  instances.set(functionState, all);
  const window = windowOf(now);
  const known = all.get(id);
  if (known?.window === window) return known;
  const own: Own = { window, pending: 0, all: await read() };
  if (all.size >= MERCHANTS_MAX) all.clear();
  all.set(id, own);
  return own;
}

const windowOf = (now: EpochMs) => Math.floor(now / WINDOW);

/** Those of the last three minutes, had they come evenly within each window. */
function openAt(opened: Opened | undefined, now: EpochMs): number {
  if (!opened) return 0;
  const left = 1 - (now % WINDOW) / WINDOW;
  const { window, count, before } = opened;
  const age = windowOf(now) - window;
  return age <= 0 ? count + before * left : age === 1 ? count * left : 0;
}

function plus(current: Opened | undefined, window: number, more: number): Opened {
  if (!current || current.window < window - 1) return { window, count: more, before: 0 };
  if (current.window === window - 1) return { window, count: more, before: current.count };
  return { window: current.window, count: current.count + more, before: current.before };
}
