/** The judge's own calendar: days and times of day as a clock on the merchant's wall shows them. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const QUARTER = HOUR / 4;

const clocks = new Map<string, Intl.DateTimeFormat>();
/** By zone and quarter of an hour, in which no clock on earth is turned: what the clock is ahead of UTC, in ms. */
const aheads = new Map<string, number>();

/** What a clock in `zone` is ahead of UTC at `at`, in ms. */
function aheadOf(zone: string, at: number): number {
  const begin = Math.floor(at / QUARTER) * QUARTER;
  const key = `${zone} ${begin}`;
  const known = aheads.get(key);
  if (known !== undefined) return known;
  const clock =
    clocks.get(zone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  clocks.set(zone, clock);
  // Swedes write `2026-03-07 12:00:00`.
  const ahead = Date.parse(`${clock.format(begin).replace(' ', 'T')}Z`) - begin;
  aheads.set(key, ahead);
  return ahead;
}

/** `2026-03-07 12:00:00`, by the clock in `zone`. */
export function wallTime(zone: string, at: number): string {
  return instant(at + aheadOf(zone, at))
    .slice(0, 19)
    .replace('T', ' ');
}

/** The day (`YYYY-MM-DD`) in `zone`. */
export function dayIn(zone: string, at: number): string {
  return wallTime(zone, at).slice(0, 10);
}

/** By day and count: a history asks for the same few again and again. */
const later = new Map<string, string>();

/** The day `count` days later. */
export function dayAfter(day: string, count: number): string {
  const key = `${day} ${count}`;
  const known = later.get(key);
  if (known !== undefined) return known;
  if (later.size > 10_000) later.clear();
  const after = instant(Date.parse(`${day}T12:00:00Z`) + count * DAY).slice(0, 10);
  later.set(key, after);
  return after;
}

/** By zone and day. */
const ends = new Map<string, number>();

/** The first instant at which a clock in `zone` shows a later day than `day`. */
export function endOf(zone: string, day: string): number {
  const key = `${zone} ${day}`;
  const known = ends.get(key);
  if (known !== undefined) return known;
  let at = Date.parse(`${day}T00:00:00Z`);
  while (dayIn(zone, at) <= day) at += HOUR;
  while (dayIn(zone, at - QUARTER) > day) at -= QUARTER;
  if (ends.size > 10_000) ends.clear();
  ends.set(key, at);
  return at;
}

const texts = new Map<number, string>();

/** `2026-03-07T04:00:00.000Z`: how every document writes an instant. */
export function instant(at: number): string {
  const known = texts.get(at);
  if (known !== undefined) return known;
  if (texts.size > 10_000) texts.clear();
  const text = new Date(at).toISOString();
  texts.set(at, text);
  return text;
}
