/** Ids and numbers: what an order, its attempts and its refunds are called here and at the channel. Pure. */
import { hash } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** By the alphabet of RFC 4648, lower case, without padding; bits that fill no character are left out. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(held >> (bits - 5)) & 31];
    held &= 31;
  }
  return text;
}

/** The identity of a sale: the merchant's own number, for ever. `ord_` and 130 bits of base32. */
export function orderIdOf(merchantId: string, merchantOrderNo: string): string {
  return `ord_${base32(hash('sha256', `${merchantId}\n${merchantOrderNo}`, 'buffer')).slice(0, 26)}`;
}

/** What the channel knows us by: an order's id, and which of its attempts. */
export const ATTEMPT_NO = /^(ord_[a-z2-7]{26})_([1-9][0-9]?)$/;

/** The same of a refund: an order's id, and which of its refunds. */
export const REFUND_NO = /^(ord_[a-z2-7]{26})_r([1-9][0-9]{0,5})$/;
