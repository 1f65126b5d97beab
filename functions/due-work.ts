/**
 * The one due loop: reads what is due from each shard, works each item in its own try, and puts an item that failed off, so that
 * others come first next time. What the deadline leaves over is found by the next run. The ground knows no log: a queue is told
 * of each failure.
 */
import { type Deadline, INVOCATION } from './deadlines.ts';
import type { EpochMs } from './time.ts';

export interface DueQueue<T> {
  /** What is due in a shard by `began`, the longest waiting first; of `seen` nothing is needed. */
  read(shard: string, began: EpochMs, seen: ReadonlySet<string>): Promise<readonly T[]>;
  idOf(item: T): string;
  /** Works one item; it takes as long as one invocation at the most. */
  work(item: T): Promise<void>;
  /** Leaves an item that failed alone for a while. */
  putOff(item: T): Promise<void>;
  /** The shard could not be read: the other shards go on. */
  shardFailed(shard: string, error: unknown): void;
  itemFailed(item: T, error: unknown): void;
  putOffFailed(item: T, error: unknown): void;
  /** Waits for its turn before each item. False: there is none before the deadline. */
  turn?(): Promise<boolean>;
}

export interface DueRun {
  readonly now: () => EpochMs;
  readonly shards: readonly string[];
  /** Items of one shard that are worked at the same time: a large one does not keep the others waiting. */
  readonly abreast: number;
  readonly deadline: Deadline;
}

/** Works what is due in all shards, each item once, until nothing is left or the deadline is near. It never throws. */
export async function workDue<T>(queue: DueQueue<T>, run: DueRun): Promise<void> {
  await Promise.all(
    run.shards.map((shard) => workShard(queue, run, shard).catch((error: unknown) => queue.shardFailed(shard, error))),
  );
}

/** An item is begun only if the time of a whole invocation is left. */
function hasTime({ now, deadline }: DueRun): boolean {
  return now() + INVOCATION <= deadline.endsAt;
}

async function workShard<T>(queue: DueQueue<T>, run: DueRun, shard: string): Promise<void> {
  const began = run.now();
  const seen = new Set<string>();
  while (hasTime(run)) {
    const fresh = (await queue.read(shard, began, seen)).filter((item) => !seen.has(queue.idOf(item)));
    if (fresh.length === 0) return;
    for (const item of fresh) seen.add(queue.idOf(item));
    await Promise.all(Array.from({ length: run.abreast }, () => workFrom(queue, run, fresh)));
  }
}

async function workFrom<T>(queue: DueQueue<T>, run: DueRun, waiting: T[]): Promise<void> {
  for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
    if (queue.turn && !(await queue.turn())) return;
    if (!hasTime(run)) return;
    try {
      await queue.work(item);
    } catch (error) {
      queue.itemFailed(item, error);
      await putOff(queue, item);
    }
  }
}

async function putOff<T>(queue: DueQueue<T>, item: T): Promise<void> {
  try {
    await queue.putOff(item);
  } catch (error) {
    queue.putOffFailed(item, error);
  }
}
