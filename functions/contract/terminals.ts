/** How a terminal gets its key, changes it, and is looked after. */
import * as z from 'zod';
import { SCOPES } from '../merchant/key.ts';
import { page, terminalView } from './answers.ts';
import { cursor, limit, nothing } from './fields.ts';
import { once, operation } from './operation.ts';

const alg = z.enum(['ed25519', 'ecdsa-p256-sha256']);
/** SPKI: 44 bytes for Ed25519, 91 for P-256. */
const publicKey = z.string().regex(/^[A-Za-z0-9+/]{59,122}={0,2}$/, 'must be a public key (SPKI) in base64');
const instant = once(() => z.iso.datetime());

export const terminalOperations = {
  enrolTerminal: operation({
    name: 'enrolTerminal',
    method: 'POST',
    path: '/v1/terminals/enrolment',
    scope: null,
    params: nothing,
    query: nothing,
    body: z.strictObject({
      /** As a person types it: case, hyphens and spaces do not matter, O is 0, I and L are 1. */
      code: z.string().regex(/^[0-9A-Za-z -]{12,24}$/, 'must be a code such as 7K2M-9QXD-4TRB'),
      alg,
      publicKey,
    }),
    answers: () => ({
      200: {
        schema: z.strictObject({
          terminalId: z.string(),
          keyid: z.string(),
          merchantId: z.string(),
          storeId: z.string(),
          scopes: z.array(z.enum(SCOPES)),
          /** Where it reads, closes and refunds; it sells in its own. */
          stores: z.enum(['own', 'all']),
        }),
      },
    }),
    entry: 'api/enrol-terminal.ts',
  }),
  rotateKey: operation({
    name: 'rotateKey',
    method: 'POST',
    path: '/v1/terminals/self/keys',
    scope: null,
    params: nothing,
    query: nothing,
    body: z.strictObject({
      alg,
      publicKey,
      /** The old key ends now, and not after a week. */
      endOldKeyNow: z.boolean().optional(),
    }),
    answers: () => ({
      200: {
        schema: z.strictObject({ keyid: z.string(), validFrom: instant(), oldKeyExpiresAt: instant() }),
      },
    }),
    entry: 'api/rotate-key.ts',
  }),
  listTerminals: operation({
    name: 'listTerminals',
    method: 'GET',
    path: '/v1/terminals',
    scope: 'terminals:read',
    params: nothing,
    query: z.strictObject({ limit, cursor }),
    body: null,
    answers: () => ({ 200: { schema: page(terminalView()) } }),
    entry: 'api/list-terminals.ts',
  }),
} as const;
