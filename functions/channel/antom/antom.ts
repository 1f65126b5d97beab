/**
 * Antom as a channel: Alipay+ wallets at a till, settled in the merchant's currency. Of the customer nothing but the wallet's name
 * is read; the scanned code is sent on and kept nowhere. Sources: docs.antom.com on in-store payments (AMS), and its official SDKs.
 */
import type { Money } from '../../money.ts';
import type { EpochMs } from '../../time.ts';
import { settlementCurrency } from '../account.ts';
import type { Channel, CloseAnswer, Refusal } from '../channel.ts';
import type { Account } from '../registry.ts';
import { unknown } from './answers.ts';
import type { AntomGateway } from './gateway.ts';
import { readAntomNotification } from './notification.ts';
import { cancelAnswer, codeAnswer, payContent, queryAnswer, tillCodeAnswer, tradeAnswer } from './payments.ts';
import { refundAnswer, refundContent, refundQueryAnswer } from './refunds.ts';
import type { AntomKeys } from './secret.ts';

export function createAntomChannel(options: {
  readonly gateway: AntomGateway;
  keys(): Promise<AntomKeys>;
  now(): EpochMs;
}): Channel {
  const { gateway, now } = options;
  const cancel: Channel['cancel'] = async (ref, timeoutMs) => {
    const content = { paymentRequestId: ref.attemptNo };
    return cancelAnswer(ref, await gateway.call(ref.account, 'cancel', content, { timeoutMs }));
  };
  return {
    async createQrCode(request, timeoutMs) {
      const settled = settledIn(request);
      if (settled === undefined) return NOT_OFFERED;
      const content = payContent(request, settled, now());
      return codeAnswer(request, await gateway.call(request.account, 'pay', content, { timeoutMs }));
    },
    async payWithTillCode(request, timeoutMs) {
      const settled = settledIn(request);
      if (settled === undefined) return NOT_OFFERED;
      const content = payContent(request, settled, now());
      const call = { timeoutMs, isRepeatable: false };
      return tillCodeAnswer(request, await gateway.call(request.account, 'pay', content, call));
    },
    async query(ref, timeoutMs) {
      const content = { paymentRequestId: ref.attemptNo };
      return queryAnswer(ref, await gateway.call(ref.account, 'inquiryPayment', content, { timeoutMs }));
    },
    async findTrade(account, tradeNo, timeoutMs) {
      const content = { paymentId: tradeNo };
      return tradeAnswer(tradeNo, await gateway.call(account, 'inquiryPayment', content, { timeoutMs }));
    },
    async close(ref, timeoutMs): Promise<CloseAnswer> {
      const answer = await cancel(ref, timeoutMs);
      if (answer.kind === 'absent' || answer.kind === 'unknown') return answer;
      // Antom's only close is a cancel, and does not say what it did.
      return answer.kind === 'refused'
        ? { kind: 'not_closable' }
        : unknown('cancelled, and only a query tells from what');
    },
    cancel,
    async refund(request, timeoutMs) {
      const { tradeNo } = request;
      if (tradeNo === undefined) return unknown('no payment is known that could be refunded');
      const call = { timeoutMs, isRepeatable: false };
      const answer = await gateway.call(request.account, 'refund', refundContent(request, tradeNo), call);
      return refundAnswer(request, answer, now);
    },
    async queryRefund(ref, timeoutMs) {
      const content = { refundRequestId: ref.requestNo };
      return refundQueryAnswer(ref, await gateway.call(ref.account, 'inquiryRefund', content, { timeoutMs }), now);
    },
    // Antom gives no report to a program: people bring its files.
    report: async () => ({ kind: 'not_ready' }),
    async readNotification(message) {
      return readAntomNotification(message, await options.keys());
    },
  };
}

const NOT_OFFERED: { kind: 'refused'; refusal: Refusal } = {
  kind: 'refused',
  refusal: { reason: 'currency_not_offered' },
};

/** The currency in which the contract settles the amount; `undefined`: it takes no such amount, and Antom is not asked. */
function settledIn({ account, amount }: { readonly account: Account; readonly amount: Money }): string | undefined {
  return settlementCurrency(account, amount.currency);
}
