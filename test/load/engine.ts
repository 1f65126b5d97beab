/** The local engine in a process of its own, until it is killed. Prints its address. */
import { startEngine } from '../../bin/local/aws.ts';

console.log((await startEngine(process.argv[2] ?? 'dynalite', process.argv[3])).endpoint);
