/** What the recorder writes down of each test file, and where. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The recorder's folder of this run, one file for each test file. */
    record: string;
  }
}

export interface Call {
  /** The function's logical id in the template. */
  readonly by: string;
  /** Such as `dynamodb:GetItem`. */
  readonly action: string;
  /** The logical id of a table or of the secret, or `<table>/index/<index>`. */
  readonly on: string;
  /** The beginning of the key that is written, such as `cnt_`. */
  readonly writes?: string;
  /** Of a read: whether it sees every write before it. */
  readonly isConsistent?: boolean;
}

/** Vitest's global set-up: a folder for this run, the same for all projects. Answers what takes it away again. */
export default function open(project: TestProject): () => void {
  const folder = join(tmpdir(), `tillgate-run-${process.pid}`);
  // Known to the processes of all files, also where nothing of Vitest may be imported.
  process.env.TILLGATE_TEST_RUN = folder;
  project.provide('record', join(folder, 'record'));
  return () => rmSync(folder, { recursive: true, force: true });
}

/** `file`: the test's path in the repository. `calls`: each kind once. */
export function write(folder: string, file: string, calls: readonly Call[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, encodeURIComponent(file)), JSON.stringify(calls));
}

/** What each test file of this run has done so far. */
export function read(folder: string): Map<string, Call[]> {
  return new Map(
    readdirSync(folder)
      .sort()
      .map((name) => [decodeURIComponent(name), JSON.parse(readFileSync(join(folder, name), 'utf8')) as Call[]]),
  );
}
