/**
 * The shapes of values at Alipay's door, both ways: free text that goes out cannot be taken for structure, and what comes in
 * as a number or a code is one, even if the channel has signed it. Pure.
 */
import * as z from 'zod';

/**
 * Free text as it is sent. Alipay puts it into texts that have no quotes: the rows of its bill, cut at commas, with tabs for
 * padding and `#` for the frame, and the text `a=1&b=2` that it signs of a notification. A comma in a subject would move the
 * cells behind it, and `&trade_no=5` would make a genuine notification one that can be read in two ways. So these signs, and
 * an `&` that a name and `=` follow, are sent in full width, which people read the same. Everything else stays as it was
 * typed. The same text gives the same one for ever, because Alipay compares what is sent twice under one number.
 */
export function withoutSeparators(text: string): string {
  return text
    .replaceAll('\t', ' ')
    .replaceAll(',', '，')
    .replaceAll('#', '＃')
    .replace(/&(?=[\w.-]+=)/g, '＆');
}

/** Alipay's number of a trade: 28 digits today. */
const TRADE_NO = /^[0-9A-Za-z_-]{1,64}$/;

export function isTradeNo(text: string): boolean {
  return TRADE_NO.test(text);
}

export const tradeNo = z.string().regex(TRADE_NO);

/** A code, a status or a number of the channel for log and order, which are kept; one without the shape of one is dropped. */
export function codeOf(text: string): string {
  return /^[A-Za-z0-9._-]{1,64}$/.test(text) ? text : '';
}
