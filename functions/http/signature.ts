/**
 * The caller of a request, proved by RFC 9421 HTTP Message Signatures. This side verifies; sign.ts is the other one, and
 * its profile (label, components, tag) is shared by both. Everything is decided here and not by the library's policy: it
 * adds its clock skew to the age it allows.
 */
import { createHash, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import { isSignatureError, type UntrustedSignatureCandidate, verifySignature } from 'http-message-sig';
import { COMPONENTS, type Purpose, REQUEST } from '../contract/signing.ts';
import type { Algorithm } from '../merchant/key.ts';
import { type EpochMs, type Millis, SECOND, toInstant } from '../time.ts';

export interface VerificationKey {
  readonly keyid: string;
  readonly alg: Algorithm;
  readonly publicKey: KeyObject;
  /** Revoked, or over by its own end. */
  readonly revoked: boolean;
}

/** A request as it arrived. `path` and `query` are as sent; `query` is without its question mark. */
export interface ReceivedRequest {
  readonly method: string;
  readonly authority: string;
  readonly path: string;
  readonly query: string;
  /** Lower-case names; several values of one name joined by a comma. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** `undefined`: no body. */
  readonly body: Uint8Array | undefined;
  /** Where the connection comes from, as the gateway saw it. */
  readonly address?: string;
}

export type Verification<K> =
  | { readonly kind: 'verified'; readonly key: K; readonly created: EpochMs }
  | {
      readonly kind: 'refused';
      readonly code: 'signature_missing' | 'signature_invalid' | 'clock_skew' | 'key_unknown' | 'key_revoked';
      readonly detail: string;
      /** RFC 3339; told only to the holder of the key. */
      readonly serverTime?: string;
      /** The text that was verified, where the signature is of another one. It holds nothing but what the caller sent. */
      readonly signatureBase?: string;
    };

export const AGE_MAX: Millis = 300 * SECOND;
export const AHEAD_MAX: Millis = 60 * SECOND;

/** Larger than any difference of clocks: the library's own age rules never apply. */
const NEVER = 1e12;

export async function verifyRequest<K extends VerificationKey>(
  request: ReceivedRequest,
  by: {
    now: EpochMs;
    authorities: ReadonlySet<string>;
    findKey(keyid: string): Promise<K | undefined>;
    /** What the signature must be for. */
    purpose?: Purpose;
    /** A second signature may stand beside it, which is verified by a call of its own. */
    isOneOfTwo?: boolean;
  },
): Promise<Verification<K>> {
  const purpose = by.purpose ?? REQUEST;
  const { signature, 'signature-input': input } = request.headers;
  if (signature === undefined || input === undefined)
    return refused('signature_missing', 'Sign the request: RFC 9421, label sig1, tag tillgate-v1.');
  const authority = request.authority.toLowerCase();
  if (!by.authorities.has(authority)) return invalid('the Host is none of this service');
  const digest = request.headers['content-digest'];
  const fault = digestFault(request.body, digest);
  if (fault) return invalid(fault);

  const found: { key?: K; candidate?: UntrustedSignatureCandidate; base?: string } = {};
  // All that the signature may cover, so that one of more is told about the profile and not about a field that is there.
  const fields = Object.entries(request.headers).filter(
    ([name]) => PROFILE_FIELDS.has(name) || input.includes(`"${name}"`),
  );
  try {
    await verifySignature(
      {
        kind: 'request',
        method: request.method,
        targetUri: `https://${authority}${request.path}${request.query === '' ? '' : `?${request.query}`}`,
        fields: fields.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }])),
      },
      {
        ...(by.isOneOfTwo && { label: purpose.label }),
        policy: {
          algorithms: ['ed25519', 'ecdsa-p256-sha256'],
          requiredComponents: [],
          requiredParameters: [],
          clockSkew: NEVER,
          now: by.now / SECOND,
        },
        resolveVerifier: async (candidate) => {
          found.candidate = candidate;
          const wrong = profileFault(candidate, request.body !== undefined, purpose);
          if (wrong) throw new Refused('signature_invalid', sentence(wrong));
          const key = await by.findKey(candidate.parameters.keyid ?? '');
          if (!key) throw new Refused('key_unknown', 'No credential has this keyid.');
          if (key.revoked)
            throw new Refused(
              'key_revoked',
              'This key was revoked or is over; enrol the terminal again, or ask for a new key.',
            );
          found.key = key;
          const verifySigned = (data: Uint8Array, bytes: Uint8Array) => {
            const isGenuine = verifyBytes(key, data, bytes);
            if (!isGenuine) found.base = Buffer.from(data).toString('utf8');
            return isGenuine;
          };
          return { algorithm: key.alg, verify: verifySigned };
        },
      },
    );
  } catch (error) {
    if (!isSignatureError(error)) throw error;
    if (error.cause instanceof Refused) return refused(error.cause.code, error.cause.message);
    // A fault of our own, such as a table that does not answer, must not look like a bad signature.
    if (error.code === 'ResolverFailed') throw error.cause;
    const { base } = found;
    if (base !== undefined) return { ...invalid<K>('it is of another text, or by another key'), signatureBase: base };
    // What is covered beside the profile, and is not there or not known here.
    const isBeyond = error.code === 'MissingField' || error.code === 'UnsupportedFeature';
    return isBeyond ? invalid(coverFault(request.body !== undefined)) : invalid(withoutStop(error.message));
  }
  return timely(found.candidate, found.key, by.now);
}

class Refused extends Error {
  readonly code: 'signature_invalid' | 'key_unknown' | 'key_revoked';

  constructor(code: Refused['code'], message: string) {
    super(message);
    this.code = code;
  }
}

function refused<K>(code: Extract<Verification<K>, { kind: 'refused' }>['code'], detail: string): Verification<K> {
  return { kind: 'refused', code, detail };
}

function invalid<K>(why: string): Verification<K> & { readonly kind: 'refused' } {
  return { kind: 'refused', code: 'signature_invalid', detail: sentence(why) };
}

const sentence = (why: string) => `The signature does not fit the request: ${why}.`;
const withoutStop = (text: string) => text.replace(/\.$/, '');

/** The fields of the message that a verification reads, beside those that the signature names. */
const PROFILE_FIELDS: ReadonlySet<string> = new Set(['signature', 'signature-input', 'content-digest']);
const wantedOf = (hasBody: boolean) => (hasBody ? [...COMPONENTS, 'content-digest'] : COMPONENTS);
const coverFault = (hasBody: boolean) =>
  `it must cover ${wantedOf(hasBody)
    .map((name) => `"${name}"`)
    .join(' ')} in this order, and no more`;

/** What the message claims must be our profile to the letter; nothing of it chooses how we verify. */
function profileFault(
  { label, components, parameters, signature }: UntrustedSignatureCandidate,
  hasBody: boolean,
  purpose: Purpose,
): string | undefined {
  if (label !== purpose.label) return `its label must be ${purpose.label}`;
  const wanted = wantedOf(hasBody);
  const covered = components.map(({ name, parameters }) => (Object.keys(parameters).length === 0 ? name : `${name};`));
  if (covered.length !== wanted.length || covered.some((name, i) => name !== wanted[i])) return coverFault(hasBody);
  const { created, keyid, alg, tag, nonce, expires, ...others } = parameters;
  if (Object.keys(others).length > 0) return `its parameter ${Object.keys(others)[0]} is not known here`;
  if (created === undefined || keyid === undefined || alg === undefined) return 'it must name created, keyid and alg';
  if (tag !== purpose.tag) return `its tag must be ${purpose.tag}`;
  if (signature.length === 64) return undefined;
  const isDer = signature[0] === 0x30 && signature[1] === signature.length - 2;
  return isDer
    ? 'it is in DER, as Java and OpenSSL write ECDSA; send r and s, 32 bytes each, one behind the other'
    : `it must have 64 bytes, and has ${signature.length}`;
}

function verifyBytes({ alg, publicKey }: VerificationKey, data: Uint8Array, signature: Uint8Array): boolean {
  if (alg === 'ed25519') return verify(null, data, publicKey, signature);
  return verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
}

function timely<K extends VerificationKey>(
  candidate: UntrustedSignatureCandidate | undefined,
  key: K | undefined,
  now: EpochMs,
): Verification<K> {
  if (!candidate || !key) return invalid('it was not looked at');
  const created = (candidate.parameters.created ?? 0) * SECOND;
  const expires = candidate.parameters.expires;
  const tooOld = created < now - AGE_MAX || (expires !== undefined && expires * SECOND < now);
  if (!tooOld && created <= now + AHEAD_MAX) return { kind: 'verified', key, created };
  return {
    kind: 'refused',
    code: 'clock_skew',
    detail: `created may be ${AGE_MAX / SECOND} s old and ${AHEAD_MAX / SECOND} s ahead. Set the clock by serverTime.`,
    serverTime: toInstant(now),
  };
}

/** Why the digest does not fit the body, if so. RFC 9530: `sha-256=:base64:`, beside others or alone. */
function digestFault(body: Uint8Array | undefined, header: string | undefined): string | undefined {
  if (body === undefined) return header === undefined ? undefined : 'there is a content-digest but no body';
  if (header === undefined) return 'a body needs a content-digest';
  const values = [...header.matchAll(/(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]*):\s*(?=,|$)/g)].map(
    (match) => match[1] ?? '',
  );
  if (values.length !== 1) return 'its content-digest must have one sha-256';
  const claimed = Buffer.from(values[0] ?? '', 'base64');
  const actual = createHash('sha256').update(body).digest();
  const fits = claimed.length === actual.length && timingSafeEqual(claimed, actual);
  if (fits) return undefined;
  // The gateway puts the replacement character where bytes are no UTF-8, and the digest is of what was sent.
  const isReplaced = Buffer.from(body).includes(REPLACEMENT);
  return isReplaced
    ? 'its body is not UTF-8, or its content-digest is of another body'
    : 'the content-digest is of another body';
}

const REPLACEMENT = Buffer.from('\uFFFD');
