/** The operator's command line: `npm run admin -- merchant list --local`. With AWS, by the operator's own IAM identity. */
import { admin } from './admin/command-line.ts';

process.exitCode = await admin(process.argv.slice(2), process);
