/** Where the local stack that runs can be reached: it says so in a file, for the command lines of operator and till. */
import { rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { readIfThere, writePrivately } from '../private-file.ts';

/** `stack.json`, there while the stack runs. */
export interface StackFile {
  readonly api: string;
  readonly simulator: string;
  /** The Antom simulator. */
  readonly antom: string;
  /** The file with the credentials of the seed. */
  readonly credentials: string;
  readonly dynamodb: {
    readonly endpoint: string;
    readonly tables: { readonly directory: string; readonly orders: string; readonly statements: string };
  };
  readonly alipay: {
    /** The app of the seeded merchants, and their receiving account. */
    readonly appId: string;
    readonly sellerId: string;
    /** Whom the functions ask, and where they read the keys for that. */
    readonly gateway: string;
    readonly secrets: string;
    readonly secretId: string;
  };
}

/** Where `npm start` puts it. */
export const USUAL_STACK_FILE = join(import.meta.dirname, '..', '..', '.local', 'stack.json');

const STACKS_MAX = 20;

/**
 * Where a stack that starts says where it is: in `file`, or, as long as another stack runs that has said so there, in a folder beside it.
 * A file of a stack that does not answer any more is free. @throws Error if there are too many
 */
export async function freeStackFile(file: string): Promise<string> {
  for (let n = 1; n <= STACKS_MAX; n += 1) {
    const place = n === 1 ? file : join(dirname(file), `stack-${n}`, basename(file));
    if (!(await isInUse(place))) return place;
  }
  throw new Error(`${STACKS_MAX} stacks run already, as ${file} and the folders beside it say`);
}

async function isInUse(file: string): Promise<boolean> {
  try {
    const api = readIfThere<StackFile>(file)?.api;
    if (api === undefined) return false;
    await fetch(api, { signal: AbortSignal.timeout(1_000) });
    return true;
  } catch {
    return false;
  }
}

/** Answers what takes the file away, unless another stack has put its own there meanwhile. */
export function writeStackFile(file: string, content: StackFile): () => Promise<void> {
  writePrivately(file, content);
  return async () => {
    if (readIfThere<StackFile>(file)?.api === content.api) rmSync(file, { force: true });
  };
}
