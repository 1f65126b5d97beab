/** A terminal on the command line: `npm run till -- sell 12.34`. */
import { till } from './till/command-line.ts';
import { realWorld } from './till/terminal.ts';

process.exitCode = await till(process.argv.slice(2), realWorld);
