/**
 * Notifications: signed, sent at once, and repeated on Alipay's timetable until the receiver answers `success`. The timetable
 * runs on the local clock, which may jump; a delivery itself takes real time.
 */
import { createHash } from 'node:crypto';
import { refundedSum, type Trade } from './books.ts';
import { notifiedParts, paidSums } from './discount.ts';
import type { Faults } from './faults.ts';
import { type AppKeys, chinaTime, signedForm, yuan } from './wire.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** After the first delivery: what lies between one and the next. Eight in all, in 24 h 24 min. */
const PAUSES = [4 * MINUTE, 10 * MINUTE, 10 * MINUTE, HOUR, 2 * HOUR, 6 * HOUR, 15 * HOUR];
const ANSWER_WITHIN = 10_000;

export interface DeliveryAttempt {
  at: string;
  body: string;
  /** Null: it was dropped, or there was no answer. */
  status: number | null;
  answer: string | null;
}

export interface Notice {
  notifyId: string;
  appId: string;
  outTradeNo: string;
  url: string;
  fields: Record<string, string>;
  /** It goes out only if the trade has run out of time by then. */
  ifExpired?: true;
  /** When it goes out next, epoch ms; null: never again. */
  dueAt: number | null;
  tries: number;
  attempts: DeliveryAttempt[];
}

export class Notifier {
  readonly notices: Notice[] = [];
  private readonly options: {
    readonly now: () => number;
    readonly keys: ReadonlyMap<string, AppKeys>;
    readonly faults: Faults;
    readonly changed: (notice: Notice) => void;
    readonly fetch: typeof fetch;
    /** The trade as it is now. */
    readonly tradeOf: (appId: string, outTradeNo: string) => Trade | undefined;
  };
  /** Those that go out once more, at least. */
  private readonly pending = new Set<Notice>();
  private readonly underWay = new Set<Promise<void>>();
  private readonly sending = new Set<Notice>();
  private sent = 0;
  private timer: NodeJS.Timeout | undefined;
  /** While the clock is moved step by step, nothing goes out of turn. */
  private stepping = false;

  constructor(options: Notifier['options']) {
    this.options = options;
  }

  /** The customer has opened the trade: it waits, and unless something comes of it, it will be closed when its time is over. */
  waiting(trade: Trade, now: number): void {
    this.add(trade, now, { trade_status: 'WAIT_BUYER_PAY', total_amount: yuan(trade.amount) });
    const closed = { trade_status: 'TRADE_CLOSED', total_amount: yuan(trade.amount), refund_fee: '0.00' };
    this.add(trade, trade.endsAt, { ...closed, gmt_close: chinaTime(trade.endsAt) }, true);
  }

  paid(trade: Trade, now: number): void {
    this.add(trade, now, { trade_status: 'TRADE_SUCCESS', ...paidFields(trade) });
  }

  /** `reason`: as the shop wrote it, which the message repeats. */
  refunded(trade: Trade, outRequestNo: string, now: number, reason?: string): void {
    this.add(trade, now, {
      trade_status: trade.status,
      ...paidFields(trade),
      out_biz_no: outRequestNo,
      refund_fee: yuan(refundedSum(trade)),
      ...(reason !== undefined && { refund_reason: reason }),
      gmt_refund: `${chinaTime(now)}.${String(now % 1000).padStart(3, '0')}`,
      ...(trade.status === 'TRADE_CLOSED' && { gmt_close: chinaTime(now) }),
    });
  }

  private add(trade: Trade, now: number, news: Record<string, string>, ifExpired = false): void {
    if (trade.notifyUrl === null) return;
    const number = `${trade.appId}\n${trade.outTradeNo}\n${this.notices.length}\n${now}`;
    const notice: Notice = {
      notifyId: createHash('sha256').update(number).digest('hex').slice(0, 34),
      appId: trade.appId,
      outTradeNo: trade.outTradeNo,
      url: trade.notifyUrl,
      fields: { ...commonFields(trade), ...news },
      ...(ifExpired && { ifExpired }),
      dueAt: now + this.options.faults.delayNotificationsMs,
      tries: 0,
      attempts: [],
    };
    this.restore(notice);
    this.options.changed(notice);
    this.wake();
  }

  /** A notice that was kept by the journal. */
  restore(notice: Notice): void {
    this.notices.push(notice);
    if (notice.dueAt !== null) this.pending.add(notice);
  }

  /** Sends what is due now and sets an alarm for what comes next. The local clock may jump, so the alarm is never far. */
  wake(): void {
    clearTimeout(this.timer);
    if (this.stepping) return;
    const now = this.options.now();
    for (const notice of this.due(now)) this.start(notice);
    const next = this.nextDue();
    if (next === undefined) return;
    this.timer = setTimeout(() => this.wake(), Math.max(10, Math.min(next - now, 1_000)));
    this.timer.unref();
  }

  /** When the next one goes out, epoch ms. */
  nextDue(): number | undefined {
    const times = [...this.pending].flatMap(({ dueAt }) => dueAt ?? []);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  private due(until: number): Notice[] {
    return [...this.pending]
      .filter((notice) => notice.dueAt !== null && notice.dueAt <= until && !this.sending.has(notice))
      .sort((a, b) => Number(a.dueAt) - Number(b.dueAt));
  }

  /** Delivers all that falls due up to `until`, one after the other in order of time, repeats included. */
  async deliverDue(until: number, setClock: (at: number) => void = () => {}): Promise<void> {
    this.stepping = true;
    try {
      await Promise.all(this.underWay);
      for (let next = this.due(until)[0]; next; next = this.due(until)[0]) {
        if (next.dueAt !== null) setClock(next.dueAt);
        await this.start(next);
      }
    } finally {
      this.stepping = false;
      this.wake();
    }
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private start(notice: Notice): Promise<void> {
    this.sending.add(notice);
    const sent = this.send(notice).finally(() => {
      this.sending.delete(notice);
      this.underWay.delete(sent);
    });
    this.underWay.add(sent);
    return sent;
  }

  private async send(notice: Notice): Promise<void> {
    const { faults, now, keys } = this.options;
    const key = keys.get(notice.appId);
    if (!key) return;
    if (notice.ifExpired && notice.tries === 0 && !this.hasExpired(notice)) return this.forget(notice);
    const tampered = faults.tamperNotification;
    const fields = {
      ...notice.fields,
      notify_id: notice.notifyId,
      notify_time: chinaTime(now()),
      ...(tampered && { [tampered.field]: tampered.value }),
    };
    // What goes wrong is what was to go wrong when it went out, not when it was signed.
    const { dropNotifications } = faults;
    this.sent += 1;
    const isTwice =
      faults.duplicateNotifications || (faults.everyNthTwice > 0 && this.sent % faults.everyNthTwice === 0);
    const body = await signedForm(fields, key);
    let answered = false;
    for (let copy = 0; copy < (isTwice ? 2 : 1); copy += 1) {
      const at = new Date(now()).toISOString();
      const { status, answer } = dropNotifications
        ? { status: null, answer: null }
        : await post(this.options.fetch, notice.url, body);
      notice.attempts.push({ at, body, status, answer });
      answered ||= status === 200 && answer === 'success';
    }
    const pause = PAUSES[notice.tries];
    notice.tries += 1;
    notice.dueAt = answered || pause === undefined ? null : (notice.dueAt ?? now()) + pause;
    if (notice.dueAt === null) this.pending.delete(notice);
    this.options.changed(notice);
    this.wake();
  }

  private hasExpired({ appId, outTradeNo }: Notice): boolean {
    const trade = this.options.tradeOf(appId, outTradeNo);
    return trade?.status === 'TRADE_CLOSED' && trade.paidAt === null && trade.closedAt === trade.endsAt;
  }

  /** It is not news: it never happened. */
  private forget(notice: Notice): void {
    notice.dueAt = null;
    this.pending.delete(notice);
    this.options.changed(notice);
  }
}

async function post(
  send: typeof fetch,
  url: string,
  body: string,
): Promise<Pick<DeliveryAttempt, 'status' | 'answer'>> {
  try {
    const response = await send(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_WITHIN),
    });
    return { status: response.status, answer: (await response.text()).slice(0, 256) };
  } catch {
    return { status: null, answer: null };
  }
}

function commonFields(trade: Trade): Record<string, string> {
  return {
    notify_type: 'trade_status_sync',
    charset: 'utf-8',
    version: '1.0',
    app_id: trade.appId,
    auth_app_id: trade.appId,
    trade_no: trade.tradeNo ?? '',
    out_trade_no: trade.outTradeNo,
    seller_id: trade.sellerId,
    seller_email: 'shop@example.com',
    buyer_id: '2088102146225135',
    buyer_logon_id: '138****5678',
    subject: trade.subject,
    gmt_create: chinaTime(trade.createdAt ?? 0),
  };
}

function paidFields(trade: Trade): Record<string, string> {
  return {
    total_amount: yuan(trade.amount),
    ...paidSums(trade),
    gmt_payment: chinaTime(trade.paidAt ?? 0),
    ...notifiedParts(trade),
  };
}
