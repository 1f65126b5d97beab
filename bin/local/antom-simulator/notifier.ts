/**
 * Notifications: signed, sent at once, and repeated on Antom's timetable until the receiver answers `S`. The timetable runs on
 * the local clock, which may jump; a delivery itself takes real time.
 */
import { jsonOf, type Members, paymentMembers, resultOf } from './answers.ts';
import type { Faults } from './faults.ts';
import type { Payment } from './payments.ts';
import { type ClientKeys, isoTime, signatureOf } from './wire.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** What lies between one delivery and the next, after the first one. */
const PAUSES = [0, 2 * MINUTE, 10 * MINUTE, 10 * MINUTE, HOUR, 2 * HOUR, 6 * HOUR, 15 * HOUR];
const ANSWER_WITHIN = 10_000;

export interface DeliveryAttempt {
  at: string;
  body: string;
  headers: Record<string, string>;
  /** Null: it was dropped, or there was no answer. */
  status: number | null;
  answer: string | null;
}

/** `result`: what has come of a payment by the time of the first delivery; of one that still waits, or was cancelled unpaid, nothing is told. */
type Kind = 'result' | 'pending';

export interface Notice {
  id: string;
  clientId: string;
  paymentRequestId: string;
  url: string;
  kind: Kind;
  /** As it was first sent. */
  body: string | null;
  /** When it goes out next, epoch ms; null: never again. */
  dueAt: number | null;
  tries: number;
  attempts: DeliveryAttempt[];
}

interface Options {
  readonly now: () => number;
  readonly keys: ReadonlyMap<string, ClientKeys>;
  readonly faults: Faults;
  readonly changed: (notice: Notice) => void;
  readonly fetch: typeof fetch;
  /** The payment as it is now. */
  readonly paymentOf: (clientId: string, paymentRequestId: string) => Payment | undefined;
}

export class Notifier {
  readonly notices: Notice[] = [];
  private readonly options: Options;
  /** Those that go out once more, at least. */
  private readonly pending = new Set<Notice>();
  private readonly underWay = new Set<Promise<void>>();
  private readonly sending = new Set<Notice>();
  /** What has been told of which payment. */
  private readonly told = new Set<string>();
  private sent = 0;
  private timer: NodeJS.Timeout | undefined;
  /** While the clock is moved step by step, nothing goes out of turn. */
  private stepping = false;

  constructor(options: Options) {
    this.options = options;
  }

  paid(payment: Payment, now: number): void {
    this.add(payment, 'result', now);
  }

  /** The customer has opened the payment, or its result is to come: it is told when it comes, at the latest when its time is over. */
  waiting(payment: Payment, now: number): void {
    if (this.options.faults.pendingNotifications) this.add(payment, 'pending', now);
    this.add(payment, 'result', payment.outcome?.at ?? payment.endsAt);
  }

  private add({ notifyUrl, clientId, paymentRequestId }: Payment, kind: Kind, at: number): void {
    if (notifyUrl === null) return;
    const notice: Notice = {
      ...{ id: `${clientId}/${paymentRequestId}/${this.notices.length}`, clientId, paymentRequestId, url: notifyUrl },
      ...{ kind, body: null, dueAt: at + this.options.faults.delayNotificationsMs, tries: 0, attempts: [] },
    };
    this.restore(notice);
    this.options.changed(notice);
    this.wake();
  }

  /** A notice that was kept by the journal. */
  restore(notice: Notice): void {
    this.notices.push(notice);
    if (notice.body !== null) this.told.add(newsOf(notice, JSON.parse(notice.body).result.resultCode));
    if (notice.dueAt !== null) this.pending.add(notice);
  }

  /** Sends what is due, and looks again when the next one is. The clock may jump, so it looks once a second at the least. */
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
    const key = keys.get(notice.clientId);
    if (!key) return this.forget(notice);
    notice.body ??= this.bodyOf(notice) ?? null;
    if (notice.body === null) return this.forget(notice);
    // What goes wrong is what was to go wrong when it went out, not when it was signed.
    const { dropNotifications } = faults;
    this.sent += 1;
    const { everyNthTwice } = faults;
    const isTwice = faults.duplicateNotifications || (everyNthTwice > 0 && this.sent % everyNthTwice === 0);
    const { body, url } = notice;
    const headers = await headersOf(notice.clientId, url, body, now(), key);
    let answered = false;
    for (let copy = 0; copy < (isTwice ? 2 : 1); copy += 1) {
      const at = new Date(now()).toISOString();
      const nothing = { status: null, answer: null };
      const { status, answer } = dropNotifications ? nothing : await post(this.options.fetch, url, body, headers);
      notice.attempts.push({ at, body, headers, status, answer });
      answered ||= status === 200 && isThanks(answer);
    }
    const pause = PAUSES[notice.tries];
    notice.tries += 1;
    notice.dueAt = answered || pause === undefined ? null : (notice.dueAt ?? now()) + pause;
    if (notice.dueAt === null) this.pending.delete(notice);
    this.options.changed(notice);
    this.wake();
  }

  private bodyOf(notice: Notice): string | undefined {
    const { clientId, paymentRequestId, kind } = notice;
    const { faults, paymentOf } = this.options;
    const payment = paymentOf(clientId, paymentRequestId);
    if (!payment) return undefined;
    const code = kind === 'pending' ? 'SUCCESS' : resultCodeOf(payment);
    if (code === undefined) return undefined;
    // A result that is told already needs no second message: its payment was paid after it had been opened.
    const news = newsOf(notice, code);
    if (this.told.has(news)) return undefined;
    this.told.add(news);
    const { paymentTime, ...members } = paymentMembers(payment, { ...faults, rateMissing: false });
    const message = {
      notifyType: kind === 'pending' ? 'PAYMENT_PENDING' : 'PAYMENT_RESULT',
      ...resultOf(code),
      ...members,
      ...(kind === 'result' && paymentTime !== undefined && { paymentTime }),
    };
    return jsonOf(faults.tamperNotification ? tampered(message, faults.tamperNotification) : message);
  }

  /** It is not news: it never happened. */
  private forget(notice: Notice): void {
    notice.dueAt = null;
    this.pending.delete(notice);
    this.options.changed(notice);
  }
}

/** The same news of a payment are told once, and repeated as they were. */
const newsOf = ({ clientId, paymentRequestId, kind }: Notice, code: string) =>
  `${clientId}/${paymentRequestId}/${kind}/${code}`;

function resultCodeOf({ paidAt, status, failCode }: Payment): string | undefined {
  if (paidAt !== null) return 'SUCCESS';
  return status === 'FAIL' ? (failCode ?? 'PROCESS_FAIL') : undefined;
}

function tampered(news: Members, { field, value }: { field: string; value: string }): Members {
  const [name = '', ...inner] = field.split('.');
  const old = news[name];
  const isObject = typeof old === 'object' && old !== null && inner.length > 0;
  return { ...news, [name]: isObject ? tampered(old as Members, { field: inner.join('.'), value }) : value };
}

async function headersOf(clientId: string, url: string, body: string, now: number, { antomPrivateKey }: ClientKeys) {
  const time = isoTime(now);
  const signed = { path: new URL(url).pathname, clientId, time, body: Buffer.from(body) };
  return {
    'content-type': 'application/json; charset=UTF-8',
    'client-id': clientId,
    'request-time': time,
    signature: await signatureOf(signed, antomPrivateKey),
  };
}

function isThanks(answer: string | null): boolean {
  try {
    return JSON.parse(answer ?? '').result?.resultStatus === 'S';
  } catch {
    return false;
  }
}

async function post(
  send: typeof fetch,
  url: string,
  body: string,
  headers: Record<string, string>,
): Promise<Pick<DeliveryAttempt, 'status' | 'answer'>> {
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN);
    const response = await send(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    return { status: response.status, answer: (await response.text()).slice(0, 256) };
  } catch {
    return { status: null, answer: null };
  }
}
