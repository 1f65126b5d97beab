/** Instants as people in the merchant's zone read them. Pure. */
import { localTime } from '../../functions/time.ts';

/** `12:34:56` */
export const timeIn = (zone: string, instant: string): string => dayTimeIn(zone, instant).slice(11);

/** `2026-03-01 12:34:56` */
export const dayTimeIn = (zone: string, instant: string): string =>
  localTime(Date.parse(instant), zone).slice(0, 19).replace('T', ' ');

/** With the day unless it is `day`. */
export function timeBeside(zone: string, instant: string, day?: string): string {
  const shown = dayTimeIn(zone, instant);
  return shown.startsWith(`${day} `) ? shown.slice(11) : shown;
}
