/** A table as one invocation sees it: every request goes over a network that throttles, and loses answers. */
import type { Invocation, Io } from './io.ts';
import type { Item } from './port.ts';
import type { Table } from './product.ts';
import type { Store } from './table.ts';

/** A throttled or failed request to a table; the SDK has given up on it. */
class Throttled extends Error {}

export function tableOf(io: Io, invocation: Invocation, store: Store): Table {
  const send = <T>(effect: () => T): Promise<T> =>
    io.send(
      invocation,
      () => {
        if (io.strikes('throttle')) throw new Throttled('throttled');
        return effect();
      },
      io.world.chance.int(1, 15),
    );
  const write = (item: Item, seen: number | undefined) =>
    send(() => {
      const key = String(item[store.shape.key]);
      const applied = store.write(item, seen, invocation);
      if (applied && key.startsWith('ord_'))
        io.world.tell(`${invocation.what} writes ${key.slice(0, 10)} v${item.version}`);
      // Written, but the answer is lost: the SDK's own second try fails its condition.
      if (applied && io.strikes('ambiguousWrite')) return false;
      return applied;
    });
  return {
    get: (key) => send(() => store.get(key)),
    getMany: (keys) => send(() => keys.map((key) => store.get(key)).filter((item) => item !== undefined)),
    create: (item) => write(item, undefined),
    replace: (item, seen) => write(item, seen),
    query: async (query) => {
      // Most of the sweep's shards are empty most of the time: nothing can go wrong there that does not elsewhere.
      const page = store.query(query);
      return page.keys.length === 0 ? page : send(() => store.query(query));
    },
  };
}
