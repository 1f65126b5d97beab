/** What the till tells of itself. */
import { exitCodeLines } from '../cli/output.ts';
import { EXIT_CODES } from './outcomes.ts';

export const HELP = `npm run till -- <command>
  sell 12.34 [--subject TEXT] [--no NUMBER] [--reference TEXT] [--expires SECONDS]
                              open an order, show its code, wait for the payment; "JPY 450" is another currency
    [--channel NAME] [--replaces ORDER]
                              by this channel only; in place of an order that is not paid, whose money goes back
  charge 12.34 [--code DIGITS] [--subject TEXT] [--no NUMBER] [--reference TEXT] [--channel NAME] [--replaces ORDER]
                              scan the customer's own code (without one: that of the simulator's customer)
  pay ORDER [--shop-discount 20.00]
                              be the customer: pay the code, with a coupon of the shop's own (simulator only)
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
  rotate [--now]              change the till's key; both are valid for a week, or the old one ends now
  channels                    what can be paid with, now, and which channel takes which currency
  request METHOD PATH ['{json}'] [--curl]
                              sign and send anything, or print it for curl
Options: --url URL   --simulator URL   --credential FILE   --key KEYID   --lang zh|en   --json
  Without them the till works at the local stack that runs (npm start): it reads .local/stack.json, or --local-stack FILE.
  --light, --dark             what the terminal is, where it has no colours to draw a code by
${exitCodeLines(EXIT_CODES).join('\n')}`;
