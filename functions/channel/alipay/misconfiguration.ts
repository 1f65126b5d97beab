/**
 * What of the app, its keys or its rights is set up wrongly, by the codes with which Alipay turns a call away before it carries
 * it out. No sale of the merchant succeeds until a person has mended it. Source: Alipay's public list of common error codes.
 */
import type { Refusal } from '../channel.ts';
import type { Misconfiguration } from '../misconfiguration.ts';

/** By code and sub-code; the first that fits. */
const CODES: readonly (readonly [RegExp, Misconfiguration])[] = [
  [/^4000[1-3] isv\.(invalid|missing)-app-id$/, 'app_unknown'],
  [/^4000[1-3] isv\.missing-signature-(config|key)$/, 'key_not_uploaded'],
  [/^4000[1-3] isv\.(invalid|missing)-(app|alipay|alipay-root)-cert-sn$/, 'certificate_missing'],
  [/^4000[1-3] isv\.(app|alipay)-cert-not-exist$/, 'certificate_unknown'],
  [/^4000[1-3] isv\.(app-cert-expired|unsupported-expired-app-key-sign)$/, 'certificate_ended'],
  [/^4000[1-3] isv\.(invalid|missing)-signature(-type)?$/, 'signature_wrong'],
  [/^4000[1-3] isv\.(invalid-encrypt|missing-encrypt|decryption-error)/, 'encryption_wanted'],
  [/^4000[1-3] isv\.(invalid|illegal|missing)-timestamp$/, 'clock_wrong'],
  [/^20001 aop\.no-product-reg-by-partner$/, 'product_missing'],
  [/^20001 /, 'authorisation_missing'],
  [/^40006 /, 'right_missing'],
];

/** `undefined`: the refusal is about this one call, about the merchant, or of a code that we do not know. */
export function misconfigurationOf({
  code = '',
  subCode = '',
}: Pick<Refusal, 'code' | 'subCode'>): Misconfiguration | undefined {
  return CODES.find(([pattern]) => pattern.test(`${code} ${subCode}`))?.[1];
}
