/** A merchant called Tea with its app at the real simulator, and a place for an operator in which anything may be set up wrongly. */
import type { AppCertificates } from '../../bin/local/alipay-simulator/certificates.ts';
import { type AlipaySimulator, startAlipaySimulator } from '../../bin/local/alipay-simulator/simulator.ts';
import { certified, rootFile } from '../support/certificates.ts';
import type { TestEngine } from '../support/engine.ts';
import { rsaPair } from '../support/keys.ts';
import { APP, openOffice, openTea, SELLER } from '../support/office.ts';
import { NOON } from '../support/orders.ts';

export const keys = {
  ...{ ours: rsaPair(), another: rsaPair(), alipay: rsaPair(), otherAlipay: rsaPair() },
  ...{ certifiedOurs: certified(), certifiedAnother: certified() },
  ...{ certifiedAlipay: certified(), certifiedOther: certified() },
};
const roots = rootFile();
export const PUBLIC_KEY_MODE = {
  privateKeyPem: keys.ours.privateKeyPem,
  alipayPublicKeyPems: [keys.alipay.publicKeyPem],
};
export const CERTIFICATE_MODE = {
  mode: 'certificate',
  privateKeyPem: keys.certifiedOurs.privateKeyPem,
  appCertPem: keys.certifiedOurs.certPem,
  alipayCertPems: [keys.certifiedAlipay.certPem],
  alipayRootCertPem: roots,
};
/** The authorisation of a merchant, whose account is this one. */
export const TOKEN = '202601BBaaaaaaaaaaaaaaaaaaaaaaaaaaa1234';
export const MERCHANT = '2088000000000022';
export const OTHER_TOKEN = '202601BBbbbbbbbbbbbb9999';

export const secretOf = (app: object, appId = APP) => JSON.stringify({ apps: { [appId]: app } });

export type CheckedShop = Awaited<ReturnType<typeof openCheckedShop>>;

export async function openCheckedShop(engine: TestEngine) {
  let simulator = await startSimulator();
  /** What may be set up wrongly on our side. */
  const planted = { secret: secretOf(PUBLIC_KEY_MODE), gateway: gatewayOf(simulator) };
  const channel = {
    get gateway() {
      return planted.gateway;
    },
    secret: async () => planted.secret,
  };
  const office = await openOffice(engine, undefined, channel);
  await openTea(office);
  async function faults(more: object): Promise<void> {
    const answer = await fetch(`${simulator.url}/wallet/faults`, { method: 'POST', body: JSON.stringify(more) });
    if (answer.status !== 200) throw new Error(await answer.text());
  }
  return {
    office,
    planted,
    faults,
    /** The next question is turned away by a code and a sub-code. */
    away: (code: string, form = 'signed') => faults({ query: { answer: `code:${code}`, form, times: 1 } }),
    connect: (options: string) => office.tell(`channel connect Tea ${options}`),
    /** The app is in certificate mode, here and at Alipay, there under the certificate `appCertPem`. */
    async inCertificateMode(appCertPem = keys.certifiedOurs.certPem) {
      await simulator.stop();
      const alipayCertPem = keys.certifiedAlipay.certPem;
      simulator = await startSimulator({ appCertPem, alipayCertPem, alipayRootCertPem: roots });
      Object.assign(planted, { secret: secretOf(CERTIFICATE_MODE), gateway: gatewayOf(simulator) });
    },
    check: (more = '') => office.run(`channel check Tea${more}`),
    wallet: async (list: string) => (await fetch(`${simulator.url}/wallet/${list}`)).json(),
    stop: () => simulator.stop(),
  };
}

const gatewayOf = ({ url }: AlipaySimulator) => `${url}/gateway.do`;

async function startSimulator(certificates?: AppCertificates): Promise<AlipaySimulator> {
  const app = { appId: APP, sellerId: SELLER, merchantName: 'Tea', authorised: { [TOKEN]: MERCHANT } };
  const { ours, alipay, certifiedAlipay } = keys;
  const pair = certificates
    ? { appPublicKeyPem: '', alipayPrivateKeyPem: certifiedAlipay.privateKeyPem, certificates }
    : { appPublicKeyPem: ours.publicKeyPem, alipayPrivateKeyPem: alipay.privateKeyPem };
  return startAlipaySimulator({ port: 0, now: () => NOON, apps: [{ ...app, ...pair }] });
}
