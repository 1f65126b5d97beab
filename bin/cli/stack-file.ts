/** Where the local stack that runs can be reached: it says so in a file, for the command lines of operator and till. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';

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

/** Answers what takes the file away, unless another stack has put its own there meanwhile. */
export function writeStackFile(file: string, content: StackFile): () => Promise<void> {
  writePrivately(file, content);
  return async () => {
    if (readIfThere<StackFile>(file)?.api === content.api) rmSync(file, { force: true });
  };
}
