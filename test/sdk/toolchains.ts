/**
 * Where the foreign libraries come from: Maven, pip and Go, each as it is configured on this machine, at the versions that the files
 * in these folders pin. What is made is kept under `.local/sdk/`, by the content of the file that pins it.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { NotToBeHad, run } from './program.ts';

const HERE = import.meta.dirname;
const KEPT = join(HERE, '..', '..', '.local', 'sdk');

const making = new Map<string, Promise<string>>();

/** The folder that `make` fills, made once for each content of `pins`. @throws NotToBeHad if it cannot be made */
function made(name: string, pins: string, make: (folder: string) => Promise<unknown>): Promise<string> {
  const begun = making.get(name) ?? fill(name, pins, make);
  making.set(name, begun);
  return begun;
}

async function fill(name: string, pins: string, make: (folder: string) => Promise<unknown>): Promise<string> {
  const hash = createHash('sha256')
    .update(readFileSync(join(HERE, pins)))
    .digest('hex')
    .slice(0, 12);
  const folder = join(KEPT, `${name}-${hash}`);
  if (existsSync(folder)) return folder;
  mkdirSync(KEPT, { recursive: true });
  const unfinished = mkdtempSync(join(KEPT, `${name}-unfinished-`));
  try {
    await make(unfinished);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (error instanceof NotToBeHad) throw error;
    throw new NotToBeHad(`what test/sdk/${pins} names is not to be had: ${reasonOf(error)}`);
  }
  renameSync(unfinished, folder);
  return folder;
}

/** The line of an error that says why; tools say a lot around it. */
function reasonOf(error: unknown): string {
  const [first = '', ...said] = (error instanceof Error ? error.message : String(error)).split('\n');
  return (said.find((line) => /error/i.test(line)) ?? said[0] ?? first).trim().slice(0, 300);
}

/** The class path of a folder's `pom.xml`. */
export async function mavenClassPath(folder: string): Promise<string> {
  const jars = await made(folder, `${folder}/pom.xml`, (out) =>
    run('mvn', [
      '-q',
      '-B',
      '-f',
      join(HERE, folder, 'pom.xml'),
      'dependency:copy-dependencies',
      `-DoutputDirectory=${out}`,
    ]),
  );
  return join(jars, '*');
}

/** What `PYTHONPATH` must be for the packages of a list, such as `folder/official.txt`; `options` are pip's own. */
export function pythonPath(list: string, options: readonly string[] = []): Promise<string> {
  return made(list.replace(/\W/g, '-'), list, (out) =>
    run('python3', [
      ...['-m', 'pip', 'install', '--quiet', '--no-compile', '--disable-pip-version-check', ...options],
      // Wheels only, but for the one package that has none.
      ...['--only-binary', ':all:', '--no-binary', 'python-alipay-sdk', '--target', out, '-r', join(HERE, list)],
    ]),
  );
}

const goModules = (folder: string) =>
  made(folder, `${folder}/go.sum`, () => run('go', ['mod', 'download'], { cwd: join(HERE, folder) }));

/** The program of a folder's Go module, compiled. */
export async function goProgram(folder: string): Promise<string> {
  await goModules(folder);
  const program = join(KEPT, `${folder}.program`);
  await run('go', ['build', '-o', program, '.'], { cwd: join(HERE, folder) });
  return program;
}

/** Fetches everything side by side, while programs that need none of it run. A program that needs a part waits for the same promise, and fails with it. */
export function fetchAll(): void {
  const lists = ['rfc9421-python/requirements.txt', 'alipay-python/official.txt', 'alipay-python/community.txt'];
  const all = [mavenClassPath('alipay-java'), goModules('rfc9421-go'), ...lists.map((list) => pythonPath(list))];
  // Handled there: here a failed download must not end the process.
  for (const it of all) it.catch(() => {});
}
