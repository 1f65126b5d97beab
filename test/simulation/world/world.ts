/**
 * Virtual time. One heap of events, keyed by time and then by chance, so that what happens at the same moment happens in
 * any order; one seeded source of chance, so that one seed tells one history to the byte.
 */

export interface Chance {
  /** 0 ≤ x < 1 */
  next(): number;
  /** A whole number from `from` to `to`, both included. */
  int(from: number, to: number): number;
  /** True in `probability` of all cases. */
  hit(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
}

/** Mulberry32: small, fast, and the same everywhere. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    int,
    hit: (probability) => next() < probability,
    pick: (from) => {
      const found = from[int(0, from.length - 1)];
      if (found === undefined) throw new Error('nothing to pick from');
      return found;
    },
  };
}

interface Happening {
  readonly at: number;
  readonly tie: number;
  readonly seq: number;
  readonly run: Run;
}

/** What happens; `quiet` if it can have woken nobody who waits for a promise. */
export type Run = () => unknown;

export class World {
  now: number;
  readonly chance: Chance;
  private readonly told: [at: number, line: string][] = [];
  /** Kept for the whole history: it is what two runs of one seed must agree in. */
  digest = 0;
  happened = 0;
  private readonly heap: Happening[] = [];
  private seq = 0;

  constructor(seed: number, start: number) {
    this.chance = chanceOf(seed);
    this.now = start;
  }

  tell(line: string): void {
    let digest = (this.digest ^ this.now) >>> 0;
    for (let i = 0; i < line.length; i += 1) digest = (Math.imul(digest, 31) + line.charCodeAt(i)) >>> 0;
    this.digest = digest;
    this.told.push([this.now, line]);
    if (this.told.length > 400) this.told.splice(0, 200);
  }

  /** The last things that happened, for whoever reads a history that went wrong. */
  get story(): string[] {
    return this.told.map(([at, line]) => `${new Date(at).toISOString().slice(5, 23)} ${line}`);
  }

  in(ms: number, run: Run): void {
    this.push({ at: this.now + Math.max(0, Math.round(ms)), tie: this.chance.next(), seq: this.seq++, run });
  }

  /** Lets everything happen that falls due up to `until`. Between two events all promises that can settle do. */
  async runUntil(until: number, stop: () => boolean = () => false): Promise<void> {
    let quiet = false;
    for (;;) {
      if (!quiet) await settled();
      const next = this.heap[0];
      if (!next || next.at > until || stop()) break;
      this.pop();
      this.now = next.at;
      this.happened += 1;
      quiet = next.run() === 'quiet';
    }
    if (!stop()) this.now = Math.max(this.now, until);
  }

  get idle(): boolean {
    return this.heap.length === 0;
  }

  private push(it: Happening): void {
    const { heap } = this;
    let i = heap.push(it) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent];
      if (!above || !before(it, above)) break;
      heap[i] = above;
      heap[parent] = it;
      i = parent;
    }
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let i = 0;
    heap[0] = last;
    for (;;) {
      let child = 2 * i + 1;
      const left = heap[child];
      if (!left) return;
      const right = heap[child + 1];
      if (right && before(right, left)) child += 1;
      const least = heap[child];
      if (!least || !before(least, last)) return;
      heap[i] = least;
      heap[child] = last;
      i = child;
    }
  }
}

function before(a: Happening, b: Happening): boolean {
  if (a.at !== b.at) return a.at < b.at;
  return a.tie !== b.tie ? a.tie < b.tie : a.seq < b.seq;
}

/** After all promise callbacks that are ready have run: Node's next tick comes when none of them is left. */
function settled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
