/**
 * The keys that calls to Alipay are signed with and its answers verified by. Two of each are valid at a time, so that
 * either side can take a new one into use without a failed request. In certificate mode each key comes with its certificate.
 */
import type { KeyObject } from 'node:crypto';
import type { GatewayAnswer } from './answer.ts';
import type { CertificateEnd } from './certificates.ts';

/** What a call is signed with. */
export interface Signer {
  readonly privateKey: KeyObject;
  /** Parameters by which the call names the certificates: none in public-key mode. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A key of Alipay's, and the number of its certificate, by which answers name it: none in public-key mode. */
export interface AlipayKey {
  readonly publicKey: KeyObject;
  readonly certificate?: string;
}

/** What belongs to one of our apps. */
export interface AppKeys {
  /** Ours: one, or the present one and the next. */
  readonly signers: readonly Signer[];
  /** Alipay's: what either has signed is its word. */
  readonly alipayKeys: readonly AlipayKey[];
  /** When its certificates end; none in public-key mode. */
  readonly ends: readonly CertificateEnd[];
}

/** By app id. */
export type AlipayKeys = ReadonlyMap<string, AppKeys>;

/**
 * The keys by which a message of Alipay's is verified that names the certificate `named`. Without a name (public-key mode,
 * notifications, some rejections) it may be any of Alipay's keys that we have; a certificate that we do not have leaves none.
 */
export function verifyingKeys({ alipayKeys }: AppKeys, named: unknown): KeyObject[] {
  const isNamed = typeof named === 'string' && named !== '';
  return alipayKeys
    .filter(({ certificate }) => !isNamed || certificate === undefined || certificate === named)
    .map(({ publicKey }) => publicKey);
}

/**
 * Signs by the key that Alipay takes. It knows one of ours at a time and says of the other that the signature does not
 * fit, or that it has no such certificate, before it looks at what was asked; so the same call may go out once more, under the
 * other key, and this instance begins with that one from then on.
 */
export class SigningKeys {
  private readonly taken = new Map<string, Signer>();

  /** `call` gets the milliseconds that are left. */
  async sign(
    appId: string,
    { signers }: AppKeys,
    timeLeft: () => number,
    call: (signer: Signer, timeoutMs: number) => Promise<GatewayAnswer>,
  ): Promise<GatewayAnswer> {
    const known = this.taken.get(appId);
    const [first, other] = [...signers].sort((a, b) => rank(a, known) - rank(b, known));
    if (!first) return { kind: 'silence', why: 'no key for this app' };
    const answer = await call(first, timeLeft());
    const left = timeLeft();
    if (!other || !isRefusedSigner(answer) || left <= 0) return answer;
    const second = await call(other, left);
    if (second.kind !== 'silence' && !isRefusedSigner(second)) this.taken.set(appId, other);
    return second;
  }
}

/** The secret is read again and again, so the same signer is another object each time. A certificate may be new for an old key. */
function rank({ privateKey, parameters }: Signer, known: Signer | undefined): number {
  const isKnown = known?.privateKey.equals(privateKey) && known.parameters.app_cert_sn === parameters.app_cert_sn;
  return isKnown ? 0 : 1;
}

const REFUSED_SIGNER = /^isv\.(invalid-signature|app-cert-not-exist|app-cert-expired|invalid-app-cert-sn)$/;

/** Such an answer may come unsigned: it is no proof of anything, and only a reason to try the other key. */
function isRefusedSigner(answer: GatewayAnswer): boolean {
  if (answer.kind === 'silence') return false;
  return REFUSED_SIGNER.test(String(answer.kind === 'signed' ? answer.response.sub_code : answer.subCode));
}
