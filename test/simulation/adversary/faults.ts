/**
 * The adversary: which faults there are in one history, and how strong. Every class is off in about half of all seeds. They are
 * F1, F3, F4, F5, F7, F17, F18, F22, F23, F26, F29, F30, F31, F35, F37, F39, F41, F42, F43, F44, F45, F46, F47, F49, F54, F55, F56.
 */
import type { Chance } from '../world/world.ts';

/** Probabilities per occasion, except where the name says a time in milliseconds. */
export interface Faults {
  killBefore: number;
  killAfter: number;
  pause: number;
  pauseMs: number;
  throttle: number;
  ambiguousWrite: number;
  staleIndexMs: number;
  requestLost: number;
  /** The channel hears nothing for so long, once. */
  outageMs: number;
  answerLost: number;
  serverError: number;
  systemErrorWithEffect: number;
  garbage: number;
  slow: number;
  slowMs: number;
  refuseCode: number;
  /** A till code is refused by a code that nobody knows, paid or not. */
  refusePay: number;
  /** A request to pay by a till code arrives when everybody has given it up, and just before the code is too old. */
  payStray: number;
  /** `retry_flag=Y`, with the effect. */
  cancelAgain: number;
  refuseRefund: number;
  noCover: number;
  notificationDoubled: number;
  notificationDropped: number;
  notificationDelayMs: number;
  forged: number;
  wrongAmount: number;
  sweepSkipped: number;
  sweepDoubled: number;
  skewMs: number;
  /** The payer pays within 400 ms of our query or close. */
  race: number;
  /** The channel says closed, and money arrives all the same. */
  providerLies: number;
  consoleRefund: number;
  /** No message tells of a refund that was made in the console. */
  consoleSilent: number;
  /** The query for a refund answers nothing. */
  refundQueryLost: number;
  /** The query for a refund knows none yet, although it was carried out less than 10 s ago. */
  refundQueryEarly: number;
  /** The merchant renews the authorisation, and the operator hears of it some time later. */
  renewal: number;
  /** Somebody closes the trade in the channel's own console. */
  consoleClose: number;
  poison: number;
}

export type FaultName = keyof Faults;

const MOST: Faults = {
  killBefore: 0.06,
  killAfter: 0.06,
  pause: 0.05,
  pauseMs: 15_000,
  throttle: 0.1,
  ambiguousWrite: 0.1,
  staleIndexMs: 5_000,
  requestLost: 0.2,
  outageMs: 20 * 60_000,
  answerLost: 0.2,
  serverError: 0.2,
  systemErrorWithEffect: 0.1,
  garbage: 0.1,
  slow: 0.1,
  slowMs: 40_000,
  refuseCode: 0.2,
  refusePay: 0.2,
  payStray: 0.6,
  cancelAgain: 0.3,
  refuseRefund: 0.5,
  noCover: 0.3,
  notificationDoubled: 0.5,
  notificationDropped: 0.7,
  notificationDelayMs: 20 * 60_000,
  forged: 0.3,
  wrongAmount: 0.2,
  sweepSkipped: 0.5,
  sweepDoubled: 0.5,
  skewMs: 30_000,
  race: 0.5,
  providerLies: 0.8,
  consoleRefund: 0.6,
  consoleSilent: 0.6,
  refundQueryLost: 1,
  refundQueryEarly: 0.9,
  renewal: 1,
  consoleClose: 0.6,
  poison: 0.2,
};

export const FAULT_NAMES = Object.keys(MOST) as FaultName[];

export function noFaults(): Faults {
  return Object.fromEntries(FAULT_NAMES.map((name) => [name, 0])) as unknown as Faults;
}

/** The faults of one seed: 15 % of seeds are calm, a quarter of the others hear no notification at all. */
export function faultsOf(chance: Chance): Faults {
  const faults = noFaults();
  const calm = chance.hit(0.15);
  const deaf = chance.hit(0.25);
  for (const name of FAULT_NAMES) {
    const on = chance.hit(0.5);
    const strength = chance.next();
    if (on && !calm) faults[name] = MOST[name] * strength;
  }
  if (deaf && !calm) faults.notificationDropped = 1;
  return faults;
}
