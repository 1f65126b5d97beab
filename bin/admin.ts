/** The operator's command line: `npm run admin -- merchant list --local`. With AWS, by the operator's own IAM identity. */
import { admin } from './admin/command-line.ts';
import { INTERRUPTED } from './admin/outcomes.ts';
import { EXIT, faultOf } from './cli/exit.ts';

process.once('SIGINT', () => {
  process.stderr.write(`\n${INTERRUPTED}\n`);
  process.exit(EXIT.left);
});
process.exitCode = await admin(process.argv.slice(2), process).catch((error: unknown) => {
  const { code, words } = faultOf(error);
  process.stderr.write(`${words}\n`);
  return code;
});
