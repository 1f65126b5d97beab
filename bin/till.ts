/** A terminal on the command line: `npm run till -- sell 12.34`. */
import { parseArgs } from 'node:util';
import { ApiProblem, OutcomeUnknown } from '../functions/http/client.ts';
import { charge } from './till/charge.ts';
import {
  closeOrder,
  explain,
  listChannels,
  listOrders,
  payAsCustomer,
  refund,
  request,
  showOrder,
} from './till/commands.ts';
import { enrol, rotate } from './till/enrol.ts';
import { sell } from './till/sell.ts';
import { shift } from './till/shift.ts';
import { statement, totals } from './till/statement.ts';
import { DEFAULT_CREDENTIALS, openTerminal, type Settings, UsageError } from './till/terminal.ts';

const HELP = `npm run till -- <command>
  sell 12.34 [--subject TEXT] [--no NUMBER] [--reference TEXT] [--expires SECONDS]
                              open an order, show its code, wait for the payment
  charge 12.34 [--code DIGITS] [--subject TEXT] [--no NUMBER] [--reference TEXT]
                              scan the customer's own code (without one: that of the simulator's customer)
  pay ORDER                   be the customer: pay the code (simulator only)
  show ORDER                  an order by id or by your own number
  orders [--day YYYY-MM-DD]   the orders of a day
  close ORDER                 ask to close an unpaid order
  refund ORDER 5.00 [--no NUMBER] [--reason TEXT]
  statement [YYYY-MM-DD]      the fee statements, or one with its lines
    [--csv FILE] [--zip FILE] [--excel] [--html FILE [--name MERCHANT]]
                              into files: lines; lines, totals and their SHA-256; one page to print
  totals [--since TIME]       what this till, or with a back office's --key all of them, has sold since midnight
  shift close [--no NUMBER] [--operator NAME]
                              close this till's shift: what it has learned of since the last closing
  shift list | shift show NUMBER [--terminal trm_…]
                              closed shifts; a back office says whose
  enrol CODE [--out FILE]     make this till's key and have it known (.local/till.json)
  rotate                      change the till's key; both are valid for a week
  channels                    what can be paid with, now
  request METHOD PATH ['{json}'] [--curl]
                              sign and send anything, or print it for curl
Options: --url URL (http://127.0.0.1:8080)   --simulator URL (http://127.0.0.1:8081)
  --credential FILE (.local/credentials.json)   --key KEYID   --lang zh|en   --json
Exit: 0 done, 1 refused or not paid, 2 wrong usage, 3 outcome unknown: look it up, do not ask again`;

const OPTIONS = {
  subject: { type: 'string' },
  no: { type: 'string' },
  reference: { type: 'string' },
  expires: { type: 'string' },
  code: { type: 'string' },
  reason: { type: 'string' },
  day: { type: 'string' },
  csv: { type: 'string' },
  zip: { type: 'string' },
  html: { type: 'string' },
  name: { type: 'string' },
  excel: { type: 'boolean', default: false },
  since: { type: 'string' },
  operator: { type: 'string' },
  terminal: { type: 'string' },
  out: { type: 'string' },
  curl: { type: 'boolean', default: false },
  url: { type: 'string', default: 'http://127.0.0.1:8080' },
  simulator: { type: 'string', default: 'http://127.0.0.1:8081' },
  credential: { type: 'string', default: DEFAULT_CREDENTIALS },
  key: { type: 'string' },
  lang: { type: 'string', default: 'en' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

async function main(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: argv, options: OPTIONS, allowPositionals: true });
  const [command = 'help', ...words] = positionals;
  if (values.help || command === 'help') {
    console.log(HELP);
    return 0;
  }
  const settings: Settings = {
    credential: values.credential,
    url: values.url.replace(/\/$/, ''),
    ...(values.key !== undefined && { key: values.key }),
    json: values.json,
    lang: values.lang.startsWith('zh') ? 'zh-CN' : 'en',
  };
  const open = (scope: string) => openTerminal(settings, scope);
  switch (command) {
    case 'sell':
      return sell(await open('orders:write'), words[0], values);
    case 'charge':
      return charge(await open('orders:write'), words[0], values);
    case 'pay':
      return payAsCustomer(await open('orders:write'), words[0], values.simulator);
    case 'show':
      return showOrder(await open('orders:write'), words[0]);
    case 'orders':
      return listOrders(await open('orders:write'), values.day);
    case 'close':
      return closeOrder(await open('orders:write'), words[0]);
    case 'refund':
      return refund(await open('refunds:write'), words[0], words[1], values);
    case 'statement':
      return statement(await open('statements:read'), words[0], values);
    case 'totals':
      return totals(await open('orders:read'), values.since);
    case 'shift':
      return shift(await open(words[0] === 'close' ? 'orders:write' : 'orders:read'), words, values);
    case 'enrol':
      return enrol(settings, words[0], values.out);
    case 'rotate':
      return rotate(await open('orders:write'));
    case 'channels':
      return listChannels(await open('orders:write'));
    case 'request':
      return request(
        await open(words[1]?.startsWith('/v1/statements') ? 'statements:read' : 'orders:write'),
        words,
        values.curl,
      );
    default:
      throw new UsageError(`there is no command ${command}`);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof ApiProblem) {
    console.error(explain(error));
    process.exitCode = 1;
  } else if (error instanceof OutcomeUnknown) {
    console.error(error.message);
    process.exitCode = 3;
  } else if (error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    process.exitCode = 2;
  } else throw error;
}
