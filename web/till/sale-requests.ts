/** What the till asks the server of its sale, one request at a time. */
import { ApiProblem, type Client, OutcomeUnknown } from '../../functions/client/client.ts';
import type { ChannelView, OrderView, ProblemView, RouteView } from '../../functions/contract/answers.ts';
import type { Ask, Attempt, SaleState } from './sale-state.ts';

export type Request =
  /** What is open: the last order of this till, and the one of a sale that was begun under a number. */
  | { readonly kind: 'sync'; readonly merchantOrderNo: string | undefined }
  | { readonly kind: 'channels' }
  | { readonly kind: 'open'; readonly ask: Ask }
  | { readonly kind: 'collect'; readonly orderId: string; readonly attempt: Attempt }
  | { readonly kind: 'close'; readonly orderId: string; readonly operatorId: string | undefined }
  /** `isLive`: its goods wait for this till's word. */
  | { readonly kind: 'look'; readonly orderId: string; readonly isLive: boolean };

export type Answer =
  | {
      readonly kind: 'synced';
      readonly channels: readonly ChannelView[];
      readonly routes: readonly RouteView[];
      readonly last: OrderView | undefined;
      /** The order under the number that was asked for. */
      readonly found: OrderView | undefined;
    }
  | { readonly kind: 'channels'; readonly channels: readonly ChannelView[]; readonly routes: readonly RouteView[] }
  | { readonly kind: 'order'; readonly of: Request; readonly order: OrderView }
  | { readonly kind: 'refused'; readonly of: Request; readonly problem: ProblemView }
  /** The server does not take this till's key. */
  | { readonly kind: 'locked'; readonly code: string }
  /** No answer, or none that can be understood: the request may be carried out or not. */
  | { readonly kind: 'silence' };

/** What to ask when the next request is due; undefined: nothing. Pure. */
export function nextRequest(state: SaleState): Request | undefined {
  if (state.phase === 'locked') return undefined;
  if (!state.synced) {
    const isBegun = state.phase === 'opening';
    return { kind: 'sync', merchantOrderNo: isBegun ? state.intent.merchantOrderNo : undefined };
  }
  if (state.channelsDue) return { kind: 'channels' };
  switch (state.phase) {
    case 'ready':
      return { kind: 'channels' };
    case 'opening':
      return { kind: 'open', ask: state.intent.ask };
    case 'collecting':
      return { kind: 'collect', orderId: state.intent.orderId, attempt: state.attempt };
    case 'closing':
      return { kind: 'close', orderId: state.intent.orderId, operatorId: state.intent.ask?.operatorId };
    case 'following':
    case 'settled':
      return { kind: 'look', orderId: state.intent.orderId, isLive: state.intent.told !== true };
  }
}

/** Sends a request. Never throws: what goes wrong is an answer, too. */
export async function send(client: Client, request: Request): Promise<Answer> {
  try {
    return await ask(client, request);
  } catch (fault) {
    if (fault instanceof ApiProblem) {
      const isClock = fault.code === 'clock_skew';
      if (fault.status === 401 && !isClock) return { kind: 'locked', code: fault.code };
      if (fault.status !== 401 && isAnswerTo(request, fault))
        return { kind: 'refused', of: request, problem: fault.problem };
    }
    if (!(fault instanceof OutcomeUnknown)) console.error(fault);
    return { kind: 'silence' };
  }
}

/** Whether a refusal says something about this sale. Any other is a fault, and asked again. */
function isAnswerTo({ kind }: Request, { status }: ApiProblem): boolean {
  // A server that has lost its books, which happens on a developer's machine, does not know the order.
  if (kind === 'look') return status === 404;
  return kind === 'open' || kind === 'collect' || kind === 'close';
}

async function ask(client: Client, request: Request): Promise<Answer> {
  const order = ({ body }: { readonly body: OrderView }): Answer => ({ kind: 'order', of: request, order: body });
  switch (request.kind) {
    case 'sync':
      return sync(client, request.merchantOrderNo);
    case 'channels': {
      const { data, routes } = (await client.call('listChannels', {})).body;
      return { kind: 'channels', channels: data, routes };
    }
    case 'open':
      return order(await client.call('createOrder', { body: request.ask }));
    case 'collect': {
      const { attempt, tillCode } = request.attempt;
      const params = { orderId: request.orderId };
      if (tillCode === undefined) return order(await client.call('createQrCode', { params, body: { attempt } }));
      return order(await client.call('payWithTillCode', { params, body: { attempt, tillCode } }));
    }
    case 'close': {
      const { orderId, operatorId } = request;
      const body = operatorId === undefined ? {} : { operatorId };
      return order(await client.call('closeOrder', { params: { orderId }, body }));
    }
    case 'look': {
      const query = request.isLive ? { live: 'true' as const } : {};
      return order(await client.call('getOrder', { params: { orderId: request.orderId }, query }));
    }
  }
}

async function sync(client: Client, merchantOrderNo: string | undefined): Promise<Answer> {
  const [{ body: channels }, { body: latest }] = await Promise.all([
    client.call('listChannels', {}),
    client.call('listOrders', { query: { terminal: 'self', limit: '1' } }),
  ]);
  const found =
    merchantOrderNo === undefined ? [] : (await client.call('listOrders', { query: { merchantOrderNo } })).body.data;
  return { kind: 'synced', channels: channels.data, routes: channels.routes, last: latest.data[0], found: found[0] };
}
