/** The local stack that foreign terminals speak to: activation codes, a customer who pays, and a look into our books. */
import { join } from 'node:path';
import { startLocalStack } from '../../bin/local/stack.ts';
import { createClient } from '../../functions/client/client.ts';
import { importPrivateKey } from '../../functions/client/sign.ts';
import { runLine } from '../support/office.ts';
import { type LossyLine, openLossyLine } from './lossy.ts';
import { activationLine } from './page.ts';

export interface LocalShop {
  readonly api: string;
  /** The same API over a line that breaks. */
  readonly lossy: LossyLine;
  /** Turns the clock of the server and of Alipay ahead. The tills' clock stays. */
  advance(ms: number): Promise<unknown>;
  /** An activation code for a new terminal. */
  activationCode(name: string): Promise<string>;
  /** The customer scans the code and pays. */
  pay(qrCode: string): Promise<void>;
  /** What our books say of an order: status, amount and refunds, in minor units. */
  order(orderId: string): Promise<string>;
  /** What the channel's books say of it: received and refunded. */
  trades(orderId: string): Promise<string>;
  stop(): Promise<void>;
}

interface Trade {
  readonly outTradeNo: string;
  readonly status: string;
  readonly receivedAmount: { readonly value: number };
  readonly refundedAmount: { readonly value: number };
}

/** `folder` is for the stack's own files. */
export async function openLocalShop(folder: string): Promise<LocalShop> {
  const stack = await startLocalStack({
    port: 0,
    engine: 'dynalite',
    credentialsFile: join(folder, 'credentials.json'),
    onLine: () => {},
  });
  const lossy = await openLossyLine(stack.api);
  // A signature covers the host that was asked for: this one is ours, too. The functions read it at the first request.
  process.env.AUTHORITIES += `,${new URL(lossy.url).host}`;
  const [, office] = stack.identity.credentials;
  if (!office) throw new Error('the seed has a back office');
  const privateKey = await importPrivateKey(office.privateKeyPem, office.alg);
  // Its own clock is not turned: it learns what it is off.
  const client = createClient({ baseUrl: stack.api, key: { ...office, privateKey } });
  const wallet = async (path: string, body?: object): Promise<Record<string, unknown>> => {
    const init = body ? { method: 'POST', body: JSON.stringify(body) } : {};
    return (await fetch(`${stack.simulator}/wallet/${path}`, init)).json() as Promise<Record<string, unknown>>;
  };
  return {
    api: stack.api,
    lossy,
    advance: stack.advance,
    async activationCode(name) {
      const { code, out, err } = await runLine(activationLine(name, stack.stackFile));
      if (code !== 0) throw new Error(`no activation code: ${err}`);
      return (JSON.parse(out) as { code: string }).code;
    },
    async pay(qrCode) {
      const { result } = await wallet('pay', { qrCode });
      if (result !== 'success') throw new Error(`the wallet did not pay ${qrCode}: ${result}`);
    },
    async order(orderId) {
      const { status, amount, refunds } = (await client.call('getOrder', { params: { orderId } })).body;
      return [status, amount.value, ...refunds.map((it) => `${it.status} ${it.amount.value}`)].join(', ');
    },
    async trades(orderId) {
      const { data } = (await wallet('trades')) as { data: Trade[] };
      return data
        .filter(({ outTradeNo }) => outTradeNo.startsWith(orderId))
        .map(
          ({ status, receivedAmount, refundedAmount }) => `${status} ${receivedAmount.value} ${refundedAmount.value}`,
        )
        .join(', ');
    },
    async stop() {
      lossy.stop();
      await stack.stop();
    },
  };
}
