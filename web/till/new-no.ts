/** The number of a sale, which the till makes. Pure. */
import { businessDay, DAY, type EpochMs } from '../../functions/time.ts';

/**
 * `YYYYMMDD-<terminal>-<hundredths of the day>-<chance>`: never the same again, however the clock is turned. `chance`: four random
 * bytes.
 */
export function newNo(terminalId: string, now: EpochMs, zone: string, chance: Uint8Array): string {
  const day = businessDay(now, zone).replaceAll('-', '');
  const end = [...chance].map((byte) => (byte % 32).toString(32)).join('');
  return `${day}-${terminalId.replace(/^\w+_/, '').slice(0, 6)}-${Math.floor((now % DAY) / 10)}-${end}`;
}
