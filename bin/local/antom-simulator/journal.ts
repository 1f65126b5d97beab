/**
 * What survives a kill: one JSON object a line, on disk before an answer tells of it. A kill in the middle of a write tears the
 * last line, of which no answer told, so it is left out. At start the file is written anew with what still counts.
 */
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

export interface Entry {
  readonly kind: string;
  readonly key: string;
  readonly value: unknown;
}

export interface Journal {
  /** Durable when it returns. */
  append(entry: Entry): void;
  close(): void;
}

/** Forgets everything: for a simulator without a folder. */
export const noJournal: Journal = { append: () => {}, close: () => {} };

/** Opens the journal in `dir` and hands each entry that still counts to `replay`, oldest first. */
export function openJournal(dir: string, replay: (entry: Entry) => void): Journal {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'antom-simulator.jsonl');
  const latest = new Map<string, Entry>();
  for (const entry of existsSync(file) ? entriesOf(readFileSync(file, 'utf8')) : []) {
    const id = `${entry.kind}\n${entry.key}`;
    latest.delete(id);
    latest.set(id, entry);
  }
  const fresh = openSync(`${file}.new`, 'w', 0o600);
  for (const entry of latest.values()) writeSync(fresh, `${JSON.stringify(entry)}\n`);
  fdatasyncSync(fresh);
  closeSync(fresh);
  renameSync(`${file}.new`, file);
  for (const entry of latest.values()) replay(entry);

  const fd = openSync(file, 'a', 0o600);
  const append = (entry: Entry) => {
    writeSync(fd, `${JSON.stringify(entry)}\n`);
    fdatasyncSync(fd);
  };
  return { append, close: () => closeSync(fd) };
}

/** Each line ends with a line feed; what stands behind the last one is torn. */
function entriesOf(text: string): Entry[] {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Entry);
}
