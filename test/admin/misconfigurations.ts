/** What can be set up wrongly with an app, its keys and its rights: how it comes about, and what a check says of it, word for word. */
import { createPublicKey } from 'node:crypto';
import { createServer } from 'node:http';
import { close, listen } from '../../bin/local/aws.ts';
import { DAY } from '../../functions/time.ts';
import { certificatePem } from '../support/certificates.ts';
import { APP, SELLER } from '../support/office.ts';
import { NOON } from '../support/orders.ts';
import {
  CERTIFICATE_MODE,
  type CheckedShop,
  keys,
  MERCHANT,
  OTHER_TOKEN,
  PUBLIC_KEY_MODE,
  secretOf,
  TOKEN,
} from './checked-shop.ts';

export const OWN = `alipay: paid to ${SELLER}, app ${APP}`;
export const AUTHORISED = `alipay: paid to ${MERCHANT}, app ${APP}, authorised by …1234`;
const SETTINGS = 'open.alipay.com, 控制台, the app, 开发设置, 接口加签方式';
export const WRONG = { code: 1, err: 'Something is wrong.\n' };
const UNKNOWN = { code: 3, err: 'Nothing wrong was found, and not everything is known: ask again.\n' };

interface Planted {
  readonly plant: (shop: CheckedShop) => unknown;
  readonly says: string | ((gateway: string) => string);
  /** If it is not the account of the app. */
  readonly of?: string;
  readonly ends?: typeof WRONG;
}

export const MISCONFIGURATIONS: Readonly<Record<string, Planted>> = {
  'the app is unknown': {
    plant: async (shop) => {
      shop.planted.secret = secretOf(PUBLIC_KEY_MODE, '2021000000000099');
      await shop.connect(`--seller-id ${SELLER} --app-id 2021000000000099`);
    },
    of: `alipay: paid to ${SELLER}, app 2021000000000099`,
    says: (gateway) =>
      `wrong: Alipay knows no app 2021000000000099 at ${gateway} (40002 isv.invalid-app-id): take the APPID from the console (open.alipay.com, 控制台) and name it by channel connect --app-id, or the gateway of its world, sandbox or production.`,
  },
  'the key was not uploaded': {
    plant: (shop) => shop.away('40003:isv.missing-signature-config', 'unsigned'),
    says: `wrong: Alipay has no public key of the app (40003 isv.missing-signature-config): upload the one that belongs to the secret's privateKeyPem in the console (${SETTINGS}).`,
  },
  'our private key is another one': {
    plant: (shop) => {
      shop.planted.secret = secretOf({ ...PUBLIC_KEY_MODE, privateKeyPem: keys.another.privateKeyPem });
    },
    says: `wrong: our private key is not the one of the public key that Alipay has of the app (40002 isv.invalid-signature): upload the public key of the secret's privateKeyPem in the console (${SETTINGS}), or put the private key of the one that is there into the secret.`,
  },
  "Alipay's key is another one": {
    plant: (shop) => {
      shop.planted.secret = secretOf({ ...PUBLIC_KEY_MODE, alipayPublicKeyPems: [keys.otherAlipay.publicKeyPem] });
    },
    says: `wrong: an answer came, and its signature does not verify by the Alipay key of the secret: copy 支付宝公钥, which is not the app's own (应用公钥), from the console (${SETTINGS}, 查看) into alipayPublicKeyPems, or 支付宝公钥证书 into alipayCertPems.`,
  },
  "the app's own key stands for Alipay's": {
    plant: (shop) => {
      shop.planted.secret = secretOf({ ...PUBLIC_KEY_MODE, alipayPublicKeyPems: [keys.ours.publicKeyPem] });
    },
    says: `wrong: our secret is not as it must be (Alipay's keys cannot be used: apps.${APP}.alipayPublicKeyPems.0: it is the app's own, not Alipay's): put it right and store it again (README, Deploy).`,
  },
  'the secret is what AWS has generated': {
    plant: (shop) => {
      shop.planted.secret = 'k=h"Wd5O#';
    },
    says: "wrong: our secret is not as it must be (Alipay's keys cannot be used: the secret is not JSON): put it right and store it again (README, Deploy).",
  },
  'the secret has no keys of the app': {
    plant: (shop) => {
      shop.planted.secret = secretOf(PUBLIC_KEY_MODE, '2021000000000099');
    },
    says: `wrong: our secret has no keys of the app ${APP}: add them as apps.${APP} (README, Deploy), or name another app by channel connect --app-id.`,
  },
  'the clock is off': {
    plant: (shop) => {
      shop.office.pass(2 * DAY);
    },
    says: 'wrong: Alipay does not take the time of the call, 2026-03-03T04:00:00.000Z (40002 isv.invalid-timestamp): set the clock of the machine that calls, by NTP.',
  },
  'the right is missing': {
    plant: (shop) => shop.away('40006:isv.insufficient-isv-permissions'),
    says: 'wrong: the app has no right to ask about payments (40006 isv.insufficient-isv-permissions): bind 当面付 to it in the console (open.alipay.com, 控制台, the app, 产品绑定), see that it is on line (已上线), and that the merchant has signed 当面付 (b.alipay.com, 产品中心).',
  },
  'the product was not signed': {
    plant: (shop) => shop.away('20001:aop.no-product-reg-by-partner', 'error_response'),
    says: "wrong: the merchant has not signed the product that the app sells by (20001 aop.no-product-reg-by-partner): sign 当面付 under the merchant's own login (b.alipay.com, 产品中心), then have the app authorised again.",
  },
  'the authorisation was revoked': {
    plant: async (shop) => {
      await shop.connect(`--seller-id ${MERCHANT} --app-auth-token ${TOKEN}`);
      await shop.faults({ revokedTokens: [TOKEN] });
    },
    of: AUTHORISED,
    says: `wrong: the app may not act for ${MERCHANT} by the authorisation …1234 (20001 aop.invalid-app-auth-token): have the merchant authorise the app again (open.alipay.com, 控制台, the app, 商家授权), and name the new token by channel authorise --seller-id ${MERCHANT} --app-id ${APP} --app-auth-token TOKEN.`,
  },
  'nobody knows the authorisation': {
    plant: (shop) => shop.connect(`--seller-id ${SELLER} --app-auth-token ${OTHER_TOKEN}`),
    of: `${OWN}, authorised by …9999`,
    says: `wrong: the app may not act for ${SELLER} by the authorisation …9999 (20001 aop.invalid-app-auth-token): have the merchant authorise the app again (open.alipay.com, 控制台, the app, 商家授权), and name the new token by channel authorise --seller-id ${SELLER} --app-id ${APP} --app-auth-token TOKEN.`,
  },
  'the seller is not signed up': {
    plant: (shop) => shop.faults({ query: { answer: 'refuse:ACQ.SELLER_NOT_EXIST', times: 1 } }),
    says: `wrong: Alipay does not serve the account ${SELLER} (40004 ACQ.SELLER_NOT_EXIST): see that it is the merchant's (channel connect --seller-id), that it is complete and not blocked (b.alipay.com, 账号中心), and that its contract of 当面付 is in force (b.alipay.com, 产品中心).`,
  },
  'the app is in certificate mode, and the secret is not': {
    plant: async (shop) => {
      await shop.inCertificateMode();
      const { privateKeyPem } = keys.certifiedOurs;
      shop.planted.secret = secretOf({ privateKeyPem, alipayPublicKeyPems: [keys.certifiedAlipay.publicKeyPem] });
    },
    says: `wrong: the app is in certificate mode, and the call names no certificates or others than Alipay's (40002 isv.missing-app-cert-sn): download all three in the console (${SETTINGS}) and put them into the secret as appCertPem, alipayCertPems and alipayRootCertPem, with "mode": "certificate".`,
  },
  "the app's certificate is unknown": {
    plant: async (shop) => {
      await shop.inCertificateMode();
      const { privateKeyPem, certPem: appCertPem } = keys.certifiedAnother;
      shop.planted.secret = secretOf({ ...CERTIFICATE_MODE, privateKeyPem, appCertPem });
    },
    says: `wrong: Alipay does not know the app certificate of the secret (40002 isv.app-cert-not-exist): download 应用公钥证书 in the console (${SETTINGS}) and put it into appCertPem, or use public-key mode where the console does.`,
  },
  "the app's certificate has ended": {
    plant: async (shop) => {
      const publicKey = createPublicKey(keys.certifiedOurs.publicKeyPem);
      const ended = certificatePem({ publicKey, endsAt: NOON - DAY });
      await shop.inCertificateMode(ended);
      shop.planted.secret = secretOf({ ...CERTIFICATE_MODE, appCertPem: ended });
    },
    says: `wrong: the app certificate of the secret has ended (40002 isv.app-cert-expired): make another one in the console (${SETTINGS}) and put it into appCertPem.`,
  },
  "Alipay's certificate is another one": {
    plant: async (shop) => {
      await shop.inCertificateMode();
      shop.planted.secret = secretOf({ ...CERTIFICATE_MODE, alipayCertPems: [keys.certifiedOther.certPem] });
    },
    says: `wrong: the answer is signed under a certificate of Alipay that we do not have: NUMBER: download 支付宝公钥证书 in the console (${SETTINGS}) and add it to alipayCertPems.`,
  },
  'the app wants encrypted content': {
    plant: (shop) => shop.away('40002:isv.missing-encrypt-key'),
    says: 'wrong: the app wants its content encrypted by AES, which is not supported (40002 isv.missing-encrypt-key): switch it off in the console (open.alipay.com, 控制台, the app, 开发设置, 接口内容加密方式).',
  },
  'nothing listens at the gateway': {
    plant: async (shop) => {
      const nothing = createServer();
      shop.planted.gateway = `${await listen(nothing)}/gateway.do`;
      await close(nothing);
    },
    says: (gateway) =>
      `unknown: no answer from ${gateway} (connect ECONNREFUSED ${new URL(gateway).host}), so nothing is known of key, app or authorisation: see that this machine reaches it, and ask again.`,
    ends: UNKNOWN,
  },
  'a page answers in its place': {
    plant: (shop) => shop.faults({ query: { answer: 'garbage', times: 1 } }),
    says: (gateway) =>
      `unknown: no answer from ${gateway} (the answer is not JSON), so nothing is known of key, app or authorisation: see that this machine reaches it, and ask again.`,
    ends: UNKNOWN,
  },
  'what answers does not sign': {
    plant: (shop) => shop.away('40004:ACQ.TRADE_NOT_EXIST', 'unsigned'),
    says: (gateway) =>
      `unknown: what answers at ${gateway} does not sign as Alipay does (40004 ACQ.TRADE_NOT_EXIST), so nothing is known: see that the address is Alipay's and that no proxy answers in its place.`,
    ends: UNKNOWN,
  },
  'Alipay is disturbed': {
    plant: (shop) => shop.away('20000:isp.unknow-error'),
    says: 'unknown: Alipay is disturbed or has had too many calls (20000 isp.unknow-error), so nothing is known: ask again in a minute.',
    ends: UNKNOWN,
  },
  'Alipay says what we do not know': {
    plant: (shop) => shop.away('40001:isv.missing-method'),
    says: 'unknown: Alipay answers what this program does not know (40001 isv.missing-method): look the code up (opendocs.alipay.com, 公共错误码).',
    ends: UNKNOWN,
  },
};
