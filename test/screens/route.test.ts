/** The address of a page, from its hash to its parts and back. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayIn, hashOf, routeOf } from '../../web/shared/route.ts';

test('what goes into a hash comes out of it, whatever an id looks like', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ minLength: 1, unit: fc.constantFrom(...'/%#? é中😀a.') }), { maxLength: 4 }),
      (parts) => {
        expect(routeOf(hashOf(parts))).toEqual(parts);
      },
    ),
    { seed: 5 },
  );
});

test.each([
  ['', []],
  ['#', []],
  ['#fee', []],
  ['#/', []],
  ['#/orders', ['orders']],
  ['#/orders//x/', ['orders', 'x']],
  ['#/orders/%E0%A4%A', []],
])('the route of %j', (hash, route) => {
  expect(routeOf(hash)).toEqual(route);
});

test('a hash ends before the first part that is absent', () => {
  expect(hashOf(['orders', undefined, 'ord_1'])).toBe('#/orders');
  expect(hashOf(['orders', '2026-03-01', undefined])).toBe('#/orders/2026-03-01');
});

test.each([
  ['2026-03-01', '2026-03-01'],
  ['2026-13-01', undefined],
  ['2026-3-1', undefined],
  ['today', undefined],
  ['', undefined],
  [undefined, undefined],
])('the day in %j', (part, day) => {
  expect(dayIn(part)).toBe(day);
});
