/** Plays the histories whose seeds come in, as a list in JSON, and says the first violation. */
import { text } from 'node:stream/consumers';
import { playHistory } from '../simulation/history.ts';

// A stack for every refused request costs a third of the time, and nobody reads it.
Error.stackTraceLimit = 0;

for (const seed of JSON.parse(await text(process.stdin)) as number[]) {
  const { violation } = await playHistory({ seed });
  if (violation === undefined) continue;
  console.log(`seed ${seed}: ${violation}`);
  break;
}
