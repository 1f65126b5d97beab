import { createPublicKey } from 'node:crypto';
import { Problem } from '../contract/problem.ts';
import { ROTATION } from '../contract/signing.ts';
import { terminalOperations } from '../contract/terminals.ts';
import { type Caller, callerOf, mustBeVerified } from '../http/caller.ts';
import { openEndpoint, type Run } from '../http/endpoint.ts';
import type { Identify } from '../http/middleware/authenticate.ts';
import { verifyRequest } from '../http/signature.ts';
import { type PublicKey, rotate } from '../merchant/enrolment.ts';
import { toInstant } from '../time.ts';
import { readKey } from './enrol-terminal.ts';

export { warmUp } from '../services.ts';

type Operation = typeof terminalOperations.rotateKey;
type Rotating = Caller & { readonly next: PublicKey };

const numbered = /^(trm_[a-z2-7]+)\.([1-9]\d{0,5})$/;

/** The holder of both keys: of one that is valid, and of the one that the body names. */
const identify: Identify<Operation, Rotating> = async (services, received, parse) => {
  const caller = await callerOf(services, received, parse, { isOneOfTwo: true, mayBeOver: true });
  const [, terminalId, k] = numbered.exec(caller.keyid) ?? [];
  if (terminalId === undefined)
    throw new Problem('scope_missing', { detail: 'Only a terminal changes its own key; ask the operator for yours.' });
  const next = readKey(parse().body);
  const keyid = `${terminalId}.${Number(k) + 1}`;
  const publicKey = createPublicKey({ key: Buffer.from(next.publicKey, 'base64'), format: 'der', type: 'spki' });
  mustBeVerified(
    await verifyRequest(received, {
      now: services.now(),
      authorities: services.authorities,
      purpose: ROTATION,
      isOneOfTwo: true,
      findKey: async (named) => (named === keyid ? { keyid, alg: next.alg, publicKey, revoked: false } : undefined),
    }),
  );
  return { ...caller, next };
};

/** Takes the terminal's next key into use. A repeat with the same keys gets the same answer. */
export const rotateKey: Run<Operation, Rotating> = async (services, { caller, body }) => {
  const [, terminalId = '', k] = numbered.exec(caller.keyid) ?? [];
  const rotation = await rotate(services.directory.table, terminalId, Number(k), caller.next, services.now(), {
    endOldKeyNow: body.endOldKeyNow === true,
  });
  switch (rotation.kind) {
    case 'rotated': {
      const { key, oldKeyExpiresAt } = rotation;
      const validFrom = toInstant(key.createdAt);
      return { status: 200, body: { keyid: key.id, validFrom, oldKeyExpiresAt: toInstant(oldKeyExpiresAt) } };
    }
    case 'revoked':
      throw new Problem('key_revoked', { detail: 'This terminal was revoked.' });
    case 'rotated_already':
      throw new Problem('key_rotated_already', {
        detail: 'Another key has taken this place: sign by that one, or enrol the terminal again.',
      });
  }
};

export const handler = openEndpoint(terminalOperations.rotateKey, rotateKey, identify);
