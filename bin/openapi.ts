/**
 * Prints the OpenAPI 3.1 document of the API, made from the same schemas that parse requests. `--write` keeps it in
 * functions/contract/openapi.json, `--check` fails if what is kept there differs, or if something has no words.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { makeDocument } from './openapi/document.ts';

const FILE = new URL('../functions/contract/openapi.json', import.meta.url);

const { document, missing, leftOver } = makeDocument();
const text = `${JSON.stringify(document, null, 2)}\n`;
const faults = [
  ...missing.map((name) => `${name} has no words in bin/openapi/words`),
  ...leftOver.map((name) => `${name} has words or a name in bin/openapi, and is not in the contract`),
];
if (process.argv.includes('--write')) writeFileSync(FILE, text);
else if (!process.argv.includes('--check')) process.stdout.write(text);
else if (readFileSync(FILE, 'utf8') !== text)
  faults.push('functions/contract/openapi.json is not what the contract says: npm run openapi -- --write');
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
