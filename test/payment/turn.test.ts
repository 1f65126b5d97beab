/** What is said to the channel, stored and counted, step by step: one open order per terminal. */
import { describe, expect, test } from 'vitest';
import { acquireTerminal, readLock } from '../../functions/payment/terminal-lock.ts';
import { ABSENT, CLOSED, CODE, Flow, PAID, SILENCE, T1, WAITING } from '../support/flow.ts';
import { bare, shown } from '../support/flow-starts.ts';
import { NOON } from '../support/orders.ts';

const ONE = { limits: { oneOpenOrderPerTerminal: true } };
const NAME = 'trm_aaaabbbbcccc.order';

/** The terminal's second order, after one that shows its code. */
async function second(): Promise<Flow> {
  const flow = await shown(ONE);
  flow.merchantOrderNo = '2';
  return flow;
}

describe('a terminal’s next order', () => {
  test('a terminal’s next order has its turn', async () => {
    const flow = await shown(ONE);
    expect(await flow.s.functionState.get(NAME, (item) => item)).toEqual({
      amount: {
        currency: 'CNY',
        value: 1234,
      },
      at: NOON,
      id: 'cnt_trm_aaaabbbbcccc.order',
      merchantOrderNo: '1',
      orderId: 'ord_apnyyr77nmwnx6wkoxp3hquwld',
      version: 1,
    });
  });

  test('waits for the one before, which somebody may be paying', async () => {
    const flow = await second();
    expect(await flow.at(9).says(WAITING, SILENCE).create({ operatorId: '007' })).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      writes closeRequested at=@9 by=cashier operatorId=007 trade=waiting
      close attemptNo=1 → unknown why=time-out
      counts channelUnknown 1
      warn: channel_unknown orderId=ord_apnyyr77nmwnx6wkoxp3hquwld channelOperation=close reason=time-out
      = terminal_busy detail=The order before, 1, is not over. It is asked to close; repeat this request. executed=false orderId= merchantOrderNo=1 amount=CNY 1234 orderStatus=closing nextAction=do_not_hand_over_goods message=(zh-CN=上一笔订单 1 尚未结束，请先查看该订单的结果。 en=The order before, 1, is not over yet. Look at its outcome first.)
    `);
    expect(await flow.at(12).says(WAITING, CLOSED, CODE).create()).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      close attemptNo=1 → closed
      writes
        attempts.0.ended why=closed at=@12
        closed at=@12 reason=cashier
      opens attempts.0 n=1 kind=qr_code expiresAt=@192
      createQrCode attemptNo=1 amount=CNY 1234 expiresAt=@192 → accepted payload=code
      writes attempts.0 payload=code
      = 201 awaiting_payment show_qr_code
    `);
    expect(await flow.s.functionState.get(NAME, (item) => item)).toEqual({
      amount: {
        currency: 'CNY',
        value: 1234,
      },
      at: NOON + 12_000,
      id: 'cnt_trm_aaaabbbbcccc.order',
      merchantOrderNo: '2',
      orderId: 'ord_mfsi6uwwqpxvfv7qtovvrlwn2f',
      version: 2,
    });
  });

  test('begins when nobody has scanned the one before', async () => {
    const flow = await second();
    expect(await flow.at(9).says(ABSENT, CODE).create()).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      writes closeRequested at=@9 by=cashier trade=absent
      opens attempts.0 n=1 kind=qr_code expiresAt=@189
      createQrCode attemptNo=1 amount=CNY 1234 expiresAt=@189 → accepted payload=code
      writes attempts.0 payload=code
      = 201 awaiting_payment show_qr_code
    `);
  });

  test('waits when the one before was paid just now', async () => {
    const flow = await second();
    expect(await flow.at(9).says(PAID).create()).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=query at=@9
      = terminal_busy detail=The order before, 1, is not over. It was paid just now: look it up. executed=false orderId= merchantOrderNo=1 amount=CNY 1234 orderStatus=paid nextAction=hand_over_goods message=(zh-CN=上一笔订单 1 尚未结束，请先查看该订单的结果。 en=The order before, 1, is not over yet. Look at its outcome first.)
    `);
    expect(await flow.at(12).says(CODE).create()).toMatchInlineSnapshot(`
      opens attempts.0 n=1 kind=qr_code expiresAt=@192
      createQrCode attemptNo=1 amount=CNY 1234 expiresAt=@192 → accepted payload=code
      writes attempts.0 payload=code
      = 201 awaiting_payment show_qr_code
    `);
  });

  test('begins after one that was paid, closed, or is closing without a scan', async () => {
    const paid = await second();
    paid.merchantOrderNo = '1';
    await paid.at(9).notified({ paid: T1 });
    paid.merchantOrderNo = '2';
    expect((await paid.at(10).says(CODE).create()).at(-1)).toBe('= 201 awaiting_payment show_qr_code');

    const closed = await bare(ONE);
    await closed.at(5).close();
    closed.merchantOrderNo = '2';
    expect((await closed.at(9).says(CODE).create()).at(-1)).toBe('= 201 awaiting_payment show_qr_code');

    const closing = await shown(ONE);
    await closing.at(5).says(ABSENT).close();
    closing.merchantOrderNo = '2';
    expect((await closing.at(9).says(CODE).create()).at(-1)).toBe('= 201 awaiting_payment show_qr_code');
  });

  test('the same order again is a replay', async () => {
    const flow = await shown(ONE);
    expect(await flow.at(9).says(WAITING).create()).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      = 200 awaiting_payment show_qr_code
    `);
  });

  test('closes the one before by the operator who asks, and asks for the code later if that took long', async () => {
    const flow = await second();
    expect(
      await flow.at(9).says(flow.takes(5_000, WAITING), flow.takes(2_000, CLOSED)).create({ operatorId: '007' }),
    ).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      writes closeRequested at=@14 by=cashier operatorId=007 trade=waiting
      close attemptNo=1 → closed
      writes
        attempts.0.ended why=closed at=@16
        closed at=@16 reason=cashier
      opens
        attempts.0 n=1 kind=qr_code expiresAt=@189
        updatedAt=@9
      = 202 created wait
    `);
  });

  test('of a back office has no turn', async () => {
    const flow = new Flow({ ...ONE, backOffice: true }).says(CODE);
    await flow.create();
    flow.merchantOrderNo = '2';
    expect((await flow.at(9).says(CODE).create()).at(-1)).toBe('= 201 awaiting_payment show_qr_code');
    expect(await flow.s.functionState.get('undefined.order', (item) => item)).toBeUndefined();
  });
});

describe('an order before that is not there', () => {
  const ghost = { orderId: 'ord_ghost', merchantOrderNo: 'G', amount: { currency: 'CNY', value: 5 }, at: NOON };

  test('may be on its way for as long as an invocation lasts, and two clocks differ', async () => {
    const flow = new Flow(ONE);
    await flow.s.functionState.change(NAME, readLock, () => ghost);
    expect(await flow.at(41.999).create()).toMatchInlineSnapshot(
      `= terminal_busy detail=The order before, G, is not over. It is being opened at this moment. executed=false orderId=ord_ghost merchantOrderNo=G amount=CNY 5 message=(zh-CN=上一笔订单 G 尚未结束，请先查看该订单的结果。 en=The order before, G, is not over yet. Look at its outcome first.)`,
    );
    expect((await flow.at(42).says(CODE).create()).at(-1)).toBe('= 201 awaiting_payment show_qr_code');
  });
});

describe('races', () => {
  /** Takes the turn of `orderId` while others change whose turn it is, each before one of our reads. */
  const takes = async (flow: Flow, orderId: string, others: readonly (string | undefined)[]) => {
    const left = [...others];
    const { get } = flow.directory;
    let seen = 0;
    flow.directory.get = async (key) => {
      // Every turn reads once to look and once to change.
      seen += key === `cnt_${NAME}` ? 1 : 0;
      const other = key === `cnt_${NAME}` && seen % 2 === 0 ? left.shift() : undefined;
      if (other === undefined) return get.call(flow.directory, key);
      const item = await get.call(flow.directory, key);
      const version = Number(item?.version ?? 0);
      const next = {
        id: key,
        version: version + 1,
        orderId: other,
        merchantOrderNo: other,
        amount: { currency: 'CNY', value: 5 },
        at: NOON - 60_000,
      };
      await (item ? flow.directory.replace(next, version) : flow.directory.create(next));
      return get.call(flow.directory, key);
    };
    const { request } = await flow.order();
    return flow.step(async () => {
      await acquireTerminal(flow.s, orderId, request, { endsAt: flow.now + 12_000 });
      return String((await flow.s.functionState.get(NAME, (item) => item))?.orderId);
    });
  };

  test('another order was faster: its own end is waited for', async () => {
    expect(await takes(await bare(), 'mine', ['a', 'b'])).toEqual(['= mine']);
  });

  test('we ourselves were faster: it is our turn', async () => {
    expect(await takes(await bare(), 'mine', ['mine'])).toEqual(['= mine']);
  });

  test('five lost in a row are a fault', async () => {
    expect(await takes(await bare(), 'mine', ['a', 'b', 'c', 'd'])).toEqual(['= mine']);
    expect(await takes(await bare(), 'mine', ['a', 'b', 'c', 'd', 'e'])).toEqual([
      '= throws trm_aaaabbbbcccc.order is written by too many at once: 5 races were lost',
    ]);
  });
});
