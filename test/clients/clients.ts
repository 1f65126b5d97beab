/**
 * `npm run test:clients`: openapi-generator makes a client of the document for Java, Go and Python; each is compiled, parses
 * every example of the document (and amounts beyond 32 bits), and writes back what it has parsed. What a machine does not
 * have is skipped, in so many words. `-- python` tries one language only.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { makeDocument } from '../../bin/openapi/document.ts';
import { casesIn, plain } from './cases.ts';

const GENERATOR = 'org.openapitools:openapi-generator-cli:7.23.0';
const HERE = import.meta.dirname;
const folder = mkdtempSync(join(tmpdir(), 'tillgate-clients-'));
const at = (...parts: string[]) => join(folder, ...parts);
const [document, cases, back] = [at('openapi.json'), at('cases.json'), at('back.json')];

/** Runs a program to its end. @throws Error with what it said, if it fails */
function run(program: string, args: readonly string[], cwd = folder): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}\n${error ?? ''}${stdout}${stderr}`.slice(-4_000));
}

function has(program: string): boolean {
  return spawnSync(program, ['--help'], { stdio: 'ignore' }).error === undefined;
}

interface Language {
  readonly needs: readonly string[];
  readonly options: readonly string[];
  /** Compiles the client in `out`, and lets it write what it parses to `back`. */
  try(out: string, schemas: readonly string[]): void;
}

const languages: Readonly<Record<string, Language>> = {
  python: {
    needs: ['python3'],
    options: [],
    try(out) {
      run('python3', ['-m', 'venv', at('venv')]);
      run(at('venv', 'bin', 'pip'), ['install', '--quiet', out]);
      run(at('venv', 'bin', 'python'), [join(HERE, 'round_trip.py'), cases, back]);
    },
  },
  go: {
    needs: ['go'],
    options: ['--git-host', 'example.org', '--git-user-id', 'shop', '--git-repo-id', 'tillgate'],
    try(out, schemas) {
      const models = schemas.map((name) => `"${name}": reflect.TypeOf(client.${name}{}),`).join('\n\t');
      const program = readFileSync(join(HERE, 'round-trip.go'), 'utf8').replace('/* MODELS */', models);
      mkdirSync(join(out, 'round-trip'));
      writeFileSync(join(out, 'round-trip', 'main.go'), program);
      run('go', ['run', './round-trip', cases, back], out);
    },
  },
  java: {
    needs: ['javac'],
    options: ['--library', 'native', '--additional-properties', 'containerDefaultToNull=true'],
    try(out) {
      const classpath = at('classpath');
      run('mvn', ['-q', '-B', 'compile', 'dependency:build-classpath', `-Dmdep.outputFile=${classpath}`], out);
      const path = [join(out, 'target', 'classes'), readFileSync(classpath, 'utf8').trim(), at('java-try')].join(':');
      run('javac', ['-cp', path, '-d', at('java-try'), join(HERE, 'RoundTrip.java')]);
      run('java', ['-cp', path, 'RoundTrip', cases, back]);
    },
  },
};

function tried(name: string, { needs, options, try: attempt }: Language): void {
  const missing = needs.filter((program) => !has(program));
  if (missing.length > 0) {
    console.log(`SKIPPED ${name}: there is no ${missing.join(', ')} on this machine`);
    return;
  }
  const out = at(`client-${name}`);
  const jar = at('openapi-generator-cli-7.23.0.jar');
  run('java', ['-jar', jar, 'generate', '-i', document, '-g', name, '-o', out, ...options]);
  attempt(out, [...new Set(sent.map(({ schema }) => schema))]);
  const written = JSON.parse(readFileSync(back, 'utf8')) as unknown[];
  const different = sent.filter(({ value }, i) => !isDeepStrictEqual(plain(value, value), plain(written[i], value)));
  if (different.length > 0 || written.length !== sent.length)
    throw new Error(`${name} writes back another ${different.map(({ schema }) => schema).join(', ')}`);
  console.log(`${name}: ${written.length} parsed and written back`);
}

const made = makeDocument().document;
const sent = casesIn(made);
writeFileSync(document, JSON.stringify(made));
writeFileSync(cases, JSON.stringify(sent));
try {
  const asked = process.argv.slice(2);
  const isToBeHad = has('java') && has('mvn') && fetched();
  if (!isToBeHad) console.log(`SKIPPED all: ${GENERATOR} is not to be had (it takes java, mvn and Maven Central)`);
  else
    for (const [name, language] of Object.entries(languages))
      if (asked.length === 0 || asked.includes(name)) tried(name, language);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Whether the generator is there, from Maven's own cache or from its registry. */
function fetched(): boolean {
  try {
    execFileSync('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${GENERATOR}`, `-DoutputDirectory=${folder}`], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}
