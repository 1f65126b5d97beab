/** The credentials file: what a terminal or a back office signs with. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Algorithm, Scope } from '../../functions/merchant/key.ts';
import { UsageError } from './exit.ts';
import { USUAL_STACK_FILE } from './stack-file.ts';

/** A credential as its holder keeps it: the private key is here and nowhere else. */
export interface Credential {
  readonly keyid: string;
  readonly alg: Algorithm;
  readonly privateKeyPem: string;
  readonly scopes: readonly Scope[];
  readonly merchantId: string;
  /** A terminal's; null: the credential is a back office's. */
  readonly storeId: string | null;
  readonly revoked?: true;
}

export interface CredentialsFile {
  readonly credentials?: readonly Credential[];
}

/** Where `npm start` puts those of its seed. */
export const DEFAULT_CREDENTIALS = join(dirname(USUAL_STACK_FILE), 'credentials.json');

/** @throws UsageError unless it is there and is JSON */
export function readCredentials(file: string): CredentialsFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(
      `no credentials at ${file}: start the local stack (npm start), or name a file with --credential`,
    );
  }
  try {
    return JSON.parse(text) as CredentialsFile;
  } catch {
    throw new UsageError(`${file} is no credentials file`);
  }
}

/** The credential that is named, else the first that is not revoked and allows `scope`. @throws UsageError if there is none */
export function pickCredential(
  { credentials = [] }: CredentialsFile,
  wanted: string | undefined,
  scope: string,
): Credential {
  const found = wanted
    ? credentials.find(({ keyid }) => keyid === wanted || keyid.startsWith(`${wanted}.`))
    : credentials.find(({ revoked, scopes }) => !revoked && (scopes as readonly string[]).includes(scope));
  if (!found) throw new UsageError(`no credential ${wanted ?? `with the scope ${scope}`} in the credentials file`);
  return found;
}
