/**
 * A warm instance: loads a bundle once and runs the batches of events that its parent sends, one request after the other.
 * Answers each batch with the CPU time of the whole process for it, in microseconds. Plain JavaScript, as invoke.mjs.
 */
import { createRequire } from 'node:module';

const [bundle, ahead] = process.argv.slice(2);
const machineNow = Date.now;
let jumped = 0;
Date.now = () => machineNow() + Number(ahead) + jumped;

const { handler } = createRequire(import.meta.url)(bundle);
const context = {
  functionName: 'bench',
  functionVersion: '$LATEST',
  memoryLimitInMB: '512',
  awsRequestId: '00000000-0000-0000-0000-000000000000',
  getRemainingTimeInMillis: () => 14_000,
};

process.on('message', async ({ events, status }) => {
  // Every instance asks the channel about an order once in three seconds.
  jumped += 3_001;
  const before = process.cpuUsage();
  let wrong;
  for (const event of events) {
    const answer = await handler(event, context);
    if (answer.statusCode !== status) wrong ??= answer;
  }
  const { user, system } = process.cpuUsage(before);
  process.send({ cpuUs: user + system, wrong });
});
process.send('ready');
