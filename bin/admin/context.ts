/** Where a command works and speaks: for people, or with `--json` for a program. */

import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { toInstant } from '../../functions/time.ts';
import { Refused } from '../cli/exit.ts';
import type { Place } from './directory-store.ts';

/** A process's streams, or a test's. `stdin.isTTY`: a person is there to be asked. */
export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable;
}

export interface Desk {
  readonly place: Place;
  /** Lines for people; nothing with `--json`. */
  say(...lines: string[]): void;
  /** The result for a program; nothing without `--json`. */
  tell(value: unknown): void;
  /** One line of JSON on stderr, for the operator's own log. */
  log(fields: Readonly<Record<string, string>>): void;
  /** Asks before what cannot be undone. @throws Refused unless the answer is yes */
  confirm(what: string): Promise<void>;
}

export function openDesk(place: Place, { yes, json }: { yes: boolean; json: boolean }, streams: Streams): Desk {
  return {
    place,
    say: (...lines) => {
      if (!json) streams.stdout.write(`${lines.join('\n')}\n`);
    },
    tell: (value) => {
      if (json) streams.stdout.write(`${JSON.stringify(value)}\n`);
    },
    log: (fields) => {
      streams.stderr.write(`${JSON.stringify({ ...fields, place: place.name, at: toInstant(place.now()) })}\n`);
    },
    async confirm(what) {
      if (yes) return;
      if (!streams.stdin.isTTY)
        throw new Refused(`${what}\nNobody is here to confirm that: say --yes. Nothing was changed.`);
      if (!(await isYes(`At ${place.name}: ${what}\nGo on? (yes/no) `, streams)))
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
