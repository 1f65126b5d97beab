/** security M3: ranges of network addresses, as an operator writes them and as the gateway tells addresses. */
import { expect, test } from 'vitest';
import { isWithin, networkOf, readRange } from '../../functions/merchant/addresses.ts';

test.each([
  ['203.0.113.0/24', '203.0.113.0/24'],
  ['203.0.113.7', '203.0.113.7/32'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['2001:DB8::/32', '2001:db8::/32'],
  ['::1', '::1/128'],
])('%s is read as the range %s', (text, range) => {
  expect(readRange(text)).toBe(range);
});

test.each([
  '',
  '10.0.0.0/33',
  '10.0.0/8',
  '10.0.0.0/',
  '10.0.0.0/-1',
  '::/129',
  'host/8',
  '10.0.0.0/8 ',
  '1.2.3.4/8/8',
])('"%s" is refused as a range', (text) => {
  expect(readRange(text)).toBeUndefined();
});

test.each([
  ['203.0.113.255', true],
  ['203.0.114.0', false],
  ['::ffff:203.0.113.9', true],
  ['::ffff:203.0.112.9', false],
  ['2001:db8:1::1', true],
  ['2001:db9::1', false],
  ['', false],
  ['unknown', false],
  ['203.0.113.9, 203.0.113.9', false],
])('the address "%s" lies within the ranges: %s', (address, is) => {
  expect(isWithin(['203.0.113.0/24', '2001:db8::/32'], address)).toBe(is);
});

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:0DB8:0001:0002::6', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['', ''],
])('security minor 8 the address "%s" is of the network "%s"', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
