/** Where a command works and speaks: for people, or with `--json` for a program. */

import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { toInstant } from '../../functions/time.ts';
import { Refused } from '../cli/exit.ts';
import { type Output, outputTo } from '../cli/output.ts';
import type { Deployment } from './directory-store.ts';

/** A process's streams, or a test's. `stdin.isTTY`: a person is there to be asked. */
export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable;
}

export interface CommandContext extends Output {
  readonly deployment: Deployment;
  /** One line of JSON on stderr, for the operator's own log. */
  log(fields: Readonly<Record<string, string>>): void;
  /** Asks before what cannot be undone. @throws Refused unless the answer is yes */
  confirm(what: string): Promise<void>;
}

export function openContext(
  deployment: Deployment,
  { yes = false, json = false }: { yes?: boolean; json?: boolean },
  streams: Streams,
): CommandContext {
  return {
    deployment,
    ...outputTo(streams.stdout, json),
    log: (fields) => {
      const line = { ...fields, place: deployment.name, at: toInstant(deployment.now()) };
      streams.stderr.write(`${JSON.stringify(line)}\n`);
    },
    async confirm(what) {
      if (yes) return;
      if (!streams.stdin.isTTY)
        throw new Refused(`${what}\nNobody is here to confirm that: say --yes. Nothing was changed.`);
      if (!(await isYes(`At ${deployment.name}: ${what}\nGo on? (yes/no) `, streams)))
        throw new Refused('Nothing was changed.');
    },
  };
}

async function isYes(question: string, { stdin, stderr }: Streams): Promise<boolean> {
  const lines = createInterface({ input: stdin, output: stderr });
  // The end of the input is no answer, so it is a no.
  const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  try {
    return /^y(es)?$/i.test((await Promise.race([lines.question(question), ended])).trim());
  } finally {
    lines.close();
  }
}
