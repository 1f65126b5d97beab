/** The back office's key in this browser: IndexedDB keeps the key itself and not its bytes. */
import { openStore } from '../shared/browser-store.ts';
import type { Held } from './credential.ts';

/** Of this browser; what was asked of a refund is kept beside the key. */
export const store = openStore('tillgate-office');
const KEY = 'key';

export const keep = (held: Held) => store.put(KEY, held);
export const kept = () => store.get<Held>(KEY);
export const forget = () => store.delete(KEY);
