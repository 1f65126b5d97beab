/**
 * The secret with the keys for Antom, read once and refused by name where it cannot work. An error names the member that is
 * wrong, and quotes no value.
 */
import type { KeyObject } from 'node:crypto';
import * as z from 'zod';
import { attempt, privateKeyOf, publicKeyOf, theirs } from '../rsa-keys.ts';

/** What belongs to one of our client ids. */
export interface ClientKeys {
  /** Ours: one, or the present one and the next. */
  readonly signers: readonly KeyObject[];
  /** Antom's: what either has signed is its word. */
  readonly antomKeys: readonly KeyObject[];
  /** As our signatures name it; Antom's dashboard says which. */
  readonly keyVersion: string;
}

/** By client id. */
export type AntomKeys = ReadonlyMap<string, ClientKeys>;

const pem = z.string().min(1);
const secretSchema = z.strictObject({
  clients: z.record(
    z.string(),
    z.strictObject({
      privateKeyPem: pem,
      nextPrivateKeyPem: pem.optional(),
      antomPublicKeyPems: z.array(pem).min(1).max(2),
      keyVersion: z
        .string()
        .regex(/^[0-9]{1,9}$/, 'it is a number, as text')
        .optional(),
    }),
  ),
});

/** Keys are PEM, or bare base64 as Antom's dashboard shows them. @throws Error naming the member that is wrong */
export function parseAntomSecret(json: string): AntomKeys {
  const secret = attempt<unknown>(`${UNUSABLE}: the secret is not JSON`, () => JSON.parse(json));
  const checked = secretSchema.safeParse(secret);
  if (!checked.success) {
    const told = checked.error.issues.map(({ path, message }) => `${['secret', ...path].join('.')}: ${message}`);
    throw new Error(`${UNUSABLE}: ${told.join('; ')}`);
  }
  return new Map(
    Object.entries(checked.data.clients).map(([clientId, client]) => {
      const read = <T>(name: string, make: () => T): T => member(`clients.${clientId}.${name}`, make);
      const { privateKeyPem, nextPrivateKeyPem, antomPublicKeyPems, keyVersion = '1' } = client;
      const signers = [read('privateKeyPem', () => privateKeyOf(privateKeyPem))];
      if (nextPrivateKeyPem !== undefined)
        signers.push(read('nextPrivateKeyPem', () => privateKeyOf(nextPrivateKeyPem)));
      const antomKeys = antomPublicKeyPems.map((text, i) =>
        read(`antomPublicKeyPems.${i}`, () => theirs(publicKeyOf(text), signers, "it is our own, not Antom's")),
      );
      return [clientId, { signers, antomKeys, keyVersion }];
    }),
  );
}

const UNUSABLE = 'the keys for Antom cannot be used';

function member<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${UNUSABLE}: ${name}: ${(error as Error).message}`);
  }
}
