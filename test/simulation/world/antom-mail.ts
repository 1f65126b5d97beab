/** Antom's messages in virtual time: signed, on Antom's timetable, and what the adversary makes of them. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { jsonOf, paymentMembers, resultOf, type Style } from '../../../bin/local/antom-simulator/answers.ts';
import type { Payment } from '../../../bin/local/antom-simulator/payments.ts';
import { bytesToSign, isoTime } from '../../../bin/local/antom-simulator/wire.ts';
import type { Io } from './io.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PAUSES = [0, 2 * MINUTE, 10 * MINUTE, 10 * MINUTE, HOUR, 2 * HOUR, 6 * HOUR, 15 * HOUR];

/** As it comes to the shop's door. `about`: the number of its attempt, for the story. */
export interface AntomMessage {
  readonly about: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

let keys: { readonly antom: KeyObject; readonly other: KeyObject; readonly antomPublic: KeyObject } | undefined;

/** Short ones, made when they are first needed: nothing of a story depends on them. */
export function keysOfAntom() {
  const make = () => generateKeyPairSync('rsa', { modulusLength: 1024 });
  if (keys) return keys;
  const { privateKey: antom, publicKey: antomPublic } = make();
  keys = { antom, antomPublic, other: make().privateKey };
  return keys;
}

export class AntomMail {
  readonly deliver: (message: AntomMessage) => Promise<boolean>;
  private readonly io: Io;
  private readonly style: Style;
  private readonly find: (attemptNo: string) => Payment | undefined;
  private readonly told = new Set<string>();
  /** Nothing is told, and nothing repeated. */
  isMute = false;

  constructor(io: Io, find: AntomMail['find'], style: Style, deliver: AntomMail['deliver']) {
    this.io = io;
    this.find = find;
    this.style = style;
    this.deliver = deliver;
  }

  /** What has come of the payment is told, once. */
  paid(payment: Payment): void {
    const { world, faults } = this.io;
    const { notificationDelayMs } = faults;
    const delay = notificationDelayMs > 0 ? world.chance.int(0, notificationDelayMs) : world.chance.int(50, 500);
    if (delay > 1_000) this.io.count('notificationDelayMs');
    this.plan(payment, delay);
  }

  /** Its end is told if nothing else is by then. */
  waiting(payment: Payment): void {
    this.plan(payment, (payment.outcome?.at ?? payment.endsAt) - this.io.world.now);
  }

  private plan({ paymentRequestId }: Payment, delay: number): void {
    if (this.isMute) return;
    this.io.world.in(delay, () => {
      const payment = this.find(paymentRequestId);
      const code = payment && resultCodeOf(payment);
      if (!payment || code === undefined || this.told.has(`${paymentRequestId} ${code}`)) return 'quiet';
      this.told.add(`${paymentRequestId} ${code}`);
      this.send(this.messageOf(payment, code), 0);
      return undefined;
    });
  }

  /** The result of `payment` as Antom signs it, about `about` if that is another number. */
  messageOf(payment: Payment, code: string, about = payment.paymentRequestId): AntomMessage {
    const members = { ...paymentMembers(payment, this.style), paymentRequestId: about };
    const body = Buffer.from(jsonOf({ notifyType: 'PAYMENT_RESULT', ...resultOf(code), ...members }));
    return this.signed(payment, about, body, keysOfAntom().antom);
  }

  private signed({ clientId, notifyUrl }: Payment, about: string, body: Buffer, key: KeyObject): AntomMessage {
    const path = new URL(notifyUrl ?? '').pathname;
    const time = isoTime(this.io.world.now);
    const signature = sign('RSA-SHA256', bytesToSign({ path, clientId, time, body }), key).toString('base64');
    const header = `algorithm=RSA256,keyVersion=1,signature=${encodeURIComponent(signature)}`;
    return { about, path, body, headers: { 'client-id': clientId, 'request-time': time, signature: header } };
  }

  private send(message: AntomMessage, tries: number): void {
    const { io } = this;
    const again = () => {
      const pause = PAUSES[tries];
      if (pause !== undefined) io.world.in(pause, () => this.send(message, tries + 1));
    };
    const payment = this.find(message.about);
    if (payment && io.strikes('forged'))
      void this.deliver(this.signed(payment, message.about, message.body, keysOfAntom().other));
    if (payment && io.strikes('wrongAmount')) {
      const amount = { ...payment.amount, value: payment.amount.value + 1 };
      void this.deliver(this.messageOf({ ...payment, amount }, 'SUCCESS'));
    }
    if (io.strikes('notificationDropped')) {
      again();
      return;
    }
    if (io.strikes('notificationDoubled')) void this.deliver(message);
    this.deliver(message).then((isThanked) => {
      if (!isThanked) again();
    });
  }
}

/** Of money that came after a payment had failed nothing is told: it goes back, and the payment stays failed. */
function resultCodeOf({ paidAt, status, failCode }: Payment): string | undefined {
  if (paidAt !== null && status !== 'FAIL') return 'SUCCESS';
  return status === 'FAIL' ? (failCode ?? 'PROCESS_FAIL') : undefined;
}
