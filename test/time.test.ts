/** Business days are cut by what the clocks of a zone show; the short way for zones that stand still says what ICU says. */
import { expect, test } from 'vitest';
import { businessDay, DAY, localTime, MINUTE, STEADY } from '../functions/time.ts';

test.each(Object.keys(STEADY))('the clocks of %s have stood still since 1992', (zone) => {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  for (let at = Date.UTC(1992, 0, 1); at < Date.UTC(2045, 0, 1); at += 5 * DAY + 61 * MINUTE) {
    const { year, month, day, hour, minute } = Object.fromEntries(
      format.formatToParts(at).map(({ type, value }) => [type, value]),
    );
    expect(localTime(at, zone).slice(0, 16)).toBe(`${year}-${month}-${day}T${hour}:${minute}`);
  }
});

test('before that they are looked up', () => {
  // Summer time in China, until 1991.
  expect(localTime(Date.UTC(1991, 6, 1), 'Asia/Shanghai')).toBe('1991-07-01T09:00:00.000');
  expect(businessDay(Date.UTC(2026, 2, 1, 16), 'Asia/Shanghai')).toBe('2026-03-02');
});
