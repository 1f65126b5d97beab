/** Files that only their owner may read: keys, credentials, and what a data folder keeps. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes `value` as JSON, whole or not at all, and on disk when it returns. What stands at the place of the file, or of the
 * one beside it, gives neither its mode nor, as a link, its target.
 */
export function writePrivately(file: string, value: unknown): void {
  makePrivately(dirname(file));
  const beside = `${file}.new`;
  rmSync(beside, { force: true });
  // `wx` creates, and follows no link; so the mode is ours.
  const fd = openSync(beside, 'wx', 0o600);
  try {
    writeSync(fd, `${JSON.stringify(value, null, 2)}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(beside, file);
}

/** A folder for its owner. One that is there already stays as it is. */
export function makePrivately(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** What `writePrivately` wrote there; undefined without a file. @throws SyntaxError if it is no JSON */
export function readIfThere<T>(file: string): T | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}
