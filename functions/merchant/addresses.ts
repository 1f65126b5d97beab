/** Network addresses: ranges of them (CIDR), from which a key may be used, and whose they are taken to be. Pure. */
import { BlockList, isIP } from 'node:net';

/** One range, `203.0.113.0/24` or `2001:db8::/32`; an address alone is a range of one. `undefined`: it is none. */
export function readRange(text: string): string | undefined {
  const [, net = '', length] = /^([0-9A-Fa-f.:]{2,45})(?:\/([0-9]{1,3}))?$/.exec(text) ?? [];
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(net) as 0 | 4 | 6];
  const prefix = length === undefined ? bits : Number(length);
  return bits === -1 || prefix > bits ? undefined : `${net.toLowerCase()}/${prefix}`;
}

/** Whether `address` lies in one of `ranges`. A text that is no address lies in none. */
export function isWithin(ranges: readonly string[], address: string): boolean {
  const plain = plainAddress(address);
  const family = isIP(plain);
  if (family === 0) return false;
  const list = new BlockList();
  for (const range of ranges) {
    const [net = '', prefix] = range.split('/');
    list.addSubnet(net, Number(prefix), isIP(net) === 6 ? 'ipv6' : 'ipv4');
  }
  return list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
}

/** Whose address it is taken to be: an IPv4 address is one household's or shop's, and so are the first 64 bits of an IPv6 one. */
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  if (isIP(plain) !== 6) return plain;
  const [head = '', tail] = plain.toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  const groups = tail === undefined ? before : [...before, ...zeros, ...after];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/** An IPv4 address as sockets of both families tell it, as it is. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=[0-9.]+$)/i, '');
}
