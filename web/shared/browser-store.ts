/** Values kept in this browser over reloads and power losses: a key stays a key there, and cannot be exported. */
import type { Store } from './store.ts';

const STORE = 'values';

export function openStore(database: string): Store {
  let opened: Promise<IDBDatabase> | undefined;
  const open = () => {
    opened ??= new Promise((resolve, reject) => {
      const opening = indexedDB.open(database, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        // A browser may close it, for instance when site data is cleared; the next use opens it again.
        opening.result.onclose = () => {
          opened = undefined;
        };
        resolve(opening.result);
      };
    });
    return opened;
  };
  const run = async <T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const database = await open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode, { durability: 'strict' });
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
      transaction.onerror = () => reject(transaction.error);
    });
  };
  return {
    get: (name) => run('readonly', (store) => store.get(name)),
    put: async (name, value) => {
      await run('readwrite', (store) => store.put(value, name));
    },
    delete: async (name) => {
      await run('readwrite', (store) => store.delete(name));
    },
  };
}
