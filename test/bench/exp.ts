import { buildSync, build } from 'esbuild';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { coldStarts, type Candidate } from './cold-start.ts';
import { openWorld, newOrderBody } from './world.ts';
const world = await openWorld();
const banner = "import { createRequire as tillgateCreateRequire } from 'node:module'; const require = tillgateCreateRequire(import.meta.url);";
const base = { bundle: true, platform: 'node', target: 'node24', minify: true, mainFields: ['module','main'], logLevel: 'error' } as const;
const entry = process.env.ENTRY ?? 'functions/api/create-order.ts';
const S='/tmp/b/stubs/';
const variants: Record<string, any> = {
  empty: { entryPoints: [S+'empty.js'], format: 'esm', outExtension: {'.js':'.mjs'} },
  deployed: { entryPoints: [entry], format: 'esm', banner: {js: banner} },
  cjs: { entryPoints: [entry], format: 'cjs' },
  'cjs cred': { entryPoints: [entry], format: 'cjs', alias: {'@aws-sdk/credential-provider-node': S+'cred.js'} },
  'cjs cred nopt': { entryPoints: [entry], format: 'cjs', alias: {'@aws-sdk/credential-provider-node': S+'cred.js','@aws-lambda-powertools/logger': S+'logger.js','@aws-lambda-powertools/metrics': S+'metrics.js'} },
};
writeFileSync(S+'empty.js', 'export const handler = async () => ({statusCode: 200});');
const candidates: Candidate[] = [];
for (const [name, options] of Object.entries(variants)) {
  const file = join(world.folder, name.replaceAll(' ', '-') + (options.format==='cjs' ? '.cjs' : '.mjs'));
  const { outExtension, ...o } = options;
  const r = await build({ ...base, ...o, outfile: file, metafile: true });
  console.log(name, Object.values(r.metafile!.outputs)[0].bytes);
  candidates.push({ name, file, event: () => world.event('createOrder', { body: newOrderBody() }), check: (a: any) => { if (name !== 'empty' && a.statusCode !== 201) throw new Error(name + JSON.stringify(a)); } });
}
const rounds = Number(process.argv[2] ?? 9);
const t = await coldStarts(world, candidates, rounds);
for (const [n, c] of t) console.log(n.padEnd(20), 'wall', c.wallMs.toFixed(1), 'imp', c.importMs.toFixed(1), 'cpu', c.cpuMs.toFixed(1), 'rss', (c.rss/1048576).toFixed(1));
await world.stop();
