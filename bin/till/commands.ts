/** The till's other commands: look, close, refund, channels, and any request at all. */

import { findOrder } from '../../functions/client/find-order.ts';
import { signRequest } from '../../functions/client/sign.ts';
import type { ChannelView, OrderView, RouteView } from '../../functions/contract/answers.ts';
import { EXIT, Refused, UsageError } from '../cli/exit.ts';
import { askWallet } from './charge.ts';
import { exitOfPayment, exitOfRefund, exitOfStatus, orHow } from './outcomes.ts';
import { allOf, orderLines, readAmount, refundLine, show, type Terminal, zoneOf } from './terminal.ts';

/** An order by its id, an attempt's number, the merchant's own number, or the channel's number of its trade. */
async function find(till: Terminal, name: string | undefined): Promise<OrderView> {
  if (!name) throw new UsageError("name the order: its id, your own number, or the channel's");
  const order = await findOrder(till.client, name);
  if (!order) throw new Refused(`there is no order ${name}`);
  return (await till.client.call('getOrder', { params: { orderId: order.orderId } })).body;
}

function print(till: Terminal, order: OrderView, zone?: string): void {
  for (const line of orderLines(order, till.words, zone)) till.say(line);
}

export async function showOrder(till: Terminal, name: string | undefined): Promise<number> {
  const order = await find(till, name);
  print(till, order, await zoneOf(till));
  till.tell(order);
  return 0;
}

export async function listOrders(till: Terminal, day: string | undefined): Promise<number> {
  const zone = await zoneOf(till);
  const data = await allOf((cursor) => till.client.call('listOrders', { query: { day, limit: '100', cursor } }));
  for (const order of data) print(till, order, zone);
  if (data.length === 0) till.say('No orders.');
  till.tell({ data, nextCursor: null });
  return 0;
}

export async function closeOrder(till: Terminal, name: string | undefined): Promise<number> {
  const { orderId } = await find(till, name);
  const { body } = await orHow(
    `npm run till -- close ${name} may be repeated.`,
    till.client.call('closeOrder', { params: { orderId } }),
  );
  print(till, body);
  till.tell(body);
  return 0;
}

export async function refund(
  till: Terminal,
  name: string | undefined,
  amountText: string | undefined,
  options: { no?: string | undefined; reason?: string | undefined },
): Promise<number> {
  const order = await find(till, name);
  const amount = readAmount(amountText, order.amount.currency);
  // The same command typed twice is two refunds only if something was refunded in between.
  const refundNo = options.no ?? `refund-${order.refunds.length + 1}`;
  const how = `npm run till -- show ${name} tells what became of it; with --no ${refundNo} the same line refunds nothing twice.`;
  const { body } = await orHow(
    how,
    till.client.call('createRefund', {
      params: { orderId: order.orderId },
      body: { refundNo, amount, ...(options.reason !== undefined && { reason: options.reason }) },
    }),
  );
  till.say(refundLine(body.refund, till.words));
  till.tell(body);
  const code = exitOfRefund(body.refund);
  if (code === EXIT.unknown) till.world.stderr.write(`It is not certain yet. ${how}\n`);
  return code;
}

const WHY: Readonly<Record<RouteView['why'], string>> = {
  only: 'no other channel takes it',
  preferred: 'it comes first',
  other_closed: 'the one before it takes no orders now',
  none_open: 'no channel takes orders now',
};

const settledText = ({ currency, settlementCurrency }: ChannelView['settlement'][number]) =>
  currency === settlementCurrency ? currency : `${currency} settled in ${settlementCurrency}`;

export async function listChannels(till: Terminal): Promise<number> {
  const { body } = await till.client.call('listChannels', {});
  for (const { channel, state, until, reason, settlement } of body.data)
    till.say(
      `${channel}: ${state}${until ? ` until ${until}` : ''}${reason ? `, ${till.words(reason)}` : ''} (${settlement.map(settledText).join(', ')})`,
    );
  for (const { currency, channel, why } of body.routes)
    till.say(`  ${currency} goes to ${channel ?? 'none'}: ${WHY[why]}`);
  till.tell(body);
  return 0;
}

/** Signs and sends anything; `--curl` prints what curl would have to send instead. */
export async function request(till: Terminal, words: readonly (string | undefined)[], asCurl = false): Promise<number> {
  const [method, path, body] = words;
  if (!method || !path?.startsWith('/')) throw new UsageError("request METHOD /path ['{json}']");
  if (asCurl) {
    const headers = await signRequest({ method, url: till.url + path, body }, till.key, Math.floor(Date.now() / 1_000));
    const all = { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) };
    const flags = Object.entries(all).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`);
    till.world.stdout.write(
      `${[
        'curl',
        '-i',
        '-X',
        method,
        ...flags,
        ...(body === undefined ? [] : ['--data-binary', quote(body)]),
        quote(till.url + path),
      ].join(' ')}\n`,
    );
    return 0;
  }
  const response = await till.client.request(method, path, body);
  till.say(`${response.status}${response.headers.has('idempotency-replayed') ? '  Idempotency-Replayed: true' : ''}`);
  till.world.stdout.write(`${inLines(await response.text(), till.settings.json)}\n`);
  return exitOfStatus(response.status);
}

/** JSON in lines for people, anything else as it came. */
function inLines(text: string, isForProgram: boolean): string {
  try {
    return JSON.stringify(JSON.parse(text), null, isForProgram ? 0 : 2);
  } catch {
    return text;
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The customer's wallet, which only the simulator has: pays the code that an order shows. */
export async function payAsCustomer(
  till: Terminal,
  name: string | undefined,
  { 'shop-discount': shopDiscount }: { 'shop-discount'?: string | undefined },
): Promise<number> {
  const order = await find(till, name);
  const simulator = till.settings.simulators[order.channel];
  if (!order.qrCode) throw new Refused(`order ${order.orderId} shows no code`);
  const result = await askWallet(simulator, 'pay', { qrCode: order.qrCode.payload, shopDiscount });
  if (result === undefined) throw new UsageError(`there is no simulator at ${simulator} to pay in`);
  till.say(`The customer's wallet (simulator only) pays ${show(order.amount)}: ${JSON.stringify(result)}`);
  till.tell(result);
  return exitOfPayment(result);
}
