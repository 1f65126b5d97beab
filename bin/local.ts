/** `npm start`: the whole system on this machine, until Ctrl-C. Prints one line `ready {json}` when it can be used. */
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { freeStackFile, USUAL_STACK_FILE } from './cli/stack-file.ts';
import { DataDirInUse } from './local/data-dir.ts';
import { PortTaken } from './local/ports.ts';
import { startLocalStack } from './local/stack.ts';

const HELP = `npm start -- [options]
  --port N        the API's port; the Alipay simulator takes N+1, Antom's N+2 (default 8080; 0: free ones)
  --engine NAME   dynalite (default), dynamodb-local (needs Java), or the URL of a DynamoDB
  --data DIR      keep everything there over a restart (default: in memory)
  --certificates  the app is in certificate mode (公钥证书模式), here and at the simulator; a data folder stays in it
  --currencies    the demo merchant sells by Antom, too: JPY and HKD, settled in USD, and CNY
  --local-stack FILE  where it says where it is (default .local/stack.json), and its credentials beside that
  --quiet         print nothing but the ready line`;

function optionsOf(argv: string[]) {
  const { values } = parseArgs({
    args: argv,
    options: {
      port: { type: 'string', default: '8080' },
      engine: { type: 'string', default: 'dynalite' },
      data: { type: 'string' },
      'local-stack': { type: 'string', default: USUAL_STACK_FILE },
      certificates: { type: 'boolean', default: false },
      currencies: { type: 'boolean', default: false },
      quiet: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_533) throw new Error('--port is a number from 0 to 65533');
  const { engine } = values;
  if (engine !== 'dynalite' && engine !== 'dynamodb-local' && !URL.canParse(engine))
    throw new Error('--engine is dynalite, dynamodb-local or a URL');
  return { ...values, port };
}

async function main(): Promise<void> {
  let options: ReturnType<typeof optionsOf>;
  try {
    options = optionsOf(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    process.exit(2);
  }
  if (options.help) {
    console.log(HELP);
    return;
  }
  const wanted = options['local-stack'];
  const place = await freeStackFile(wanted);
  if (place !== wanted)
    console.error(`Another stack runs, as ${wanted} says. This one is found by --local-stack ${place}.`);
  const stack = await startLocalStack({
    port: options.port,
    engine: options.engine,
    certificates: options.certificates,
    currencies: options.currencies,
    ...(options.data && { dataDir: options.data }),
    onLine: options.quiet ? () => {} : (line) => console.error(line),
    credentialsFile: join(dirname(place), 'credentials.json'),
    stackFile: place,
  });
  const { api, simulator, antom, credentialsFile, stackFile } = stack;
  console.log(`ready ${JSON.stringify({ api, simulator, antom, credentials: credentialsFile, stack: stackFile })}`);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    stack.stop().then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

try {
  await main();
} catch (error) {
  const expected = error instanceof PortTaken || error instanceof DataDirInUse;
  console.error(expected ? error.message : error);
  process.exit(1);
}
