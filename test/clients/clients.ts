/**
 * `npm run test:clients`: openapi-generator makes a client of the document for Java, Go and Python; each is compiled, parses
 * every example of the document and thirty answers that were recorded from a local stack, amounts beyond 32 bits among them, and
 * writes back what it has parsed. What a machine does not have is skipped, in so many words. `-- python` tries one language only.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { makeDocument } from '../../bin/openapi/document.ts';
import { casesIn, LARGE, plain } from './cases.ts';
import { recorded } from './recorded.ts';

const VERSION = '7.23.0';
const GENERATOR = `org.openapitools:openapi-generator-cli:${VERSION}`;
const HERE = import.meta.dirname;
const KEPT = join(HERE, '..', '..', '.local', 'clients');
const JAR = join(KEPT, `openapi-generator-cli-${VERSION}.jar`);
const folder = mkdtempSync(join(tmpdir(), 'tillgate-clients-'));
const at = (...parts: string[]) => join(folder, ...parts);
const [document, cases] = [at('openapi.json'), at('cases.json')];

/** Runs a program to its end. @throws Error with the end of what it said, if it fails */
async function run(program: string, args: readonly string[], cwd = folder): Promise<void> {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      said = `${said}${text}`.slice(-4_000);
    });
  const status = await new Promise<unknown>((resolve) => {
    child.once('error', resolve);
    child.once('close', resolve);
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}\n${said}`);
}

function has(program: string): boolean {
  return spawnSync(program, ['--help'], { stdio: 'ignore' }).error === undefined;
}

interface Language {
  readonly needs: readonly string[];
  readonly options: readonly string[];
  /** Compiles the client in `out`, and lets it write what it parses to `back`. */
  try(out: string, back: string, schemas: readonly string[]): Promise<void>;
}

const languages: Readonly<Record<string, Language>> = {
  python: {
    needs: ['python3'],
    options: [],
    async try(out, back) {
      await run('python3', ['-m', 'venv', at('venv')]);
      await run(at('venv', 'bin', 'pip'), ['install', '--quiet', out]);
      await run(at('venv', 'bin', 'python'), [join(HERE, 'round_trip.py'), cases, back]);
    },
  },
  go: {
    needs: ['go'],
    options: ['--git-host', 'example.org', '--git-user-id', 'shop', '--git-repo-id', 'tillgate'],
    async try(out, back, schemas) {
      const models = schemas.map((name) => `"${name}": reflect.TypeOf(client.${name}{}),`).join('\n\t');
      const program = readFileSync(join(HERE, 'round-trip.go'), 'utf8').replace('/* MODELS */', models);
      mkdirSync(join(out, 'round-trip'));
      writeFileSync(join(out, 'round-trip', 'main.go'), program);
      await run('go', ['run', './round-trip', cases, back], out);
    },
  },
  java: {
    needs: ['javac'],
    options: ['--library', 'native', '--additional-properties', 'containerDefaultToNull=true'],
    async try(out, back) {
      const classpath = at('classpath');
      await run('mvn', ['-q', '-B', 'compile', 'dependency:build-classpath', `-Dmdep.outputFile=${classpath}`], out);
      const path = [join(out, 'target', 'classes'), readFileSync(classpath, 'utf8').trim(), at('java-try')].join(':');
      await run('javac', ['-cp', path, '-d', at('java-try'), join(HERE, 'RoundTrip.java')]);
      await run('java', ['-cp', path, 'RoundTrip', cases, back]);
    },
  },
};

async function tried(name: string, { needs, options, try: attempt }: Language): Promise<void> {
  const missing = needs.filter((program) => !has(program));
  if (missing.length > 0) {
    console.log(`SKIPPED ${name}: there is no ${missing.join(', ')} on this machine`);
    return;
  }
  const out = at(`client-${name}`);
  const back = at(`back-${name}.json`);
  await run('java', ['-jar', JAR, 'generate', '-i', document, '-g', name, '-o', out, ...options]);
  await attempt(out, back, [...new Set(sent.map(({ schema }) => schema))]);
  const written = JSON.parse(readFileSync(back, 'utf8')) as unknown[];
  const different = sent.filter(({ value }, i) => !isDeepStrictEqual(plain(value, value), plain(written[i], value)));
  if (different.length > 0 || written.length !== sent.length)
    throw new Error(`${name} writes back another ${different.map(({ schema }) => schema).join(', ')}`);
  console.log(`${name}: ${written.length} parsed and written back, ${answers.length} of them recorded`);
}

/** Whether the generator is there: kept from an earlier run, or from Maven's cache or registry. */
async function fetched(): Promise<boolean> {
  if (existsSync(JAR)) return true;
  mkdirSync(KEPT, { recursive: true });
  const copy = ['-q', '-B', 'dependency:copy', `-Dartifact=${GENERATOR}`, `-DoutputDirectory=${folder}`];
  try {
    await run('mvn', copy);
  } catch (error) {
    console.log(String(error).slice(0, 300));
    return false;
  }
  writeFileSync(`${JAR}.part`, readFileSync(at(`openapi-generator-cli-${VERSION}.jar`)));
  renameSync(`${JAR}.part`, JAR);
  return true;
}

const made = makeDocument().document;
const asked = process.argv.slice(2);
const wanted = Object.entries(languages).filter(([name]) => asked.length === 0 || asked.includes(name));
const isToBeHad = has('java') && has('mvn') && (await fetched());
if (!isToBeHad) console.log(`SKIPPED all: ${GENERATOR} is not to be had (it takes java, mvn and Maven Central)`);
const answers = isToBeHad ? await recorded(made) : [];
const sent = [...casesIn(made), ...answers];
try {
  if (isToBeHad && (answers.length < 20 || !JSON.stringify(answers).includes(`:${LARGE}`)))
    throw new Error('fewer than twenty answers were recorded, or none of more than 32 bits');
  writeFileSync(document, JSON.stringify(made));
  writeFileSync(cases, JSON.stringify(sent));
  // Most of it is waiting for registries and compilers.
  if (isToBeHad) await Promise.all(wanted.map(([name, language]) => tried(name, language)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
