/** What a data folder keeps over a restart, beside tables and books: who is there, and by how much the clock is ahead. */
import { join } from 'node:path';
import { clock } from '../../functions/time.ts';
import { readIfThere, writePrivately } from '../private-file.ts';
import { newAntomIdentity } from './antom-identity.ts';
import type { LocalClock } from './control.ts';
import { type Identity, inCertificateMode, inCurrencies, newIdentity } from './seed.ts';

interface Given {
  readonly certificates?: boolean;
  readonly currencies?: boolean;
  /** Of a stack without a data folder. Absent: a new one. */
  readonly identity?: Identity;
}

export function identityOf(
  dataDir: string | undefined,
  { certificates, currencies, identity: given }: Given,
): Identity {
  const file = dataDir && join(dataDir, 'identity.json');
  const known = file ? readIfThere<Identity>(file) : given;
  const plain = withAntom(known ?? newIdentity());
  const certified = certificates ? inCertificateMode(plain) : plain;
  const identity = currencies ? inCurrencies(certified) : certified;
  if (file && identity !== known) writePrivately(file, identity);
  return identity;
}

/** A data folder of versions before knows no Antom. */
function withAntom(identity: Omit<Identity, 'antom'> & Partial<Identity>): Identity {
  const { antom } = identity;
  return antom ? (identity as Identity) : { ...identity, antom: newAntomIdentity() };
}

export function startClock(dataDir: string | undefined): LocalClock {
  const file = dataDir && join(dataDir, 'clock.json');
  let offset = (file && readIfThere<{ offsetMs: number }>(file)?.offsetMs) || 0;
  const now = () => Date.now() + offset;
  clock.now = now;
  return {
    now,
    moveTo(at) {
      offset = Math.max(offset, at - Date.now());
      if (file) writePrivately(file, { offsetMs: offset });
    },
  };
}
