/**
 * What survives a kill: one JSON object a line, on disk before anybody hears of it. The last line may be torn by a kill in
 * the middle of a write; no answer told of it, so it is left out. At start the file is written anew with what still counts.
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
  const file = join(dir, 'simulator.jsonl');
  const latest = new Map<string, Entry>();
  for (const entry of existsSync(file) ? readEntries(file) : []) {
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
  return {
    append(entry) {
      writeSync(fd, `${JSON.stringify(entry)}\n`);
      fdatasyncSync(fd);
    },
    close: () => closeSync(fd),
  };
}

function readEntries(file: string): Entry[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  const torn = lines.pop();
  const entries = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Entry);
  if (!torn) return entries;
  try {
    return [...entries, JSON.parse(torn) as Entry];
  } catch {
    return entries;
  }
}
