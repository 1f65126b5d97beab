/**
 * What every channel answers in the same situations: the rest of the house relies on this, and on nothing else of a channel. Where
 * channels differ, they do so by their traits.
 */
import { describe, expect, test } from 'vitest';
import type { Channel } from '../../functions/channel/channel.ts';
import type { Account } from '../../functions/channel/registry.ts';
import type { ChannelTraits } from '../../functions/channel/traits.ts';

/** A call that goes wrong on its way, and whether the channel carries it out. */
export type Way = (typeof WAYS)[number][1];
export const WAYS = [
  ['silence before the effect', 'time_out', false],
  ['silence after the effect', 'time_out_with_effect', true],
  ['a system error before the effect', 'system_error', false],
  ['a system error after the effect', 'system_error_with_effect', true],
  ['garbage', 'garbage', false],
  ['an answer whose signature does not fit', 'bad_signature', true],
] as const;
export type Operation = 'createQrCode' | 'payWithTillCode' | 'query' | 'cancel' | 'refund' | 'queryRefund';

export interface Played {
  readonly channel: Channel;
  readonly account: Account;
  readonly traits: ChannelTraits;
  readonly currency: string;
  now(): number;
  /** The customer pays the code. */
  pay(attemptNo: string, payload: string): Promise<void>;
  /** The channel's world, where it is played over HTTP. */
  readonly world?: {
    /** The code that a customer's app shows, who pays small amounts at once, or has no money. */
    newTillCode(noMoney?: boolean): Promise<string>;
    /** The next call of the operation goes wrong so. */
    goesWrong(operation: Operation, way: Way): Promise<void>;
  };
}

const TIMEOUT = 5_000;
/** Of a call that is not answered. */
const SHORT = 200;

let number = 0;

/** An order of 1234 minor units at the channel, with its code; `pays`: and paid. */
async function begin({ channel, account, currency, now, pay }: Played, pays: boolean) {
  number += 1;
  const amount = { currency, value: 1234 };
  const ref = { account, attemptNo: `ord_aaaaaaaaaaaaaaaaaaaaaaaaaa_${number}` };
  const more = { subject: 'tea', storeId: 'main', terminalId: 'trm_1', notifyUrl: 'http://127.0.0.1:9/closed' };
  const request = { ...ref, ...more, amount, expiresAt: now() + 90_000 };
  const code = await channel.createQrCode(request, TIMEOUT);
  if (code.kind === 'accepted' && pays) await pay(ref.attemptNo, code.payload);
  const query = (timeout = TIMEOUT) => channel.query(ref, timeout);
  const told = pays ? await query() : undefined;
  // What the house knows of a payment by the time that it refunds.
  const paid = told?.kind === 'paid' ? { ...ref, tradeNo: told.tradeNo } : ref;
  const refundOf = (no: string) => ({ ...paid, requestNo: `${ref.attemptNo}_${no}` });
  const refund = (no: string, value: number, timeout = TIMEOUT) =>
    channel.refund({ ...refundOf(no), amount: { currency, value } }, timeout);
  const queryRefund = (no: string, timeout = TIMEOUT) => channel.queryRefund(refundOf(no), timeout);
  return { ref, paid, request, amount, code, query, refund, queryRefund };
}

export function channelSuite(name: string, played: () => Played): void {
  describe(name, () => {
    test('gives a code that waits for its payment', async () => {
      const { code, query } = await begin(played(), false);
      expect(code).toMatchObject({ kind: 'accepted', payload: expect.stringMatching(/./) });
      const { closeReverses } = played().traits;
      expect(await query()).toEqual({ kind: closeReverses ? 'waiting' : 'absent' });
    });

    test('gives a code again under the same number, for one payment', async () => {
      const { channel, pay } = played();
      const { request, ref, query } = await begin(played(), false);
      const again = await channel.createQrCode(request, TIMEOUT);
      if (again.kind !== 'accepted') throw new Error(`no code: ${JSON.stringify(again)}`);
      await pay(ref.attemptNo, again.payload);
      expect(await query()).toMatchObject({ kind: 'paid', refundedInFull: false });
    });

    test('tells a payment by the amount and the time of the channel, again and again', async () => {
      const { amount, query } = await begin(played(), true);
      const told = await query();
      expect(told).toMatchObject({ kind: 'paid', refundedInFull: false, amount });
      expect(await query()).toEqual(told);
    });

    test('takes no currency but its own, without a call', async () => {
      const { request } = await begin(played(), false);
      const other = { ...request, amount: { currency: 'XAF', value: 1 } };
      const refused = { kind: 'refused', refusal: { reason: 'currency_not_offered' } };
      expect(await played().channel.createQrCode(other, TIMEOUT)).toEqual(refused);
    });

    test('ends what is not paid as its traits say, and tells what that did', async () => {
      const { channel, traits } = played();
      const { ref, query } = await begin(played(), false);
      if (traits.closeReverses) {
        expect([await channel.cancel(ref, TIMEOUT), await query()]).toEqual([{ kind: 'ended' }, { kind: 'closed' }]);
        expect([await channel.cancel(ref, TIMEOUT), await query()]).toEqual([{ kind: 'ended' }, { kind: 'closed' }]);
      } else {
        const kind = traits.unpaidCodeCanBeCancelled ? 'closed' : 'absent';
        expect(await channel.close(ref, TIMEOUT)).toEqual({ kind });
      }
    });

    test('ends what was paid in between as its traits say: it goes back, or it stays', async () => {
      const { channel, traits } = played();
      const { ref, query } = await begin(played(), true);
      const answer = traits.closeReverses ? await channel.cancel(ref, TIMEOUT) : await channel.close(ref, TIMEOUT);
      expect(answer).toEqual({ kind: traits.closeReverses ? 'ended' : 'not_closable' });
      expect(await query()).toMatchObject({ kind: 'paid', refundedInFull: traits.closeReverses });
    });

    test('refunds in parts up to the whole, once per number, and no more', async () => {
      const { query, refund, queryRefund, amount } = await begin(played(), true);
      expect((await refund('r1', 1000)).kind).toBe('succeeded');
      // A repeat moves nothing, and says so or tells the first answer again.
      expect(await refund('r1', 1000)).toMatchObject({ kind: expect.toBeOneOf(['succeeded', 'pending']) });
      expect(await refund('r2', 235)).toMatchObject({ kind: 'refused', refusal: { reason: 'refund_amount' } });
      expect(await query()).toMatchObject({ kind: 'paid', refundedInFull: false, amount });
      expect((await refund('r3', 234)).kind).toBe('succeeded');
      expect(await query()).toMatchObject({ kind: 'paid', refundedInFull: true, amount });
      const ended = { kind: 'failed', refusal: { reason: expect.any(String) } };
      expect(await queryRefund('r2')).toMatchObject(played().traits.refusalEndsNumber ? ended : { kind: 'none' });
    });

    test('knows a refund by its number, and no other', async () => {
      const { refund, queryRefund, amount } = await begin(played(), true);
      await refund('r1', 34);
      expect(await queryRefund('r1')).toMatchObject({ kind: 'succeeded', amount: { ...amount, value: 34 } });
      expect(await queryRefund('r2')).toEqual({ kind: 'none' });
    });

    test('believes no message without its signature', async () => {
      const message = { body: Buffer.from('{"a":1}'), headers: {}, path: '/v1/notifications/x' };
      expect(await played().channel.readNotification(message)).toMatchObject({ kind: 'forged' });
    });
  });
}

/** Of a channel that is played over HTTP: what a scanned code brings, and what each call is when its answer does not come. */
export function worldSuite(name: string, played: () => Required<Played>): void {
  describe(`${name}: a till code`, () => {
    test('is paid at once, and told again by a query', async () => {
      const { channel, world } = played();
      const { request, query } = await scanned(played());
      const paid = await channel.payWithTillCode({ ...request, tillCode: await world.newTillCode() }, TIMEOUT);
      expect(paid).toMatchObject({ kind: 'paid', amount: request.amount });
      expect(await query()).toEqual({ ...paid, refundedInFull: false });
    });

    test('whose customer has no money is refused, and its number is not paid', async () => {
      const { channel, world } = played();
      const { request, query } = await scanned(played());
      const answer = await channel.payWithTillCode({ ...request, tillCode: await world.newTillCode(true) }, TIMEOUT);
      expect(answer).toMatchObject({ kind: 'refused', refusal: { reason: 'customer_cannot_pay' } });
      expect(await query()).toMatchObject({ kind: expect.toBeOneOf(['absent', 'closed', 'waiting']) });
    });

    test('that is not one of the channel’s is refused as such', async () => {
      const { request } = await scanned(played());
      const answer = await played().channel.payWithTillCode({ ...request, tillCode: '289999999999999999' }, TIMEOUT);
      expect(answer).toMatchObject({ kind: 'refused', refusal: { reason: 'code_unusable' } });
    });

    test('is undone by a cancel: a query tells that all has gone back', async () => {
      const { channel, world, traits } = played();
      const { request, ref, query } = await scanned(played());
      await channel.payWithTillCode({ ...request, tillCode: await world.newTillCode() }, TIMEOUT);
      const undone = await channel.cancel(ref, TIMEOUT);
      expect(undone.kind).toBe(traits.closeReverses ? 'ended' : 'refunded');
      expect(await query()).toMatchObject({ kind: 'paid', refundedInFull: true });
    });

    test('of an order that never came to the channel has nothing to cancel', async () => {
      const { ref, query } = await scanned(played());
      expect([await played().channel.cancel(ref, TIMEOUT), await query()]).toEqual([
        ...[{ kind: 'absent' }, { kind: 'absent' }],
      ]);
    });
  });

  describe.each(WAYS)(`${name}: %s`, (_, way, hasEffect) => {
    const timeout = way.startsWith('time_out') ? SHORT : TIMEOUT;
    const unknown = { kind: 'unknown', why: expect.any(String) };

    test('of a code leaves the order as it is, and the repeat brings a code that can be paid', async () => {
      const { channel, world, pay } = played();
      const { request, ref, query } = await scanned(played());
      await world.goesWrong('createQrCode', way);
      expect(await channel.createQrCode(request, timeout)).toEqual(unknown);
      const again = await channel.createQrCode(request, TIMEOUT);
      if (again.kind !== 'accepted') throw new Error(`no code: ${JSON.stringify(again)}`);
      await pay(ref.attemptNo, again.payload);
      expect(await query()).toMatchObject({ kind: 'paid', refundedInFull: false });
    });

    test('of a scanned code is unknown, and a query tells whether it was paid', async () => {
      const { channel, world } = played();
      const { request, query } = await scanned(played());
      await world.goesWrong('payWithTillCode', way);
      const tillCode = await world.newTillCode();
      expect(await channel.payWithTillCode({ ...request, tillCode }, timeout)).toEqual(unknown);
      expect((await query()).kind).toBe(hasEffect ? 'paid' : 'absent');
    });

    test('of a query tells nothing, and the next one tells', async () => {
      const { query } = await begin(played(), true);
      await played().world.goesWrong('query', way);
      expect([await query(timeout), (await query()).kind]).toEqual([unknown, 'paid']);
    });

    test('of a cancel is unknown, and the repeat ends what is left', async () => {
      const { channel, world } = played();
      const { request, ref, query } = await scanned(played());
      await channel.payWithTillCode({ ...request, tillCode: await world.newTillCode() }, TIMEOUT);
      await world.goesWrong('cancel', way);
      expect(await channel.cancel(ref, timeout)).toEqual(unknown);
      expect(await query()).toMatchObject({ kind: 'paid', refundedInFull: hasEffect });
      await channel.cancel(ref, TIMEOUT);
      expect(await query()).toMatchObject({ kind: 'paid', refundedInFull: true });
    });

    test('of a refund is unknown, and the repeat under its number gives the money back once', async () => {
      const { refund, queryRefund, query } = await begin(played(), true);
      await played().world.goesWrong('refund', way);
      expect(await refund('r1', 617, timeout)).toEqual(unknown);
      expect((await queryRefund('r1')).kind).toBe(hasEffect ? 'succeeded' : 'none');
      await refund('r1', 617);
      expect((await queryRefund('r1')).kind).toBe('succeeded');
      expect(await query()).toMatchObject({ refundedInFull: false });
      // As much again, and no more: the first one took its part once.
      expect((await refund('r2', 617)).kind).toBe('succeeded');
      expect(await query()).toMatchObject({ refundedInFull: true });
    });

    test('of the question for a refund tells nothing, and the next one tells', async () => {
      const { refund, queryRefund } = await begin(played(), true);
      await refund('r1', 34);
      await played().world.goesWrong('queryRefund', way);
      expect([await queryRefund('r1', timeout), (await queryRefund('r1')).kind]).toEqual([unknown, 'succeeded']);
    });
  });
}

/** An order that the channel has not heard of: a till code's. */
async function scanned({ account, currency, now, channel }: Played) {
  number += 1;
  const ref = { account, attemptNo: `ord_aaaaaaaaaaaaaaaaaaaaaaaaaa_${number}` };
  const more = { subject: 'tea', storeId: 'main', terminalId: 'trm_1', notifyUrl: 'http://127.0.0.1:9/closed' };
  const request = { ...ref, ...more, amount: { currency, value: 1234 }, expiresAt: now() + 90_000 };
  return { ref, request, query: () => channel.query(ref, TIMEOUT) };
}
