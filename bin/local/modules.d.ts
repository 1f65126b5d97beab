declare module 'dynalite' {
  import type { Server } from 'node:http';
  export default function dynalite(options: { path?: string; createTableMs?: number }): Server;
}
declare module 'dynalite/db/index.js' {
  /** A table as it was made, or an item. */
  interface Value {
    readonly TableName: string;
    readonly GlobalSecondaryIndexes?: readonly object[];
  }
  export interface Entry {
    readonly index: string;
    readonly key: string;
    readonly item: object;
  }
  interface Range {
    readonly gte: string;
    readonly lt: string;
  }
  /** A LevelDB, as far as it is needed here. */
  interface Level {
    open(): Promise<void>;
    clear(range: Range): Promise<void>;
    values(range: Range): AsyncIterable<Value>;
    batch(operations: readonly object[]): Promise<void>;
    close(): Promise<void>;
  }
  const store: {
    create(options: { path: string }): { db: Level };
    getIndexActions(
      indexes: readonly object[],
      before: undefined,
      item: Value,
      table: Value,
    ): { puts: readonly Entry[] };
  };
  export default store;
}
