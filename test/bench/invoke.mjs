/**
 * One cold start, in a process of its own: loads a deployed bundle as Lambda's runtime does, waits for what its module
 * awaits, calls its handler twice, and says what each of the three took. Plain JavaScript, because stripping types would
 * cost more than what is measured. Arguments: the bundle, a file with two events, and what the clock of that world is ahead
 * of this machine's, in ms.
 */
import { readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [bundle, eventsFile, ahead] = process.argv.slice(2);
const events = JSON.parse(readFileSync(eventsFile, 'utf8'));
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
const cpuMs = (since) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
};

let cpu = process.cpuUsage();
const began = performance.now();
const { handler } = await load();
// What the runtime takes to ask for the first event: nothing that was not awaited gets further meanwhile.
await new Promise((resolve) => setTimeout(resolve, 5));
const initWallMs = performance.now() - began;
const initMs = cpuMs(cpu);

const calls = [];
let rss = 0;
for (const event of events) {
  cpu = process.cpuUsage();
  const from = performance.now();
  const answer = await handler(event, context);
  calls.push({ wallMs: performance.now() - from, ms: cpuMs(cpu), answer });
  rss ||= process.memoryUsage.rss();
}
writeSync(3, JSON.stringify({ initMs, initWallMs, calls, rss }));
process.exit(0);
