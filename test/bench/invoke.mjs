/**
 * One cold start, in a process of its own: loads a deployed bundle as Lambda's runtime does, calls its handler once, and
 * says what that took. Plain JavaScript, because stripping types would cost more than what is measured. Arguments: the
 * bundle, a file with the event, and what the clock of that world is ahead of this machine's, in ms.
 */
import { readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [bundle, eventFile, ahead] = process.argv.slice(2);
const event = JSON.parse(readFileSync(eventFile, 'utf8'));
const context = {
  functionName: 'bench',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:bench',
  memoryLimitInMB: '512',
  awsRequestId: '00000000-0000-0000-0000-000000000000',
  getRemainingTimeInMillis: () => 14_000,
};

const machineNow = Date.now;
Date.now = () => machineNow() + Number(ahead);

const require = createRequire(import.meta.url);
const load = bundle.endsWith('.mjs') ? () => import(pathToFileURL(bundle)) : () => require(bundle);

const cpu = process.cpuUsage();
const began = performance.now();
const { handler } = await load();
const imported = performance.now();
const answer = await handler(event, context);
const ended = performance.now();
const { user, system } = process.cpuUsage(cpu);
const rss = process.memoryUsage.rss();
const said = { importMs: imported - began, firstMs: ended - imported, cpuMs: (user + system) / 1_000, rss, answer };
writeSync(3, JSON.stringify(said));
process.exit(0);
