/**
 * Time inside Tillgate is a number of milliseconds since 1970 UTC ({@link EpochMs}); the API shows it as RFC 3339 text.
 * `clock` is the only place that asks the machine, or waits; everything else gets `now` as an argument. The local stack and the
 * tests turn this clock.
 */
export type EpochMs = number;

/** A length of time in milliseconds. */
export type Millis = number;

export const SECOND: Millis = 1_000;
export const MINUTE: Millis = 60 * SECOND;
export const HOUR: Millis = 60 * MINUTE;
export const DAY: Millis = 24 * HOUR;

export const clock = {
  now: (): EpochMs => Date.now(),
  /** Since the process began, by the machine's own clock: no test turns it and no operator sets it. */
  elapsed: (): Millis => performance.now(),
  wait: (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** RFC 3339 UTC with milliseconds: `2026-03-01T04:05:06.007Z`. */
export function toInstant(at: EpochMs): string {
  return new Date(at).toISOString();
}

/** The business day (`YYYY-MM-DD`) of an instant in `zone`, an IANA name or an offset such as `+08:37`. */
export function businessDay(at: EpochMs, zone: string): string {
  return dayText(Math.floor((at + offsetAt(at, zone)) / DAY));
}

/** What a clock in `zone` shows at `at`: `2026-03-01T12:05:06.007`. */
export function localTime(at: EpochMs, zone: string): string {
  return new Date(at + offsetAt(at, zone)).toISOString().slice(0, 23);
}

/** The first instant after business day `day` in `zone`, which is when its statement may be thought of. */
export function endOfDay(day: string, zone: string): EpochMs {
  const midnight = Date.parse(`${nextDay(day)}T00:00:00Z`);
  // The offset in force may differ on both sides of a daylight-saving change: a second step settles it.
  const guess = midnight - offsetAt(midnight, zone);
  return midnight - offsetAt(guess, zone);
}

export function nextDay(day: string): string {
  return dayAfter(day, 1);
}

/** Few days are asked for again and again. */
const daysAfter = new Map<string, string>();
const DAYS_KEPT_MAX = 1_000;

/** The day `count` days after `day`; before it, if negative. */
export function dayAfter(day: string, count: number): string {
  const key = `${day}${count}`;
  const known = daysAfter.get(key);
  if (known !== undefined) return known;
  const after = new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY).toISOString().slice(0, 10);
  if (daysAfter.size >= DAYS_KEPT_MAX) daysAfter.clear();
  daysAfter.set(key, after);
  return after;
}

/** Whether `zone` names a zone that this runtime knows: an IANA name or an offset `±hh:mm`. */
export function isZone(zone: string): boolean {
  try {
    formatterOf(zone);
    return true;
  } catch {
    return false;
  }
}

/**
 * Zones whose clocks have stood still since 1992. Loading the machine's tables of zones costs 25 ms of every cold start, and
 * a till waits for it; a test compares both.
 */
export const STEADY: Readonly<Record<string, EpochMs>> = {
  'Asia/Shanghai': 8 * HOUR,
  'Asia/Urumqi': 6 * HOUR,
  'Asia/Hong_Kong': 8 * HOUR,
  'Asia/Macau': 8 * HOUR,
  'Asia/Taipei': 8 * HOUR,
  'Asia/Singapore': 8 * HOUR,
  'Asia/Kuala_Lumpur': 8 * HOUR,
  'Asia/Bangkok': 7 * HOUR,
  'Asia/Tokyo': 9 * HOUR,
  'Asia/Seoul': 9 * HOUR,
  UTC: 0,
};
const STEADY_SINCE: Millis = Date.UTC(1992, 0, 1);

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset', year: 'numeric' });
  formatters.set(zone, made);
  return made;
}

const QUARTER: Millis = 15 * MINUTE;
const OFFSETS_MAX = 10_000;
const ZONES_MAX = 100;
/** By zone, then by quarter of an hour: no zone changes its clocks in the middle of one, and formatting is slow. */
const offsets = new Map<string, Map<number, EpochMs>>();

/** What a clock in `zone` shows minus UTC, at `at`. */
function offsetAt(at: EpochMs, zone: string): EpochMs {
  const quarter = Math.floor(at / QUARTER);
  const known = offsets.get(zone)?.get(quarter);
  if (known !== undefined) return known;
  const offset = formattedOffset(at, zone);
  const ofZone = offsets.get(zone);
  // Zones come from merchants, which are many; so are the quarters of a year.
  if (offsets.size >= ZONES_MAX || (ofZone?.size ?? 0) >= OFFSETS_MAX) offsets.clear();
  offsets.set(zone, (offsets.get(zone) ?? new Map()).set(quarter, offset));
  return offset;
}

/** By the number of the day since 1970. Of a statement's many facts, most are of one day. */
const dayTexts = new Map<number, string>();

function dayText(number: number): string {
  const known = dayTexts.get(number);
  if (known !== undefined) return known;
  const text = new Date(number * DAY).toISOString().slice(0, 10);
  if (dayTexts.size >= OFFSETS_MAX) dayTexts.clear();
  dayTexts.set(number, text);
  return text;
}

function formattedOffset(at: EpochMs, zone: string): EpochMs {
  const steady = at >= STEADY_SINCE && Object.hasOwn(STEADY, zone) ? STEADY[zone] : undefined;
  if (steady !== undefined) return steady;
  const parts = formatterOf(zone).formatToParts(at);
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  const match = /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(name);
  if (!match) throw new RangeError(`no offset in ${name} of zone ${zone}`);
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = match;
  const offset = Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds) * SECOND;
  return sign === '-' ? -offset : offset;
}
