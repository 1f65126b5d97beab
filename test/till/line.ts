/** The till's command line in this process: what a line said, and how it ended, as whole values. */
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { till } from '../../bin/till/command-line.ts';

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Around {
  /** What happens in the till's first pause, its second, and so on; in those after, the last step again. */
  readonly meanwhile?: readonly (() => Promise<unknown>)[];
  /** The last step only lets time pass: on a busy machine that happens without it, and the till need not pause for it. */
  readonly lastIsTime?: boolean;
  readonly isTTY?: boolean;
  readonly fetch?: typeof fetch;
}

const PAUSES_MAX = 20;

/** Runs one line. Pauses take no time: in each of them `meanwhile` takes a step. A till that does not end fails the test. */
export async function runTill(
  words: readonly string[],
  { meanwhile = [], lastIsTime = false, isTTY = false, fetch: send }: Around = {},
): Promise<Ended> {
  const stdout = Object.assign(new PassThrough(), { isTTY });
  const stderr = new PassThrough();
  const told = Promise.all([text(stdout), text(stderr)]);
  let pauses = 0;
  const code = await till(words, {
    stdout,
    stderr,
    env: {},
    ...(send && { fetch: send }),
    async sleep(ms) {
      const step = meanwhile[Math.min(pauses, meanwhile.length - 1)];
      pauses += 1;
      if (!step || pauses > PAUSES_MAX) throw new Error(`the till waits ${ms} ms for something that was not to come`);
      await step();
    },
    onInterrupt: () => () => {},
    leave: () => {},
  });
  stdout.end();
  stderr.end();
  const [out, err] = await told;
  const least = meanwhile.length - (lastIsTime ? 1 : 0);
  if (pauses < least) throw new Error(`the till waited ${pauses} times, not ${least}`);
  return { code, out, err };
}

/** Lines of a code, whose edge may have no ink. */
const DRAWN = /^(?:[ █▀▄]{20,}\n)+/gm;
const COLOURS = ['\x1b[38;5;16;48;5;231m', '\x1b[0m'];

/** Text with what differs from run to run by its kind: ids, trades, times, codes, the picture of a code. */
export function plain(told: string): string {
  return COLOURS.reduce((text, colour) => text.replaceAll(colour, ''), told)
    .replace(/ord_[a-z2-7]{26}/g, 'ORDER')
    .replace(/\b\d{28}\b/g, 'TRADE')
    .replace(/trm_[a-z2-7]{12}/g, 'TERMINAL')
    .replace(/mer_[a-z2-7]{12}/g, 'MERCHANT')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \([^)]+\)/g, 'TIME')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'INSTANT')
    .replace(/https:\/\/qr\.alipay\.com\/bax[0-9a-f]{18}/g, 'CODE')
    .replace(/127\.0\.0\.1:\d+/g, 'HERE')
    .replace(DRAWN, 'PICTURE\n');
}
