/** What every channel answers in the same situations: the rest of the house relies on this, and on nothing else of a channel. */
import { describe, expect, test } from 'vitest';
import type { Channel } from '../../functions/channel/channel.ts';
import type { Account } from '../../functions/channel/registry.ts';
import type { ChannelTraits } from '../../functions/channel/traits.ts';

export interface Played {
  readonly channel: Channel;
  readonly account: Account;
  readonly traits: ChannelTraits;
  now(): number;
  /** The customer pays the code. */
  pay(attemptNo: string, payload: string): Promise<void>;
}

const TIMEOUT = 5_000;

export function channelSuite(name: string, played: () => Played): void {
  let number = 0;
  const begin = async (pay: boolean) => {
    const { channel, account, traits, now, pay: customerPays } = played();
    number += 1;
    const [currency = ''] = Object.keys(traits.currencies);
    const amount = { currency, value: 1234 };
    const ref = { account, attemptNo: `ord_aaaaaaaaaaaaaaaaaaaaaaaaaa_${number}` };
    const more = { subject: 'tea', storeId: 'main', terminalId: 'trm_1', notifyUrl: 'http://127.0.0.1:9/nobody' };
    const request = { ...ref, ...more, amount, expiresAt: now() + 90_000 };
    const code = await channel.createQrCode(request, TIMEOUT);
    if (code.kind === 'accepted' && pay) await customerPays(ref.attemptNo, code.payload);
    const refund = (no: string, value: number) =>
      channel.refund({ ...ref, requestNo: `${ref.attemptNo}_${no}`, amount: { currency, value } }, TIMEOUT);
    return { channel, ref, request, amount, code, refund, traits };
  };

  describe(name, () => {
    test('gives a code, which nobody has paid', async () => {
      const { channel, ref, code } = await begin(false);
      expect(code.kind).toBe('accepted');
      expect(await channel.query(ref, TIMEOUT)).toEqual({ kind: 'absent' });
    });

    test('tells a payment by the amount and the time of the channel, again and again', async () => {
      const { channel, ref, amount } = await begin(true);
      const told = await channel.query(ref, TIMEOUT);
      expect(told).toMatchObject({ kind: 'paid', refundedInFull: false, amount });
      expect(await channel.query(ref, TIMEOUT)).toEqual(told);
    });

    test('takes no currency but its own, without a call', async () => {
      const { channel, request } = await begin(false);
      const other = { ...request, amount: { currency: 'XAF', value: 1 } };
      expect(await channel.createQrCode(other, TIMEOUT)).toEqual({
        ...{ kind: 'refused', refusal: { reason: 'currency_not_offered' } },
      });
    });

    test('closes what is not paid as its traits say, and never what is', async () => {
      const [unpaid, paid] = [await begin(false), await begin(true)];
      const closed = unpaid.traits.unpaidCodeCanBeCancelled ? 'closed' : 'absent';
      expect((await unpaid.channel.close(unpaid.ref, TIMEOUT)).kind).toBe(closed);
      expect((await paid.channel.close(paid.ref, TIMEOUT)).kind).toBe('not_closable');
    });

    test('refunds in parts up to the whole, once per number, and no more', async () => {
      const { channel, ref, refund } = await begin(true);
      expect((await refund('r1', 1000)).kind).toBe('succeeded');
      expect((await refund('r1', 1000)).kind).toBe('pending');
      expect(await refund('r2', 235)).toMatchObject({ kind: 'refused', refusal: { reason: 'refund_amount' } });
      expect(await channel.query(ref, TIMEOUT)).toMatchObject({ kind: 'paid', refundedInFull: false });
      expect((await refund('r3', 234)).kind).toBe('succeeded');
      expect(await channel.query(ref, TIMEOUT)).toMatchObject({ kind: 'paid', refundedInFull: true });
    });

    test('knows a refund by its number, and no other', async () => {
      const { channel, ref, refund, amount } = await begin(true);
      await refund('r1', 34);
      const query = (no: string) => channel.queryRefund({ ...ref, requestNo: `${ref.attemptNo}_${no}` }, TIMEOUT);
      expect(await query('r1')).toMatchObject({ kind: 'succeeded', amount: { ...amount, value: 34 } });
      expect(await query('r2')).toEqual({ kind: 'none' });
    });

    test('believes no message without its signature', async () => {
      const message = { body: Buffer.from('{"a":1}'), headers: {}, path: '/v1/notifications/x' };
      expect(await played().channel.readNotification(message)).toMatchObject({ kind: 'forged' });
    });
  });
}
