/** Certificate mode (公钥证书模式), seen from Alipay's side: what a request must name, and what an answer names. */
import { createHash, X509Certificate } from 'node:crypto';

/** What Alipay's console holds of an app in certificate mode. All PEM. */
export interface AppCertificates {
  readonly appCertPem: string;
  readonly alipayCertPem: string;
  /** One after the other, as Alipay publishes them. */
  readonly alipayRootCertPem: string;
}

export interface CertificateNumbers {
  /** `app_cert_sn`. */
  readonly app: string;
  /** `alipay_cert_sn`. */
  readonly alipay: string;
  /** `alipay_root_cert_sn`. */
  readonly root: string;
  /** Epoch ms: requests under the app's certificate are refused from then on. */
  readonly appEndsAt: number;
}

export function numbersOf({ appCertPem, alipayCertPem, alipayRootCertPem }: AppCertificates): CertificateNumbers {
  const roots = alipayRootCertPem.split(/(?<=-----END CERTIFICATE-----)/).filter((pem) => pem.includes('BEGIN'));
  return {
    app: numberOf(new X509Certificate(appCertPem)),
    alipay: numberOf(new X509Certificate(alipayCertPem)),
    root: roots
      .map((pem) => new X509Certificate(pem))
      .filter(({ signatureAlgorithmOid }) => signatureAlgorithmOid?.startsWith('1.2.840.113549.1.1.'))
      .map(numberOf)
      .join('_'),
    appEndsAt: Date.parse(new X509Certificate(appCertPem).validTo),
  };
}

/** MD5 of the issuer, its parts from the last to the first, and of the decimal serial number. */
function numberOf(certificate: X509Certificate): string {
  const { issuer } = certificate.toLegacyObject();
  const parts = Object.entries(issuer).flatMap(([name, values]) => [values].flat().map((value) => `${name}=${value}`));
  const serial = BigInt(`0x${certificate.serialNumber}`).toString(10);
  return createHash('md5')
    .update(`${parts.reverse().join(',')}${serial}`)
    .digest('hex');
}

/** Why a request is turned away that names other certificates than the app's: sub-code and text; `undefined`: it names these. */
export function wrongCertificate(
  parameters: ReadonlyMap<string, string>,
  numbers: CertificateNumbers | undefined,
  now: number,
): readonly [subCode: string, text: string] | undefined {
  const [app, root] = [parameters.get('app_cert_sn'), parameters.get('alipay_root_cert_sn')];
  // Of an app in public-key mode there is no certificate on file.
  if (!numbers) return app ? ['isv.app-cert-not-exist', '应用公钥证书不存在'] : undefined;
  if (!app) return ['isv.missing-app-cert-sn', '缺少应用公钥证书序列号'];
  if (!root) return ['isv.missing-alipay-root-cert-sn', '缺少支付宝根证书序列号'];
  if (app !== numbers.app) return ['isv.app-cert-not-exist', '应用公钥证书不存在'];
  if (root !== numbers.root) return ['isv.invalid-alipay-root-cert-sn', '无效支付宝根证书序列号'];
  return now < numbers.appEndsAt ? undefined : ['isv.app-cert-expired', '应用公钥证书已过期'];
}
