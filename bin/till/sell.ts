/** A sale: opens the order, shows the code, waits with a countdown, says what came of it. */

import { channelIds } from '../../functions/channel/channels.ts';
import type { Reply } from '../../functions/client/client.ts';
import { findOrder } from '../../functions/client/find-order.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import type { Money } from '../../functions/money.ts';
import { businessDay } from '../../functions/time.ts';
import { EXIT, Refused, UsageError } from '../cli/exit.ts';
import { exitOfSale, orHow } from './outcomes.ts';
import { qrLines } from './qr.ts';
import { orderLines, readAmount, show, type Terminal } from './terminal.ts';

/** What a cashier may say of a sale. */
export interface Choices {
  readonly subject?: string | undefined;
  readonly no?: string | undefined;
  readonly reference?: string | undefined;
  readonly expires?: string | undefined;
  readonly channel?: string | undefined;
  /** An order by any of its numbers. */
  readonly replaces?: string | undefined;
}

/**
 * `YYYYMMDD-<terminal>-<n>`. The number must never come again, power loss or not, so n is the time of day in hundredths of
 * a second; two sales of one till are further apart.
 */
export function nextOrderNo(keyid: string, now: number): string {
  const day = businessDay(now, 'Asia/Shanghai').replaceAll('-', '');
  const terminal = keyid.replace(/^\w+_/, '').slice(0, 6);
  return `${day}-${terminal}-${Math.floor((now % 86_400_000) / 10)}`;
}

/** The body of createOrder. */
export async function openingOf(till: Terminal, amount: Money, options: Choices) {
  const expiresInSeconds = options.expires === undefined ? undefined : Number(options.expires);
  if (expiresInSeconds !== undefined && !Number.isInteger(expiresInSeconds))
    throw new UsageError('--expires is in whole seconds');
  const channel = channelIds.find((it) => it === options.channel);
  if (options.channel !== undefined && channel === undefined)
    throw new UsageError(`--channel is ${channelIds.join(' or ')}, not ${options.channel}`);
  const before = options.replaces === undefined ? undefined : await findOrder(till.client, options.replaces);
  if (options.replaces !== undefined && !before) throw new Refused(`there is no order ${options.replaces}`);
  return {
    merchantOrderNo: options.no ?? nextOrderNo(till.holder.keyid, Date.now()),
    amount,
    subject: options.subject ?? 'Sale',
    ...(options.reference !== undefined && { reference: options.reference }),
    ...(expiresInSeconds !== undefined && { expiresInSeconds }),
    ...(channel !== undefined && { channel }),
    ...(before && { replaces: before.orderId }),
  };
}

export async function sell(till: Terminal, amountText: string | undefined, options: Choices): Promise<number> {
  const body = await openingOf(till, readAmount(amountText), options);
  const { merchantOrderNo } = body;
  return conclude(till, merchantOrderNo, till.client.call('createOrder', { body }), ({ body: order }) =>
    watch(till, order),
  );
}

/**
 * Waits for an order and for what comes of it, and tells both. Ctrl-C asks to close it, also before there is an order.
 * Where nothing certain is heard of it, the number is told under which it is looked up.
 */
export async function conclude(
  till: Terminal,
  merchantOrderNo: string,
  opening: Promise<Opened>,
  run: (opened: Opened) => Promise<OrderView>,
): Promise<number> {
  const stopAsking = closeOnInterrupt(till, merchantOrderNo, opening);
  try {
    const last = await orHow(howOf(merchantOrderNo), opening.then(run));
    for (const line of orderLines(last, till.words)) till.say(line);
    till.tell(last);
    return exitOfSale(last);
  } finally {
    stopAsking();
  }
}

type Opened = Reply<OrderView>;

/** How to find out what became of a sale. */
function howOf(merchantOrderNo: string): string {
  return `npm run till -- show ${merchantOrderNo} tells what became of it; with --no ${merchantOrderNo} the same line starts nothing twice.`;
}

async function watch(till: Terminal, order: OrderView): Promise<OrderView> {
  let shown = '';
  const draw = (current: OrderView) => {
    const code = current.qrCode?.payload;
    if (!code || code === shown) return;
    shown = code;
    for (const line of qrLines(code, till.world.stdout, till.settings.looks, till.world.env)) till.say(line);
    till.say(`${show(current.amount)}  ${current.subject}  (${current.merchantOrderNo})`);
    till.say(`${code}\n${till.words(current.message)}`);
  };
  draw(order);
  const timer = countdown(till, order);
  try {
    return await till.client.follow(order.orderId, { onChange: draw, live: true });
  } finally {
    clearInterval(timer);
    if (timer) till.world.stdout.write('\r\x1b[K');
  }
}

/** One line that counts down, where there is a screen to count on. */
function countdown(till: Terminal, order: OrderView): NodeJS.Timeout | undefined {
  const { stdout } = till.world;
  if (till.settings.json || !stdout.isTTY) return undefined;
  return setInterval(() => {
    const seconds = Math.ceil((Date.parse(order.expiresAt) - Date.now()) / 1_000);
    stdout.write(`\r\x1b[K${seconds > 0 ? `${seconds} s` : 'making sure that nobody has paid …'}`);
  }, 1_000);
}

/** Ctrl-C asks to close the order and goes on watching until that is certain; a second one leaves. */
function closeOnInterrupt(till: Terminal, merchantOrderNo: string, opening: Promise<Opened>): () => void {
  let asked = false;
  const { world } = till;
  return world.onInterrupt(() => {
    if (asked) {
      world.stderr.write(`\nLeft to the server. ${howOf(merchantOrderNo)}\n`);
      return world.leave(EXIT.left);
    }
    asked = true;
    till.say('\nAsking to close the order; Ctrl-C again to leave it to the server.');
    const closing = opening.then(({ body }) => till.client.call('closeOrder', { params: { orderId: body.orderId } }));
    // What the order comes to is told in any case.
    closing.catch((error: Error) => till.say(error.message));
  });
}
