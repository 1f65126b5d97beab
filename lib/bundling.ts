/** How a function becomes what is uploaded: a CommonJS bundle, and beside it a module that starts it. */
import type { Charset } from 'aws-cdk-lib/aws-lambda-nodejs';
import { CHANNELS, type ChannelId } from '../functions/channel/registry.ts';
import type { Needs, Rehearsed } from '../functions/rehearsed.ts';
import { type Grant, grants, type TableGrant } from './grants.ts';
import { rehearsalOf } from './rehearsals.ts';

/** Options of esbuild. */
export const BUNDLING = {
  target: 'node24',
  minify: true,
  // Chinese texts take half of what their escapes would.
  charset: 'utf8' as Charset.UTF8,
  mainFields: ['module', 'main'],
  // The SDK's own package.json, of which it reads its version for a header that is not sent.
  loader: { '.json': 'empty' },
  // http-message-sig looks whether a message is one of fetch's, and looking loads undici, 25 ms of a cold start. None of ours is.
  define: { Request: 'undefined', Response: 'undefined' },
} as const;

/** What is bundled as something else, with its path from the repository's root. */
const ALIASES = {
  '@aws-sdk/credential-provider-node': './lib/unused/credential-provider-node.ts',
  '@aws-sdk/middleware-endpoint-discovery': './lib/unused/endpoint-discovery.ts',
  '@smithy/core/event-streams': './lib/unused/event-streams.ts',
  'node:fs/promises': './lib/unused/profiles.ts',
} as const;

/** The same of one function: it holds the channels that it speaks to and the stores that it may touch, and only the sweep reads reports. */
export function aliasesOf(name: keyof typeof grants): Readonly<Record<string, string>> {
  const { channels = [], statements }: Grant = grants[name];
  const all = Object.keys(CHANNELS) as ChannelId[];
  const unused = [
    ...all.filter((channel) => !channels.includes(channel)).map((channel) => [`#channel/${channel}`, 'channel.ts']),
    ...(statements ? [] : [['#books', 'books.ts']]),
    ...all.filter(() => name !== 'sweep').map((channel) => [`#report/${channel}`, 'report.ts']),
  ];
  return { ...ALIASES, ...Object.fromEntries(unused.map(([known, file]) => [known, `./lib/unused/${file}`])) };
}

/** The bundle's name beside its `index.mjs`. Lambda would take an `index.js` first. */
export const BUNDLE = 'bundle.cjs';

/**
 * The module that Lambda loads. Only a module's top-level `await` is waited for before the first event; a promise that a
 * CommonJS bundle leaves would go on in the first invocation, with a third of the processor. The bundle stays CommonJS:
 * Node 24 loads undici as soon as an ES module imports node:http.
 */
export function indexOf(name: keyof typeof grants): string[] {
  return [
    'const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);',
    `const { handler, warmUp } = require("./${BUNDLE}");`,
    `await warmUp(${JSON.stringify(needsOf(name))}, handler);`,
    'export { handler };',
  ];
}

const NONE: TableGrant = {};

/** The shards of an index are asked so many at a time; the SDK's clients have so many connections at the most. */
const ABREAST = 4;

function needsOf(name: keyof typeof grants): Needs {
  const { channels = [], orders, directory, statements }: Grant = grants[name];
  const request = name === 'sweep' ? undefined : rehearsalOf(name);
  const isSharded = (orders?.query ?? []).some((index) => index !== 'by-day');
  const more = { channels, connections: isSharded ? ABREAST : 1 };
  if (request) return { ...more, operations: [], request };
  // A part of the shards: one shard's calls are another's.
  if (name === 'sweep') return { ...more, operations: [], event: { group: 0, of: 8 } };
  const operations = new Set<Rehearsed>();
  for (const { actions = [], query = [], writes = [] } of [orders, directory, statements].map((it) => it ?? NONE)) {
    if (actions.includes('BatchGetItem')) operations.add('BatchGetItem');
    if (actions.includes('PutItem') || writes.length > 0) operations.add('PutItem');
    if (query.length > 0) operations.add('Query');
  }
  return { ...more, operations: [...operations].sort() };
}
