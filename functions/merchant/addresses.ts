/** Ranges of network addresses (CIDR), from which a key may be used. Pure. */
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
  // An IPv4 address as a socket of both families tells it.
  const plain = address.replace(/^::ffff:(?=[0-9.]+$)/i, '');
  const family = isIP(plain);
  if (family === 0) return false;
  const list = new BlockList();
  for (const range of ranges) {
    const [net = '', prefix] = range.split('/');
    list.addSubnet(net, Number(prefix), isIP(net) === 6 ? 'ipv6' : 'ipv4');
  }
  return list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
}
