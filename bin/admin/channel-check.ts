/**
 * Asks Alipay one harmless question per account, about an order that cannot exist, and sorts the answer: everything is right, or
 * what of the app, its keys, its authorisation, its rights or the clock is wrong. Silence is unknown, never wrong.
 */
import { randomBytes } from 'node:crypto';
import type { Blamed, GatewayAnswer } from '../../functions/channel/alipay/answer.ts';
import { common } from '../../functions/channel/alipay/answers.ts';
import { plainCode, reasonOf } from '../../functions/channel/alipay/codes.ts';
import { type AlipayGateway, createAlipayGateway } from '../../functions/channel/alipay/gateway.ts';
import type { AlipayKeys } from '../../functions/channel/alipay/keys.ts';
import { misconfigurationOf } from '../../functions/channel/alipay/misconfiguration.ts';
import { parseAlipaySecret } from '../../functions/channel/alipay/secret.ts';
import { codeOf } from '../../functions/channel/alipay/shapes.ts';
import type { Misconfiguration } from '../../functions/channel/misconfiguration.ts';
import type { AlipayAccount } from '../../functions/channel/registry.ts';
import { CHANNEL_CALL } from '../../functions/deadlines.ts';
import type { EpochMs } from '../../functions/time.ts';

export type Finding =
  | 'right'
  | Misconfiguration
  /** The secret cannot be read as one; `why` names the member. */
  | 'keys_unusable'
  | 'keys_missing'
  | 'alipay_key_wrong'
  | 'alipay_certificate_missing'
  | 'account_refused'
  /** From here on nothing is known. */
  | 'disturbed'
  | 'code_unknown'
  | 'not_signed'
  | 'no_answer';

/** What was found, with Alipay's own code and sub-code, and why there is no answer; empty where there is none of it. */
export interface Checked {
  readonly finding: Finding;
  readonly code: string;
  readonly why: string;
}

/** Where the channel's keys are, and whom to ask. */
export interface ChannelAccess {
  /** The URL of Alipay's gateway. */
  readonly gateway: string;
  /** The secret as it is stored. */
  secret(): Promise<string>;
}

/** Answers how to check an account under the keys of this deployment. A secret that is wrong is a finding, and not an error. */
export async function openCheck(
  deployment: ChannelAccess,
  now: () => EpochMs,
): Promise<(account: AlipayAccount) => Promise<Checked>> {
  const secret = await deployment.secret();
  let keys: AlipayKeys;
  try {
    keys = parseAlipaySecret(secret);
  } catch (error) {
    const why = (error as Error).message;
    return async () => ({ finding: 'keys_unusable', code: '', why });
  }
  const gateway = createAlipayGateway({ url: deployment.gateway, keys: async () => keys, now });
  return (account) => check(gateway, account);
}

async function check(gateway: AlipayGateway, account: AlipayAccount): Promise<Checked> {
  // Our own orders' numbers begin otherwise, and no system chooses so many random digits.
  const content = { out_trade_no: `check_${randomBytes(16).toString('hex')}` };
  return findingOf(await gateway.call(account, 'alipay.trade.query', content, { timeoutMs: CHANNEL_CALL }));
}

function findingOf(answer: GatewayAnswer): Checked {
  if (answer.kind === 'silence')
    return { finding: answer.blames ? BLAMED[answer.blames] : 'no_answer', code: '', why: answer.why };
  const isSigned = answer.kind === 'signed';
  const { code, subCode } = isSigned ? codesOf(answer.response) : answer;
  const [one, two] = [codeOf(code), codeOf(subCode)];
  return { finding: ofCodes(one, two, isSigned), code: `${one} ${two}`.trim(), why: '' };
}

const BLAMED: Readonly<Record<Blamed, Finding>> = {
  our_keys: 'keys_missing',
  alipay_key: 'alipay_key_wrong',
  alipay_certificate: 'alipay_certificate_missing',
  no_signature: 'not_signed',
};

function codesOf(response: Readonly<Record<string, unknown>>): { code: string; subCode: string } {
  const { code = '', sub_code = '' } = common.safeParse(response).data ?? {};
  return { code, subCode: sub_code };
}

const DISTURBED = new Set(['20000', '40005']);

function ofCodes(code: string, subCode: string, isSigned: boolean): Finding {
  const wrong = misconfigurationOf({ code, subCode });
  // Alipay has no signature for an app that it does not know, so what an unsigned answer says is told, too.
  if (wrong) return wrong;
  if (!isSigned) return 'not_signed';
  if (DISTURBED.has(code) || plainCode(subCode) === 'SYSTEM_ERROR') return 'disturbed';
  if (code === '40004' && plainCode(subCode) === 'TRADE_NOT_EXIST') return 'right';
  return code === '40004' && reasonOf(subCode) === 'channel_unavailable' ? 'account_refused' : 'code_unknown';
}
