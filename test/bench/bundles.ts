/** The bundles that are measured: ours as `cdk deploy` would upload them, the references' beside them. */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build, type PluginBuild } from 'esbuild';
import { contract, type OperationName } from '../../functions/contract/contract.ts';
import { aliasesOf, BUNDLE, BUNDLING } from '../../lib/bundling.ts';
import type { FunctionName } from './events.ts';

export interface Bundle {
  /** What the runtime loads. */
  readonly file: string;
  /** The code without what warms it up. */
  readonly code: string;
  readonly bytes: number;
}

export interface BundleSizes {
  readonly largestBytes: number;
  readonly totalBytes: number;
}

/** What is deployed may have so many bytes. */
export const BYTES_MAX = 535_000;
export const BYTES_IN_ALL_MAX = 12_000_000;

const ROOT = join(import.meta.dirname, '..', '..');
const REFERENCES = join(import.meta.dirname, 'references');

/** Synthesizes the app into `folder`, bundles included, and finds each function's among the assets. */
export function deployedBundles(folder: string): Map<FunctionName, Bundle> {
  const out = join(folder, 'cdk.out');
  execFileSync(process.execPath, [join(ROOT, 'bin', 'app.ts')], {
    cwd: ROOT,
    // The rules have a step of their own in CI, and take longer than everything here.
    env: { ...process.env, CDK_OUTDIR: out, CDK_VALIDATION: 'false' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const { Resources } = JSON.parse(readFileSync(join(out, 'Tillgate.template.json'), 'utf8')) as {
    Resources: Record<string, { Metadata?: Record<string, string>; Properties?: { Code?: { S3Key?: string } } }>;
  };
  const names = new Map<string, FunctionName>([['functions/jobs/sweep.ts', 'sweep']]);
  for (const name of Object.keys(contract) as OperationName[]) names.set(`functions/${contract[name].entry}`, name);
  const bundles = new Map<FunctionName, Bundle>();
  for (const { Metadata = {}, Properties = {} } of Object.values(Resources)) {
    const name = names.get(Metadata['tillgate:entry'] ?? '');
    // The asset's name in the bucket is its folder's here: `<hash>.zip`.
    const [hash] = (Properties.Code?.S3Key ?? '').split('.');
    if (name && hash) bundles.set(name, deployedAt(join(out, `asset.${hash}`)));
  }
  if (bundles.size !== names.size) throw new Error(`${bundles.size} of ${names.size} functions are in the template`);
  return bundles;
}

export function sizesOf(bundles: ReadonlyMap<FunctionName, Bundle>): BundleSizes {
  const bytes = [...bundles.values()].map((it) => it.bytes);
  return { largestBytes: Math.max(...bytes), totalBytes: bytes.reduce((sum, it) => sum + it, 0) };
}

/** The four requests that all references have. */
export const COMPARED = ['createOrder', 'alipayNotification', 'getOrder', 'createRefund'] as const;
export type Compared = (typeof COMPARED)[number];

const FILES: Readonly<Record<Compared, string>> = {
  createOrder: 'create-order.ts',
  alipayNotification: 'notification.ts',
  getOrder: 'get-order.ts',
  createRefund: 'create-refund.ts',
};

export type Stack = 'floor' | 'usual' | 'express';

/** The floor as small as it gets; the usual stack as the CDK bundles if nobody says how. */
export async function referenceBundle(stack: Stack, name: Compared, folder: string): Promise<Bundle> {
  const file = join(folder, `${stack}-${stack === 'express' ? 'all' : name}.cjs`);
  const entry = stack === 'express' ? 'usual/express.ts' : `${stack}/${FILES[name]}`;
  await build({
    entryPoints: [join(REFERENCES, entry)],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minify: stack === 'floor',
    logLevel: 'error',
  });
  return bundleAt(file);
}

/** The bare parts of a request, or the signatures that all is counted in, built as our functions are. */
export async function partsBundle(name: Compared | 'rsa', folder: string): Promise<Bundle> {
  const file = join(folder, `parts-${name}.cjs`);
  await build({
    entryPoints: [join(import.meta.dirname, 'parts', name === 'rsa' ? 'rsa.ts' : FILES[name])],
    outfile: file,
    bundle: true,
    ...asOurs(name === 'rsa' ? 'createOrder' : name),
  });
  return bundleAt(file);
}

/** Options that bundle as that function is bundled. */
const asOurs = (name: FunctionName): BuildOptions => ({
  ...BUNDLING,
  mainFields: [...BUNDLING.mainFields],
  alias: aliasesOf(name),
  absWorkingDir: ROOT,
  platform: 'node',
  format: 'cjs',
  logLevel: 'error',
});

/** A function of ours by the client by hand, as functions were before they called AWS through its SDK. */
export async function beforeBundle(name: FunctionName, folder: string): Promise<Bundle> {
  const file = join(folder, `before-${name}.cjs`);
  await build({
    entryPoints: [join(ROOT, 'functions', name === 'sweep' ? 'jobs/sweep.ts' : contract[name].entry)],
    outfile: file,
    bundle: true,
    ...asOurs(name),
    plugins: [{ name: 'by hand', setup: byHand }],
  });
  return bundleAt(file);
}

const BY_HAND = join(import.meta.dirname, 'by-hand');

function byHand(esbuild: PluginBuild): void {
  const ours = join(ROOT, 'functions');
  const instead = (filter: RegExp, file: string) =>
    esbuild.onResolve({ filter }, ({ importer }) =>
      importer.startsWith(ours) ? { path: join(BY_HAND, file) } : undefined,
    );
  instead(/\/sdk\.ts$/, 'sdk.ts');
  instead(/\/dynamodb\.ts$/, 'table-dynamodb.ts');
}

/** A handler that does nothing: what the runtime itself takes. */
export function emptyBundle(folder: string): Bundle {
  const file = join(folder, 'empty.cjs');
  writeFileSync(file, 'exports.handler = async () => ({ statusCode: 200 });\n');
  return bundleAt(file);
}

function bundleAt(file: string): Bundle {
  return { file, code: file, bytes: statSync(file).size };
}

function deployedAt(folder: string): Bundle {
  const [file, code] = [join(folder, 'index.mjs'), join(folder, BUNDLE)];
  return { file, code, bytes: statSync(file).size + statSync(code).size };
}
