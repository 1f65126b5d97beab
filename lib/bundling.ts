/** How a function becomes what is uploaded: a CommonJS bundle, and beside it a module that starts it. */
import type { Charset } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Grant, TableGrant } from './grants.ts';

/** Options of esbuild. */
export const BUNDLING = {
  target: 'node24',
  minify: true,
  // Chinese texts take half of what their escapes would.
  charset: 'utf8' as Charset.UTF8,
  mainFields: ['module', 'main'],
  // http-message-sig looks whether a message is one of fetch's, and looking loads undici, 25 ms of a cold start. None of ours is.
  define: { Request: 'undefined', Response: 'undefined' },
} as const;

/** Packages that are bundled as something else, with its path from the repository's root. */
export const ALIASES = {
  '@aws-sdk/credential-provider-node': './lib/unused/credential-provider-node.ts',
  '@aws-sdk/middleware-endpoint-discovery': './lib/unused/endpoint-discovery.ts',
  '@smithy/core/event-streams': './lib/unused/event-streams.ts',
} as const;

/** The bundle's name beside its `index.mjs`. Lambda would take an `index.js` first. */
export const BUNDLE = 'bundle.cjs';

/**
 * The module that Lambda loads. Only a module's top-level `await` is waited for before the first event; a promise that a
 * CommonJS bundle leaves would go on in the first invocation, with a third of the processor. The bundle stays CommonJS:
 * Node 24 loads undici as soon as an ES module imports node:http. `isSigned`: its events are signed requests, one of which
 * it rehearses.
 */
export function indexOf(grant: Grant, isSigned: boolean): string[] {
  return [
    'const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);',
    `const { handler, warmUp } = require("./${BUNDLE}");`,
    `await warmUp(${JSON.stringify(needsOf(grant))}${isSigned ? ', handler' : ''});`,
    'export { handler };',
  ];
}

/** What `warmUp` is told. */
interface Needs {
  readonly channels: readonly string[];
  readonly operations: readonly string[];
}

const NONE: TableGrant = {};

function needsOf({ channels = [], orders, directory, statements }: Grant): Needs {
  const operations = new Set<string>();
  for (const { actions = [], query = [], writes = [] } of [orders, directory, statements].map((it) => it ?? NONE)) {
    if (actions.includes('BatchGetItem')) operations.add('BatchGetItem');
    if (actions.includes('PutItem') || writes.length > 0) operations.add('PutItem');
    if (query.length > 0) operations.add('Query');
  }
  return { channels, operations: [...operations].sort() };
}
