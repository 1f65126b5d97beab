/** A sale: opens the order, shows the code, waits with a countdown, says what came of it. */
import { renderUnicodeCompact } from 'uqr';
import type { OrderView } from '../../functions/http/answers.ts';
import type { Money } from '../../functions/order/money.ts';
import { businessDay } from '../../functions/time.ts';
import { orderLines, readAmount, show, type Terminal, UsageError } from './terminal.ts';

/** What a cashier may say of a sale. */
export interface Choices {
  readonly subject?: string | undefined;
  readonly no?: string | undefined;
  readonly reference?: string | undefined;
  readonly expires?: string | undefined;
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
export function openingOf(till: Terminal, amount: Money, options: Choices) {
  const expiresInSeconds = options.expires === undefined ? undefined : Number(options.expires);
  if (expiresInSeconds !== undefined && !Number.isInteger(expiresInSeconds))
    throw new UsageError('--expires is in whole seconds');
  return {
    merchantOrderNo: options.no ?? nextOrderNo(till.holder.keyid, Date.now()),
    amount,
    subject: options.subject ?? 'Sale',
    ...(options.reference !== undefined && { reference: options.reference }),
    ...(expiresInSeconds !== undefined && { expiresInSeconds }),
  };
}

export async function sell(till: Terminal, amountText: string | undefined, options: Choices): Promise<number> {
  const body = openingOf(till, readAmount(amountText), options);
  const { body: order } = await till.client.call('createOrder', { body });
  const stopAsking = closeOnInterrupt(till, order.orderId);
  const last = await watch(till, order);
  stopAsking();
  for (const line of orderLines(last, till.words)) till.say(line);
  till.tell(last);
  return last.status === 'paid' && last.payment?.late === false ? 0 : 1;
}

async function watch(till: Terminal, order: OrderView): Promise<OrderView> {
  let shown = '';
  const draw = (current: OrderView) => {
    const code = current.qrCode?.payload;
    if (!code || code === shown) return;
    shown = code;
    till.say(renderUnicodeCompact(code, { border: 2 }));
    till.say(`${show(current.amount)}  ${current.subject}  (${current.merchantOrderNo})`);
    till.say(`${code}\n${till.words(current.message)}`);
  };
  draw(order);
  const timer = countdown(till, order);
  try {
    return await till.client.follow(order.orderId, { onChange: draw, live: true });
  } finally {
    clearInterval(timer);
    if (!till.settings.json && process.stdout.isTTY) process.stdout.write('\r\x1b[K');
  }
}

/** One line that counts down, where there is a screen to count on. */
function countdown(till: Terminal, order: OrderView): NodeJS.Timeout | undefined {
  if (till.settings.json || !process.stdout.isTTY) return undefined;
  return setInterval(() => {
    const seconds = Math.ceil((Date.parse(order.expiresAt) - Date.now()) / 1_000);
    process.stdout.write(`\r\x1b[K${seconds > 0 ? `${seconds} s` : 'making sure that nobody has paid …'}`);
  }, 1_000);
}

/** Ctrl-C asks to close the order and goes on watching until that is certain; a second one leaves. */
export function closeOnInterrupt(till: Terminal, orderId: string): () => void {
  let asked = false;
  const ask = () => {
    if (asked) process.exit(130);
    asked = true;
    till.say('\nAsking to close the order; Ctrl-C again to leave it to the server.');
    till.client.call('closeOrder', { params: { orderId } }).catch((error: Error) => till.say(error.message));
  };
  process.on('SIGINT', ask);
  return () => process.off('SIGINT', ask);
}
