/** X.509 certificates, written in DER by hand: Node reads certificates and writes none. */
import { type KeyObject, sign } from 'node:crypto';

export type Part = readonly [name: keyof typeof NAMES, value: string];

export interface Wanted {
  /** In the order in which the certificate has them. */
  readonly issuer?: readonly Part[];
  readonly subject?: readonly Part[];
  readonly serial: bigint;
  /** Whose certificate it is. */
  readonly publicKey: KeyObject;
  /** Who signs it: RSA or P-256. */
  readonly signedBy: KeyObject;
  readonly digest?: 'sha1' | 'sha256';
  /** Epoch ms. */
  readonly endsAt?: number;
}

export const ISSUER: readonly Part[] = [
  ['C', 'CN'],
  ['O', 'Ant Financial'],
  ['OU', 'Certification Authority'],
  ['CN', 'Ant Financial Certification Authority Class 2 R1'],
];

const MERCHANT: readonly Part[] = [
  ['C', 'CN'],
  ['CN', '2088000000000001'],
];

/** A certificate in PEM; what is not said is as in Alipay's own ones. */
export function writeCertificate({
  issuer = ISSUER,
  subject = MERCHANT,
  serial,
  publicKey,
  signedBy,
  digest = 'sha256',
  endsAt = Date.parse('2030-01-01T00:00:00Z'),
}: Wanted): string {
  const algorithm = algorithmOf(signedBy, digest);
  const toBeSigned = der(
    0x30,
    der(0xa0, integer(2n)),
    integer(serial),
    algorithm,
    nameOf(issuer),
    der(0x30, time(Date.parse('2020-01-01T00:00:00Z')), time(endsAt)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign(digest, toBeSigned, signedBy);
  const bytes = der(0x30, toBeSigned, algorithm, der(0x03, Buffer.concat([Buffer.of(0), signature])));
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

const NAMES = { C: '2.5.4.6', O: '2.5.4.10', OU: '2.5.4.11', CN: '2.5.4.3', emailAddress: '1.2.840.113549.1.9.1' };

function nameOf(parts: readonly Part[]): Buffer {
  return der(
    0x30,
    ...parts.map(([name, value]) => der(0x31, der(0x30, oid(NAMES[name]), der(0x0c, Buffer.from(value))))),
  );
}

function algorithmOf(key: KeyObject, digest: 'sha1' | 'sha256'): Buffer {
  if (key.asymmetricKeyType === 'ec') return der(0x30, oid('1.2.840.10045.4.3.2'));
  return der(0x30, oid(`1.2.840.113549.1.1.${digest === 'sha1' ? 5 : 11}`), der(0x05));
}

function time(at: number): Buffer {
  const text = `${new Date(at).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
  return text.startsWith('20') && at < Date.parse('2050-01-01')
    ? der(0x17, Buffer.from(text.slice(2)))
    : der(0x18, Buffer.from(text));
}

function integer(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  // A first bit that is set would say that the number is negative.
  return der(0x02, (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]));
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = rest.flatMap((arc) => {
    const sevens = [arc & 0x7f];
    for (let more = arc >> 7; more > 0; more >>= 7) sevens.unshift((more & 0x7f) | 0x80);
    return sevens;
  });
  return der(0x06, Buffer.of(first * 40 + second, ...bytes));
}

function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  const hex = length.toString(16);
  const size = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 + size.length), size, content]);
}
