/** The commands of docs/signing.md by which a reader sees a sample work: they are run as they stand there. */
import { commandsAt } from '../support/pages.ts';

const [CODE = '', START = ''] = commandsAt('docs/signing.md#samples');

/** The operator's line for an activation code, on the stack of `stackFile`, for a terminal of this name. */
export function activationLine(name: string, stackFile: string): string {
  const line = CODE.replace('npm run admin -- ', '').replace('--name Sample', `--name ${name}`);
  return line.replace('--local', `--json --local-stack ${stackFile}`);
}

/** What the sample is started with, from the root, before the API's address and the activation code. */
export function startOfSample(): string[] {
  const [code, address, ...words] = START.split(' ').reverse();
  if (code !== 'CODE' || address !== 'http://127.0.0.1:8080') throw new Error(`the page starts a sample by ${START}`);
  return words.reverse();
}
