/** The channel's notifications in virtual time: on Alipay's timetable, and whatever the adversary makes of them. */
import { refundedSum, type Trade } from '../../../bin/local/alipay-simulator/books.ts';
import type { Io } from './io.ts';
import type { News } from './port.ts';

const PAUSES = [4, 10, 10, 60, 120, 360, 900].map((minutes) => minutes * 60_000);

/** What a delivery carries: news as the channel would sign them, or something that nobody signed. */
export interface Parcel {
  readonly forged: boolean;
  readonly news: News;
}

export class Deliveries {
  /** Brings a parcel to the shop's side and says whether it answered success. */
  readonly deliver: (parcel: Parcel) => Promise<boolean>;
  private readonly io: Io;
  private notices = 0;

  constructor(io: Io, deliver: Deliveries['deliver']) {
    this.io = io;
    this.deliver = deliver;
  }

  notify(trade: Trade, refundNo: string | undefined): void {
    const { world, faults } = this.io;
    this.notices += 1;
    const news: News = {
      kind: 'news',
      notificationId: `n${this.notices}`,
      account: { channel: 'alipay', appId: trade.appId, sellerId: trade.sellerId },
      attemptNo: trade.outTradeNo,
      ...(trade.paidAt !== null && { paid: paidNews(trade) }),
      closedUnpaid: trade.status === 'TRADE_CLOSED' && trade.paidAt === null,
      ...(refundNo !== undefined && {
        refund: { ...numbered(refundNo, this.notices), returned: { currency: 'CNY', value: refundedSum(trade) } },
      }),
    };
    const delay =
      faults.notificationDelayMs > 0 ? world.chance.int(0, faults.notificationDelayMs) : world.chance.int(50, 500);
    if (delay > 1_000) this.io.count('notificationDelayMs');
    this.tryDelivery(news, 0, delay);
  }

  private tryDelivery(news: News, tries: number, delay: number): void {
    const { io } = this;
    io.world.in(delay, () => {
      const again = () => {
        const pause = PAUSES[tries];
        if (pause !== undefined) this.tryDelivery(news, tries + 1, pause);
      };
      if (io.strikes('forged'))
        void this.deliver({ forged: true, news: { ...news, attemptNo: 'ord_aaaaaaaaaaaaaaaaaaaaaaaaaa_1' } });
      if (io.strikes('wrongAmount') && news.paid)
        void this.deliver({
          forged: false,
          news: {
            ...news,
            notificationId: `${news.notificationId}w`,
            paid: { ...news.paid, amount: { currency: 'CNY', value: news.paid.amount.value + 1 } },
          },
        });
      if (io.strikes('notificationDropped')) return again();
      if (io.strikes('notificationDoubled')) void this.deliver({ forged: false, news });
      this.deliver({ forged: false, news }).then((success) => {
        if (!success) again();
      });
    });
  }
}

/** Of a refund in the console, some messages tell the running total only. */
function numbered(requestNo: string, notice: number) {
  return requestNo.startsWith('console') && notice % 3 === 0 ? {} : { requestNo };
}

export function paidNews(trade: Trade) {
  const money = (value: number) => ({ currency: 'CNY', value });
  const { tradeNo, paidAt, amount, received = amount } = trade;
  return { tradeNo: tradeNo ?? '', paidAt: paidAt ?? 0, amount: money(amount), received: money(received) };
}
