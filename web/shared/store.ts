/** What outlives a page, by name; in a browser it is an IndexedDB (browser-store.ts). */
export interface Store {
  get<T>(name: string): Promise<T | undefined>;
  /** On disk when it returns, as far as a browser promises that. */
  put(name: string, value: unknown): Promise<void>;
  delete(name: string): Promise<void>;
}
