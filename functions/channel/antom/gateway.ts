/**
 * Antom's gateway on the wire: requests signed over exactly the bytes that are sent, answers verified over exactly the bytes that
 * arrived. It says what arrived and never what it means; see antom.ts.
 */

import type { KeyObject } from 'node:crypto';
import type { Agent } from 'node:http';
import type { EpochMs } from '../../time.ts';
import { ask, keptConnections } from '../http.ts';
import type { Account, AntomAccount } from '../registry.ts';
import { readJson } from './json.ts';
import type { AntomKeys, ClientKeys } from './secret.ts';
import { flawOf, signatureHeader } from './wire.ts';

/** What a call to the gateway brought. */
export type GatewayAnswer =
  /** `isSigned` false: it is no fact, and a refusal in it is worth telling. */
  | { readonly kind: 'answer'; readonly isSigned: boolean; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: 'silence'; readonly why: string };

export interface AntomGateway {
  /** One call of a method below `payments/`. It never throws for what happens outside. `timeoutMs` is the longest it takes. */
  call(
    account: Account,
    method: string,
    body: Readonly<Record<string, unknown>>,
    options: { readonly timeoutMs: number; readonly isRepeatable?: boolean },
  ): Promise<GatewayAnswer>;
}

/** @throws Error for an account of another channel: its orders never come here */
export function antomAccount(account: Account): AntomAccount {
  if (account.channel !== 'antom') throw new Error(`an account of ${account.channel} came to Antom`);
  return account;
}

/** Where a client's calls go; the path of a sandbox is another one, and the one that is signed. */
export function pathOf(clientId: string, method: string): string {
  return `/ams/${clientId.startsWith('SANDBOX_') ? 'sandbox/' : ''}api/v1/payments/${method}`;
}

const ANSWER_BYTES_MAX = 256 * 1024;
/** Antom takes one of our keys at a time, and says so of the other before it looks at what was asked. */
const REFUSED_SIGNER = new Set(['SIGNATURE_INVALID', 'INVALID_SIGNATURE', 'KEY_NOT_FOUND']);

export function createAntomGateway(options: {
  readonly url: string;
  keys(): Promise<AntomKeys>;
  now(): EpochMs;
}): AntomGateway {
  let agent: Agent | undefined;
  /** By client id: the key of ours that was taken last. */
  const taken = new Map<string, KeyObject>();

  async function send(
    { clientId, agentToken }: AntomAccount,
    { antomKeys, keyVersion }: ClientKeys,
    asked: { key: KeyObject; method: string; body: string; timeoutMs: number; isRepeatable: boolean },
  ): Promise<GatewayAnswer> {
    const { key, method, body, timeoutMs } = asked;
    const path = pathOf(clientId, method);
    const time = String(options.now());
    const url = new URL(path, options.url);
    const request = {
      method: 'POST' as const,
      ...{ url, body, timeoutMs, bytesMax: ANSWER_BYTES_MAX },
      contentType: 'application/json; charset=UTF-8',
      headers: {
        'client-id': clientId,
        'request-time': time,
        signature: signatureHeader({ path, clientId, time, body }, key, keyVersion),
        ...(agentToken !== undefined && { 'agent-token': agentToken }),
      },
    };
    agent ??= keptConnections(url);
    // A kept connection may have died while the instance was frozen. What asks for money once has one of its own.
    let arrived = await ask(asked.isRepeatable ? { ...request, agent } : request);
    if (arrived.kind === 'silence' && arrived.isStale) arrived = await ask({ ...request, agent });
    if (arrived.kind === 'too_large') return { kind: 'silence', why: 'the answer is too large' };
    if (arrived.kind === 'silence') return { kind: 'silence', why: arrived.why };
    const { bytes, headers } = arrived;
    const answer = readJson(bytes);
    if (!answer) return { kind: 'silence', why: 'the answer is not JSON' };
    const header = textOf(headers.signature);
    const answeredAt = textOf(headers['response-time']) ?? '';
    const flaw = flawOf({ path, clientId, time: answeredAt, body: bytes }, header, antomKeys);
    // A signature that does not fit is a forgery, or we hold another key than Antom's.
    if (flaw !== undefined && header !== undefined) return { kind: 'silence', why: `not Antom's answer: ${flaw}` };
    return { kind: 'answer', isSigned: flaw === undefined, body: answer };
  }

  return {
    async call(of, method, content, { timeoutMs, isRepeatable = true }) {
      const account = antomAccount(of);
      const keys = (await options.keys()).get(account.clientId);
      if (!keys) return { kind: 'silence', why: 'no keys for this client id' };
      const endsAt = options.now() + timeoutMs;
      const asked = { method, body: JSON.stringify(content), isRepeatable };
      const known = taken.get(account.clientId);
      const signers = keys.signers.toSorted((a, b) => Number(known?.equals(b)) - Number(known?.equals(a)));
      const [first, other] = signers;
      if (!first) return { kind: 'silence', why: 'no key for this client id' };
      const answer = await send(account, keys, { ...asked, key: first, timeoutMs });
      const left = Math.min(endsAt - options.now(), timeoutMs);
      if (!other || !isRefusedSigner(answer) || left <= 0) return answer;
      const second = await send(account, keys, { ...asked, key: other, timeoutMs: left });
      if (second.kind === 'answer' && !isRefusedSigner(second)) taken.set(account.clientId, other);
      return second;
    },
  };
}

const textOf = (header: string | string[] | undefined) => (Array.isArray(header) ? header.join(',') : header);

/** Such an answer may come unsigned: it is no proof of anything, and only a reason to try the other key. */
function isRefusedSigner(answer: GatewayAnswer): boolean {
  const { resultCode } = (answer.kind === 'answer' && (answer.body.result as { resultCode?: unknown })) || {};
  return typeof resultCode === 'string' && REFUSED_SIGNER.has(resultCode);
}
