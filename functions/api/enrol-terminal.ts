import { createPublicKey } from 'node:crypto';
import { Problem } from '../contract/problem.ts';
import { ENROLMENT, ENROLMENT_KEYID } from '../contract/signing.ts';
import { terminalOperations } from '../contract/terminals.ts';
import { mustBeVerified } from '../http/caller.ts';
import { openEndpoint, type Run } from '../http/endpoint.ts';
import type { Identify } from '../http/middleware/authenticate.ts';
import { verifyRequest } from '../http/signature.ts';
import { networkOf } from '../merchant/addresses.ts';
import { enrol, type PublicKey, plainCode, publicKeyOf } from '../merchant/enrolment.ts';
import type { Services } from '../services.ts';

export { warmUp } from '../services.ts';

type Operation = typeof terminalOperations.enrolTerminal;
/** A key whose holder signed the request; whose it is says the code. */
type Newcomer = PublicKey & { readonly keyid: string; readonly network: string };

/** The caller is the holder of the very key that the body names. */
const identify: Identify<Operation, Newcomer> = async (services, received, parse) => {
  const key = readKey(parse().body);
  const publicKey = createPublicKey({ key: Buffer.from(key.publicKey, 'base64'), format: 'der', type: 'spki' });
  const candidate = { keyid: ENROLMENT_KEYID, alg: key.alg, publicKey, revoked: false };
  mustBeVerified(
    await verifyRequest(received, {
      now: services.now(),
      authorities: services.authorities,
      purpose: ENROLMENT,
      findKey: async (keyid) => (keyid === ENROLMENT_KEYID ? candidate : undefined),
    }),
  );
  return { ...key, keyid: ENROLMENT_KEYID, network: networkOf(received.address ?? '') };
};

/** @throws Problem if it is no public key of its algorithm */
export function readKey(told: PublicKey): PublicKey {
  const key = publicKeyOf(told);
  if (key) return key;
  const detail = `must be a public key of ${told.alg}`;
  throw new Problem('malformed', { detail: `/publicKey: ${detail}`, errors: [{ pointer: '/publicKey', detail }] });
}

/** Uses up an activation code. Unknown, wrong, over, used and tried too often answer alike. */
export const enrolTerminal: Run<Operation, Newcomer> = async (services, { body, caller: { network, ...caller } }) => {
  const { alg, publicKey } = caller;
  const buckets = takeTokens(services, network);
  const code = plainCode(body.code);
  const terminal = await enrol(services.directory.table, code, { alg, publicKey }, services.now(), network);
  if (terminal) for (const bucket of buckets) services.tokenBuckets.give(bucket);
  else {
    refused(services, 'refused');
    throw new Problem('activation_refused', {
      detail: 'Ask the operator for a new code: this one is mistyped, over, or used.',
      message: {
        'zh-CN': '激活码无效、已过期或已使用，请向管理员索取新的激活码。',
        en: 'The code is mistyped, over or used. Ask the operator for a new one.',
      },
    });
  }
  const { id, merchantId, storeId = 'main', scopes, stores = 'own' } = terminal;
  return { status: 200, body: { terminalId: id, keyid: `${id}.1`, merchantId, storeId, scopes: [...scopes], stores } };
};

/**
 * Refused tries of one network, and of all: so many at once, and then so many in a second. Of this instance, and so approximate:
 * the throttle of the route stands before it.
 */
const REFUSED = { network: { perSecond: 0.5, burst: 20 }, all: { perSecond: 10, burst: 100 } } as const;

/** Takes a token of each bucket, and answers their names. @throws Problem 429 where one is empty, whether the code is right or not */
function takeTokens(services: Services, network: string): string[] {
  const taken: string[] = [];
  for (const [key, { perSecond, burst }] of [
    [`enrolment.${network}`, REFUSED.network],
    ['enrolment', REFUSED.all],
  ] as const) {
    const waitMs = services.tokenBuckets.take(key, perSecond, services.now(), burst);
    if (waitMs > 0) {
      refused(services, 'too_many');
      throw new Problem('too_many_requests', {
        detail: 'Too many activation codes were refused: wait, and type the code with care.',
        executed: false,
        headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) },
      });
    }
    taken.push(key);
  }
  return taken;
}

function refused({ metrics, log }: Services, reason: string): void {
  metrics.count('refusedActivations');
  log.warn('activation_refused', { reason });
}

export const handler = openEndpoint(terminalOperations.enrolTerminal, enrolTerminal, identify);
