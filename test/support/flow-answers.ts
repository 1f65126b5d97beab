/** Answers of the channel to what flows ask of refunds, and its refusals; the others stand beside the flow. */
import { NOON } from './orders.ts';

/** A refund's number that the channel does not know. */
export const NONE = { kind: 'none' };
export const BACK = { kind: 'succeeded', at: NOON + 100_000 };
/** A refund that was carried out, and its amount. */
export const back = (value: number, currency = 'CNY') => ({ ...BACK, amount: { currency, value } });
export const refused = (reason: string, more: object = {}) => ({ kind: 'refused', refusal: { reason, ...more } });
