/**
 * A server for the parts of the till that know no screen: the product's own functions over tables in memory, at a channel that is
 * a small book. Requests and answers get lost as a test says.
 */
import { closeOrder } from '../../functions/api/close-order.ts';
import { closeShift } from '../../functions/api/close-shift.ts';
import { createOrder } from '../../functions/api/create-order.ts';
import { createQrCode } from '../../functions/api/create-qr-code.ts';
import { createRefund } from '../../functions/api/create-refund.ts';
import { getOrder } from '../../functions/api/get-order.ts';
import { getTotals } from '../../functions/api/get-totals.ts';
import { listChannels } from '../../functions/api/list-channels.ts';
import { listOrders } from '../../functions/api/list-orders.ts';
import { payWithTillCode } from '../../functions/api/pay-with-till-code.ts';
import type { Channel } from '../../functions/channel/channel.ts';
import type { Account, ChannelId } from '../../functions/channel/registry.ts';
import { ApiProblem, type Client, OutcomeUnknown } from '../../functions/client/client.ts';
import type { OrderView, ProblemView } from '../../functions/contract/answers.ts';
import { contract } from '../../functions/contract/contract.ts';
import { Problem } from '../../functions/contract/problem.ts';
import { INVOCATION } from '../../functions/deadlines.ts';
import { sweep } from '../../functions/jobs/sweep.ts';
import type { ChannelState, Limits, Merchant } from '../../functions/merchant/merchant.ts';
import type { Services } from '../../functions/services.ts';
import type { Item } from '../../functions/table/table.ts';
import type { Store } from '../../web/shared/store.ts';
import { Flow } from '../support/flow.ts';
import { TILL } from '../support/flow-shop.ts';

const TERMINAL = { ...TILL, terminalId: 'trm_aaaabbbbcccc' };
const HANDLERS = {
  closeOrder,
  closeShift,
  createOrder,
  createQrCode,
  createRefund,
  getOrder,
  getTotals,
  listChannels,
  listOrders,
  payWithTillCode,
};
type Name = keyof typeof HANDLERS;

/** What becomes of a request: it never arrives, or it is carried out and its answer is lost. */
export type Fate = 'lost' | 'unanswered' | 'answered';

export class Server {
  /** Of the next requests; all others are answered. */
  fates: Fate[] = [];
  /** What happens while the next requests are under way, one each. */
  meanwhile: (() => Promise<unknown>)[] = [];
  /** The names of all requests that were sent, answered or not. */
  readonly sent: string[] = [];
  readonly client = { call: (name: Name, asked?: object) => this.call(name, asked) } as unknown as Client;
  private readonly flow: Flow;
  private readonly s: Services;
  private readonly paid = new Map<string, number>();
  private readonly closed = new Set<string>();
  /** Channels that turn the merchant away. */
  readonly refusing = new Set<ChannelId>();

  constructor(limits: Limits = {}) {
    this.flow = new Flow({ limits });
    this.s = { ...this.flow.s, channels: { alipay: this.channel('alipay'), antom: this.channel('antom') } };
  }

  /** The merchant sells by a second channel, too; what is remembered of it is forgotten. */
  async connectSecond(): Promise<void> {
    const item = (await this.flow.directory.get(TILL.merchantId)) as Item & Merchant;
    const second: Account = {
      ...{ channel: 'antom', clientId: 'SANDBOX_1', referenceMerchantId: 'SHOP-1', merchantName: 'shop' },
      ...{ merchantMCC: '5499', currencies: { CNY: 'CNY' } },
    };
    await this.change({ accounts: [...item.accounts, second] });
  }

  /** What the operator says of a channel. */
  async say(channel: ChannelId, state: ChannelState): Promise<void> {
    const item = (await this.flow.directory.get(TILL.merchantId)) as Item & Merchant;
    await this.change({ channels: { ...item.channels, [channel]: state } });
  }

  private async change(more: Partial<Merchant>): Promise<void> {
    const item = (await this.flow.directory.get(TILL.merchantId)) as Item & Merchant;
    await this.flow.directory.replace({ ...item, ...more, version: item.version + 1 }, item.version);
    this.flow.now += 31_000;
  }

  get now(): number {
    return this.flow.now;
  }

  /** Time passes, and what falls due is done. */
  async pass(ms: number): Promise<void> {
    this.flow.now += ms;
    await sweep(this.s);
  }

  /** The customer pays this code, unless the channel has closed it. */
  pay(payload: string): void {
    const attemptNo = payload.replace('code of ', '');
    if (!this.closed.has(attemptNo)) this.paid.set(attemptNo, this.now);
  }

  /** Everything that this terminal has opened, known to the till or not. */
  async orders(): Promise<OrderView[]> {
    const { data } = (await this.run('listOrders', { query: { terminal: 'self', limit: '100' } })) as {
      data: OrderView[];
    };
    return data;
  }

  private async call(name: Name, asked: object = {}): Promise<{ body: unknown }> {
    const fate = this.fates.shift() ?? 'answered';
    this.sent.push(name);
    await this.meanwhile.shift()?.();
    if (fate === 'lost') throw new OutcomeUnknown(name, undefined);
    try {
      const body = await this.run(name, asked);
      if (fate === 'answered') return { body };
    } catch (error) {
      if (fate === 'answered' && error instanceof Problem)
        throw new ApiProblem(error.body('request') as unknown as ProblemView);
      if (!(error instanceof Problem)) throw error;
    }
    throw new OutcomeUnknown(name, undefined);
  }

  private async run(name: Name, { params, query, body }: { params?: unknown; query?: unknown; body?: unknown }) {
    const { params: asParams, query: asQuery, body: asBody } = contract[name];
    const request = {
      params: asParams.parse(params ?? {}),
      query: asQuery.parse(query ?? {}),
      body: asBody?.parse(body ?? {}),
      caller: TERMINAL,
      deadline: { endsAt: this.now + INVOCATION },
    };
    const reply = await HANDLERS[name](this.s, request as never);
    return JSON.parse(JSON.stringify(reply.body));
  }

  private channel(id: ChannelId): Channel {
    const paidNews = (attemptNo: string, amount = { currency: 'CNY', value: this.amounts.get(attemptNo) ?? 0 }) => ({
      ...{ kind: 'paid' as const, tradeNo: `t${attemptNo}`, paidAt: this.paid.get(attemptNo) ?? 0, amount },
      refundedInFull: false,
    });
    return {
      createQrCode: async ({ attemptNo, amount }) => {
        if (this.refusing.has(id)) return { kind: 'refused', refusal: { reason: 'refused_by_risk_control' } };
        this.amounts.set(attemptNo, amount.value);
        return { kind: 'accepted', payload: `code of ${attemptNo}` };
      },
      payWithTillCode: async ({ attemptNo, amount, tillCode }) => {
        if (tillCode.endsWith('0')) return { kind: 'refused', refusal: { reason: 'customer_cannot_pay' } };
        this.amounts.set(attemptNo, amount.value);
        this.paid.set(attemptNo, this.now);
        return paidNews(attemptNo);
      },
      query: async ({ attemptNo }) => {
        if (this.paid.has(attemptNo)) return paidNews(attemptNo);
        return { kind: this.closed.has(attemptNo) ? 'closed' : 'absent' };
      },
      close: async ({ attemptNo }) => {
        if (this.paid.has(attemptNo)) return { kind: 'not_closable' };
        this.closed.add(attemptNo);
        return { kind: 'closed' };
      },
      cancel: async () => ({ kind: 'closed' }),
      refund: async () => ({ kind: 'succeeded', at: this.now }),
      queryRefund: async () => ({ kind: 'none' }),
      findTrade: async () => ({ kind: 'absent' }),
      report: () => Promise.reject(new Error('no report')),
      readNotification: () => Promise.reject(new Error('no notification')),
    };
  }

  private readonly amounts = new Map<string, number>();
}

/** What a browser keeps, for as long as this object lives; copied as a browser copies it. */
export function newStore(): Store {
  const kept = new Map<string, unknown>();
  return {
    get: async (name) => structuredClone(kept.get(name)) as never,
    put: async (name, value) => void kept.set(name, structuredClone(value)),
    delete: async (name) => void kept.delete(name),
  };
}
