/**
 * What a data folder keeps beside the tables and the simulator's books: who the credentials and keys are, and how far the
 * clock was turned. Each file is on disk before what depends on it is answered.
 */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivately } from '../private-file.ts';

/** Only one process may use a folder. The lock of a process that is gone, killed perhaps, counts for nothing. */
export function lockDataDir(dir: string): () => void {
  makePrivately(dir);
  const file = join(dir, 'lock');
  for (let tries = 0; tries < 2; tries += 1) {
    try {
      const fd = openSync(file, 'wx', 0o600);
      writeSync(fd, String(process.pid));
      closeSync(fd);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const pid = Number(readFileSync(file, 'utf8'));
      if (isAlive(pid)) throw new DataDirInUse(`${dir} is in use by process ${pid}.`);
      rmSync(file, { force: true });
    }
  }
  throw new DataDirInUse(`${dir} is in use.`);
}

export class DataDirInUse extends Error {}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid < 1 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
