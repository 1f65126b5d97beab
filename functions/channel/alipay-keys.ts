/**
 * The keys that calls to Alipay are signed with and its answers verified by. Two of each are valid at a time, so that
 * either side can take a new one into use without a failed request.
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import * as z from 'zod';
import type { GatewayAnswer } from './alipay-gateway.ts';

/** What belongs to one of our apps. */
export interface AppKeys {
  /** Ours: one, or the present one and the next. */
  readonly privateKeys: readonly KeyObject[];
  /** Alipay's: what either has signed is its word. */
  readonly alipayPublicKeys: readonly KeyObject[];
}

/** By app id. */
export type AlipayKeys = ReadonlyMap<string, AppKeys>;

const secretSchema = z.object({
  apps: z.record(
    z.string(),
    z.object({
      privateKeyPem: z.string().min(1),
      nextPrivateKeyPem: z.string().min(1).optional(),
      alipayPublicKeyPems: z.array(z.string().min(1)).min(1).max(2),
    }),
  ),
});

/**
 * Reads the secret `{"apps": {"<app id>": {"privateKeyPem", "nextPrivateKeyPem"?, "alipayPublicKeyPems": [one or two]}}}`.
 * Keys are PEM, or bare base64 as Alipay's console shows them.
 */
export function parseAlipaySecret(json: string): AlipayKeys {
  const { apps } = secretSchema.parse(JSON.parse(json));
  return new Map(
    Object.entries(apps).map(([appId, { privateKeyPem, nextPrivateKeyPem, alipayPublicKeyPems }]) => [
      appId,
      {
        privateKeys: [privateKeyPem, nextPrivateKeyPem].filter((pem) => pem !== undefined).map(privateKeyOf),
        alipayPublicKeys: alipayPublicKeyPems.map(publicKeyOf),
      },
    ]),
  );
}

function privateKeyOf(text: string): KeyObject {
  if (text.includes('-----')) return createPrivateKey(text);
  const key = Buffer.from(text, 'base64');
  try {
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  } catch {
    return createPrivateKey({ key, format: 'der', type: 'pkcs1' });
  }
}

function publicKeyOf(text: string): KeyObject {
  if (text.includes('-----')) return createPublicKey(text);
  return createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
}

/**
 * Signs by the key that Alipay takes. It knows one of ours at a time and says of the other that the signature does not
 * fit, before it looks at what was asked; so the same call may go out once more, under the other key, and this instance
 * begins with that one from then on.
 */
export class SigningKeys {
  private readonly taken = new Map<string, KeyObject>();

  /** `call` gets the milliseconds that are left. */
  async sign(
    appId: string,
    { privateKeys }: AppKeys,
    timeLeft: () => number,
    call: (key: KeyObject, timeoutMs: number) => Promise<GatewayAnswer>,
  ): Promise<GatewayAnswer> {
    const known = this.taken.get(appId);
    const [first, other] = [...privateKeys].sort((a, b) => rank(a, known) - rank(b, known));
    if (!first) return { kind: 'silence', why: 'no key for this app' };
    const answer = await call(first, timeLeft());
    const left = timeLeft();
    if (!other || !isRefusedSignature(answer) || left <= 0) return answer;
    const second = await call(other, left);
    if (second.kind !== 'silence' && !isRefusedSignature(second)) this.taken.set(appId, other);
    return second;
  }
}

const rank = (key: KeyObject, known: KeyObject | undefined) => (known !== undefined && key.equals(known) ? 0 : 1);

/** Nobody vouches for such an answer, and nothing is concluded from it but that the other key may be tried. */
function isRefusedSignature(answer: GatewayAnswer): boolean {
  if (answer.kind === 'unsigned_error') return answer.subCode === 'isv.invalid-signature';
  return answer.kind === 'signed' && answer.response.sub_code === 'isv.invalid-signature';
}
