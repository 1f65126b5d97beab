import { Problem } from '../contract/problem.ts';
import type { Caller } from '../http/caller.ts';
import type { Services } from '../services.ts';

/**
 * Whose shifts are asked for: the calling terminal's, or for a back office those of the terminal that it names. Another
 * merchant's terminal answers exactly like one that does not exist.
 */
export async function terminalOf(services: Services, caller: Caller, named: string | undefined): Promise<string> {
  if (caller.terminalId !== undefined) {
    if (named !== undefined && named !== 'self')
      throw new Problem('malformed', { detail: 'A terminal asks for its own shifts: terminal=self, or nothing.' });
    return caller.terminalId;
  }
  if (named === undefined)
    throw new Problem('malformed', { detail: 'A back office says whose shifts: terminal=trm_….' });
  const terminal = await services.directory.credential(named);
  if (terminal?.role !== 'terminal' || terminal.merchantId !== caller.merchantId)
    throw new Problem('not_found', { detail: 'There is no such terminal.' });
  return named;
}
