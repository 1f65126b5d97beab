/** The books of both channels, read in one way: what was paid of an attempt, and what has gone back. */
import { refundedSum } from '../../../bin/local/alipay-simulator/books.ts';
import type { AntomModel } from '../world/antom.ts';
import type { ChannelModel } from '../world/channel.ts';
import type { Money } from '../world/port.ts';

export interface Trade {
  readonly channel: 'alipay' | 'antom';
  readonly attemptNo: string;
  readonly tradeNo: string | null;
  readonly amount: Money;
  /** Undefined: nobody has. */
  readonly paidAt: number | undefined;
  /** Taken less returned, minor units. */
  readonly kept: number;
  /** Whoever asks about it is told that it was paid. */
  readonly isTold: boolean;
  readonly refunds: readonly { readonly number: string; readonly hasFailed: boolean }[];
}

export interface Kept {
  readonly channel: string;
  readonly currency: string;
  readonly value: number;
}

export class TradeBooks {
  private readonly alipay: ChannelModel;
  private readonly antom: AntomModel;

  constructor({ alipay, antom }: { readonly alipay: ChannelModel; readonly antom: AntomModel }) {
    this.alipay = alipay;
    this.antom = antom;
  }

  find(channel: Trade['channel'], attemptNo: string): Trade | undefined {
    return channel === 'alipay' ? this.atAlipay(attemptNo) : this.atAntom(attemptNo);
  }

  private atAlipay(attemptNo: string): Trade | undefined {
    const trade = this.alipay.find(attemptNo);
    if (!trade) return undefined;
    const { tradeNo, amount, paidAt, refunds } = trade;
    return {
      ...{ channel: 'alipay', attemptNo, tradeNo, amount: { currency: 'CNY', value: amount } },
      paidAt: paidAt ?? undefined,
      kept: paidAt === null ? 0 : amount - refundedSum(trade),
      isTold: paidAt !== null,
      refunds: refunds.map(({ outRequestNo }) => ({ number: outRequestNo, hasFailed: false })),
    };
  }

  private atAntom(attemptNo: string): Trade | undefined {
    const payment = this.antom.find(attemptNo);
    if (!payment) return undefined;
    const { paymentId, amount, paidAt, cancelledAt, status } = payment;
    const isLate = status === 'FAIL' || (cancelledAt ?? Number.POSITIVE_INFINITY) < (paidAt ?? 0);
    const refunds = this.antom.books.refunds.of(payment, this.antom.now);
    return {
      ...{ channel: 'antom', attemptNo, tradeNo: paymentId, amount, paidAt: paidAt ?? undefined },
      kept: paidAt === null ? 0 : amount.value - this.antom.returnedOf(payment),
      isTold: paidAt !== null && !isLate,
      refunds: refunds.map((it) => ({ number: it.refundRequestId, hasFailed: it.status === 'FAIL' })),
    };
  }

  all(): Kept[] {
    const alipay = [...this.alipay.books.trades.values()].map(({ outTradeNo }) => this.atAlipay(outTradeNo));
    const antom = [...this.antom.books.payments.values()].map((it) => this.atAntom(it.paymentRequestId));
    return [...alipay, ...antom].flatMap((it) =>
      it ? [{ channel: it.channel, currency: it.amount.currency, value: it.kept }] : [],
    );
  }
}

/** Sums by channel and currency; where nothing is kept, nothing is named. */
export function keptOf(rows: readonly Kept[]): Readonly<Record<string, number>> {
  const sums = new Map<string, number>();
  for (const { channel, currency, value } of rows)
    sums.set(`${channel} ${currency}`, (sums.get(`${channel} ${currency}`) ?? 0) + value);
  return Object.fromEntries([...sums].filter(([, value]) => value !== 0).sort(([a], [b]) => (a < b ? -1 : 1)));
}
