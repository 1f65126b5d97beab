declare module 'dynalite' {
  import type { Server } from 'node:http';
  export default function dynalite(options: { path?: string; createTableMs?: number }): Server;
}
declare module 'dynalite/db/index.js' {
  /** A LevelDB, as far as it is needed here. */
  interface Level {
    open(): Promise<void>;
    clear(range: { gte: string; lt: string }): Promise<void>;
    close(): Promise<void>;
  }
  const store: { create(options: { path: string }): { db: Level } };
  export default store;
}
