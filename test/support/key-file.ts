/** A new file for the credentials that `key create --out FILE` makes. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credential } from '../../bin/cli/credentials.ts';

export function newKeyFile(): { readonly file: string; take(): Credential[] } {
  const folder = mkdtempSync(join(tmpdir(), 'tillgate-key-'));
  const file = join(folder, 'key.json');
  return {
    file,
    /** What was written; the file is gone afterwards. */
    take() {
      const { credentials } = JSON.parse(readFileSync(file, 'utf8')) as { credentials: Credential[] };
      rmSync(folder, { recursive: true });
      return credentials;
    },
  };
}
