/** What a check of an account says, one sentence for each finding: what is wrong, and what to do about it where. Pure. */
import type { AlipayAccount } from '../../functions/channel/registry.ts';
import { type EpochMs, toInstant } from '../../functions/time.ts';
import type { Checked, Finding } from './channel-check.ts';

/** `unknown`: Alipay's answer, or its silence, proves neither. */
export type Judgement = 'right' | 'wrong' | 'unknown';

/** What a sentence may speak of. */
export interface About extends Checked {
  readonly account: AlipayAccount;
  readonly gateway: string;
  readonly now: EpochMs;
}

/** Where a developer sets up the app: the console's own words, because its pages are in Chinese. */
const SETTINGS = 'open.alipay.com, 控制台, the app, 开发设置, 接口加签方式';
const PRODUCTS = 'open.alipay.com, 控制台, the app, 产品绑定';
const CONTRACTS = 'b.alipay.com, 产品中心';

const named = ({ code, why }: Checked) => (code || why ? ` (${code || why})` : '');
const tokenOf = ({ account }: About) =>
  account.appAuthToken === undefined ? 'it has none' : `…${account.appAuthToken.slice(-4)}`;

const SENTENCES: Readonly<Record<Finding, readonly [Judgement, (about: About) => string]>> = {
  right: [
    'right',
    ({ account }) =>
      `Alipay knows the app, takes its key and this clock, and lets it ask about payments of ${account.appAuthToken === undefined ? 'its own account' : 'the merchant that has authorised it'}, and its answer verifies; only a sale proves that ${account.sellerId} may be paid.`,
  ],
  app_unknown: [
    'wrong',
    (about) =>
      `Alipay knows no app ${about.account.appId} at ${about.gateway}${named(about)}: take the APPID from the console (open.alipay.com, 控制台) and name it by channel connect --app-id, or the gateway of its world, sandbox or production.`,
  ],
  key_not_uploaded: [
    'wrong',
    (about) =>
      `Alipay has no public key of the app${named(about)}: upload the one that belongs to the secret's privateKeyPem in the console (${SETTINGS}).`,
  ],
  signature_wrong: [
    'wrong',
    (about) =>
      `our private key is not the one of the public key that Alipay has of the app${named(about)}: upload the public key of the secret's privateKeyPem in the console (${SETTINGS}), or put the private key of the one that is there into the secret.`,
  ],
  certificate_missing: [
    'wrong',
    (about) =>
      `the app is in certificate mode, and the call names no certificates or others than Alipay's${named(about)}: download all three in the console (${SETTINGS}) and put them into the secret as appCertPem, alipayCertPems and alipayRootCertPem, with "mode": "certificate".`,
  ],
  certificate_unknown: [
    'wrong',
    (about) =>
      `Alipay does not know the app certificate of the secret${named(about)}: download 应用公钥证书 in the console (${SETTINGS}) and put it into appCertPem, or use public-key mode where the console does.`,
  ],
  certificate_ended: [
    'wrong',
    (about) =>
      `the app certificate of the secret has ended${named(about)}: make another one in the console (${SETTINGS}) and put it into appCertPem.`,
  ],
  encryption_wanted: [
    'wrong',
    (about) =>
      `the app wants its content encrypted by AES, which is not supported${named(about)}: switch it off in the console (open.alipay.com, 控制台, the app, 开发设置, 接口内容加密方式).`,
  ],
  clock_wrong: [
    'wrong',
    (about) =>
      `Alipay does not take the time of the call, ${toInstant(about.now)}${named(about)}: set the clock of the machine that calls, by NTP.`,
  ],
  right_missing: [
    'wrong',
    (about) =>
      `the app has no right to ask about payments${named(about)}: bind 当面付 to it in the console (${PRODUCTS}), see that it is on line (已上线), and that the merchant has signed 当面付 (${CONTRACTS}).`,
  ],
  authorisation_missing: [
    'wrong',
    (about) =>
      `the app may not act for ${about.account.sellerId} by the authorisation ${tokenOf(about)}${named(about)}: have the merchant authorise the app again (open.alipay.com, 控制台, the app, 商家授权), and name the new token by channel authorise --seller-id ${about.account.sellerId} --app-id ${about.account.appId} --app-auth-token TOKEN.`,
  ],
  product_missing: [
    'wrong',
    (about) =>
      `the merchant has not signed the product that the app sells by${named(about)}: sign 当面付 under the merchant's own login (${CONTRACTS}), then have the app authorised again.`,
  ],
  keys_unusable: [
    'wrong',
    ({ why }) => `our secret is not as it must be (${why}): put it right and store it again (README, Deploy).`,
  ],
  keys_missing: [
    'wrong',
    ({ account }) =>
      `our secret has no keys of the app ${account.appId}: add them as apps.${account.appId} (README, Deploy), or name another app by channel connect --app-id.`,
  ],
  alipay_key_wrong: [
    'wrong',
    () =>
      `an answer came, and its signature does not verify by the Alipay key of the secret: copy 支付宝公钥, which is not the app's own (应用公钥), from the console (${SETTINGS}, 查看) into alipayPublicKeyPems, or 支付宝公钥证书 into alipayCertPems.`,
  ],
  alipay_certificate_missing: [
    'wrong',
    ({ why }) => `${why}: download 支付宝公钥证书 in the console (${SETTINGS}) and add it to alipayCertPems.`,
  ],
  account_refused: [
    'wrong',
    (about) =>
      `Alipay does not serve the account ${about.account.sellerId}${named(about)}: see that it is the merchant's (channel connect --seller-id), that it is complete and not blocked (b.alipay.com, 账号中心), and that its contract of 当面付 is in force (${CONTRACTS}).`,
  ],
  disturbed: [
    'unknown',
    (about) =>
      `Alipay is disturbed or has had too many calls${named(about)}, so nothing is known: ask again in a minute.`,
  ],
  code_unknown: [
    'unknown',
    (about) =>
      `Alipay answers what this program does not know${named(about)}: look the code up (opendocs.alipay.com, 公共错误码).`,
  ],
  not_signed: [
    'unknown',
    (about) =>
      `what answers at ${about.gateway} does not sign as Alipay does${named(about)}, so nothing is known: see that the address is Alipay's and that no proxy answers in its place.`,
  ],
  no_answer: [
    'unknown',
    (about) =>
      `no answer from ${about.gateway}${named(about)}, so nothing is known of key, app or authorisation: see that this machine reaches it, and ask again.`,
  ],
};

export function judge(about: About): { readonly judgement: Judgement; readonly sentence: string } {
  const [judgement, say] = SENTENCES[about.finding];
  return { judgement, sentence: say(about) };
}
