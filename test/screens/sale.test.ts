/** The till's sale without a screen, step by step: opened, paid, cancelled, refused, put aside, and what is lost on the way. */
import { describe, expect, test, vi } from 'vitest';
import { ApiProblem } from '../../functions/client/client.ts';
import type { ProblemView } from '../../functions/contract/answers.ts';
import type { Limits } from '../../functions/merchant/merchant.ts';
import { cny } from './lives.ts';
import type { Fate } from './server.ts';
import { EMPTY_WALLET, GOOD_CODE, online, SCANNED, started, Till, WANTED } from './till.ts';

describe('a sale by code', () => {
  test('is opened, paid, said once, and over', async () => {
    const till = await started();
    expect([till.screen(), till.server.sent]).toEqual(['ready', ['listChannels', 'listOrders', 'listChannels']]);
    await till.sale.begin({ ...WANTED, operatorId: 'anna' });
    expect(till.screen()).toBe('code');
    const [order] = await till.server.orders();
    expect(order).toMatchObject({ merchantOrderNo: 'no-1', amount: cny(1_234), subject: 'tea', operatorId: 'anna' });
    till.server.pay(order?.qrCode?.payload ?? '');
    await till.server.pass(4_000);
    await till.sale.check();
    expect([till.screen(), till.sale.state().intent?.told]).toEqual(['paid', true]);
    await till.reload();
    expect(till.screen()).toBe('paid');
    await till.sale.done();
    expect([till.screen(), till.sale.state().order, await till.server.orders()]).toMatchObject([
      'ready',
      undefined,
      [{ status: 'paid' }],
    ]);
    till.sale.stop();
  });

  test.each<[string, Fate]>([
    ['that never arrives', 'lost'],
    ['whose answer is lost', 'unanswered'],
  ])('%s is asked for again under its number', async (_, fate) => {
    const till = await started();
    till.server.fates = [fate];
    await till.sale.begin(WANTED);
    expect([till.screen(), till.sale.state().intent?.orderId]).toEqual(['offline', undefined]);
    await online(till);
    expect(till.screen()).toBe('code');
    expect((await till.server.orders()).map(({ merchantOrderNo }) => merchantOrderNo)).toEqual(['no-1']);
    till.sale.stop();
  });

  test.each<[string, Fate, number, string, number]>([
    ['is found by its number, whenever the page comes back', 'unanswered', 3_600, 'expired', 1],
    ['is sent again within a minute', 'lost', 59, 'code', 1],
    ['is not sent any more after a minute, and told as lost', 'lost', 60, 'ready', 0],
  ])('whose answer is lost, and the page with it, %s', async (_, fate, seconds, screen, orders) => {
    const till = await started();
    till.server.fates = [fate];
    await till.sale.begin(WANTED);
    await till.server.pass(seconds * 1_000);
    await till.reload();
    expect([till.screen(), till.sale.state().lost, await till.server.orders()]).toMatchObject([
      screen,
      ...(orders === 0 ? [cny(1_234)] : [undefined]),
      Array(orders).fill({ merchantOrderNo: 'no-1' }),
    ]);
    till.sale.stop();
  });

  test('is not begun while another is open, nor before the server has spoken', async () => {
    const till = new Till();
    await till.sale.begin(WANTED);
    expect(till.numbers).toEqual([]);
    await till.sale.wake();
    await till.sale.begin(WANTED);
    await till.sale.begin(WANTED);
    await till.sale.done();
    expect([till.numbers, till.screen()]).toEqual([['no-1'], 'code']);
    till.sale.stop();
  });

  test('that the cashier cancels is closed, also if the answer to that is lost', async () => {
    const till = await started();
    await till.sale.begin({ ...WANTED, operatorId: 'anna' });
    till.server.fates = ['unanswered'];
    await till.sale.cancel();
    await online(till);
    expect([till.screen(), await till.server.orders()]).toMatchObject([
      'cancelled',
      [{ status: 'closing', nextAction: 'start_new_order' }],
    ]);
    await till.sale.done();
    expect([till.screen(), till.sale.state().intent]).toEqual(['ready', undefined]);
    till.sale.stop();
  });

  test.each([
    ['while its code is being prepared', 'answered'],
    ['while its code is being prepared, and that answer is lost', 'unanswered'],
  ] as const)('screens R3 that the cashier cancels %s is cancelled', async (_, fate) => {
    const till = await started();
    till.server.fates = [fate];
    till.server.meanwhile = [() => till.sale.cancel()];
    await till.sale.begin(WANTED);
    await online(till);
    expect([till.screen(), await till.server.orders()]).toMatchObject([
      'cancelled',
      [{ nextAction: 'start_new_order' }],
    ]);
    till.sale.stop();
  });

  test('that was paid while it was being cancelled says so', async () => {
    const till = await started();
    await till.sale.begin(WANTED);
    const [order] = await till.server.orders();
    till.server.pay(order?.qrCode?.payload ?? '');
    await till.sale.cancel();
    await online(till);
    expect([till.screen(), await till.server.orders()]).toMatchObject([
      'paid',
      [{ status: 'paid', payment: { late: false } }],
    ]);
    till.sale.stop();
  });

  test('of this till that the browser has forgotten is taken up again', async () => {
    const till = await started();
    await till.sale.begin(WANTED);
    await till.store.delete('open sale');
    await till.reload();
    expect([till.screen(), till.sale.state().intent]).toMatchObject(['code', { merchantOrderNo: 'no-1' }]);
    till.sale.stop();
  });
});

describe("a sale by the customer's code", () => {
  test('is one attempt, also where requests or answers are lost', async () => {
    for (const fates of [[], ['lost'], ['unanswered'], ['answered', 'lost'], ['answered', 'unanswered']] as Fate[][]) {
      const till = await started();
      till.server.fates = [...fates];
      await till.sale.begin(SCANNED, GOOD_CODE);
      await online(till);
      expect([fates, till.screen(), await till.server.orders()]).toMatchObject([
        fates,
        'paid',
        [{ merchantOrderNo: 'no-1', attempt: { n: 1, kind: 'till_code' }, status: 'paid' }],
      ]);
      till.sale.stop();
    }
  });

  test('that cannot pay makes room for the next attempt of the same order', async () => {
    const till = await started();
    await till.sale.begin(SCANNED, EMPTY_WALLET);
    await till.server.pass(4_000);
    await till.sale.check();
    expect(till.screen()).toBe('failed');
    await till.sale.next(GOOD_CODE);
    expect([till.screen(), await till.server.orders()]).toMatchObject(['paid', [{ attempt: { n: 2 } }]]);
    till.sale.stop();
  });
});

test('a sale that is refused opens nothing and says why', async () => {
  const till = await started({ money: { CNY: { largestOrder: 1_000 } } } as unknown as Limits);
  await till.sale.begin(WANTED);
  expect([till.screen(), till.sale.state().refusal?.code, till.refused]).toEqual(['refused', 'amount_over_limit', 1]);
  expect(await till.server.orders()).toEqual([]);
  await till.sale.done();
  expect(till.screen()).toBe('ready');
  till.sale.stop();
});

test('what is known of an order is never replaced by something older', async () => {
  const till = await started();
  await till.sale.begin(WANTED);
  const [shown] = await till.server.orders();
  if (!shown) throw new Error('no order');
  const learns = (more: object) => {
    till.sale.learn({ ...shown, ...more });
    return till.sale.state().order?.subject;
  };
  const version = shown.version + 5;
  expect([
    learns({ version, subject: 'new' }),
    learns({ version: version - 1, subject: 'old' }),
    learns({ version, subject: 'the same' }),
    learns({ version: version + 1, orderId: 'ord_other', subject: 'of another order' }),
  ]).toEqual(['new', 'new', 'the same', 'the same']);
  till.sale.stop();
});

test('what the browser remembers of a sale is not forgotten before the server has spoken', async () => {
  const till = await started();
  till.server.fates = ['lost'];
  await till.sale.begin(WANTED);
  till.server.fates = ['lost', 'lost'];
  await till.reload();
  expect([till.screen(), till.sale.state().intent]).toMatchObject(['offline', { merchantOrderNo: 'no-1' }]);
  await till.sale.done();
  await online(till);
  expect([till.screen(), till.numbers]).toEqual(['code', ['no-1']]);
  till.sale.stop();
});

test('an order that is put aside is on a list until it is taken off, and not taken up again', async () => {
  const till = await started();
  await till.sale.begin(WANTED);
  await till.sale.park();
  const [order] = await till.server.orders();
  const parked = [{ orderId: order?.orderId, amount: cny(1_234) }];
  expect([till.screen(), till.sale.state().parked]).toEqual(['ready', parked]);
  await till.reload();
  expect([till.screen(), till.sale.state().parked]).toEqual(['ready', parked]);
  await till.sale.unpark(order?.orderId ?? '');
  await till.reload();
  expect([till.screen(), till.sale.state().parked]).toEqual(['code', []]);
  till.sale.stop();
});

test('a till whose key is not taken any more asks for nothing, and keeps its sale for when it is let in again', async () => {
  const till = await started();
  await till.sale.begin(WANTED);
  const problem = { status: 401, code: 'key_revoked', detail: 'no' } as unknown as ProblemView;
  till.server.meanwhile = [() => Promise.reject(new ApiProblem(problem))];
  await till.sale.check();
  const asked = till.server.sent.length;
  await till.sale.wake();
  await till.sale.done();
  expect([till.screen(), till.server.sent.length - asked]).toEqual(['locked', 0]);
  expect(await till.store.get('open sale')).toMatchObject({ merchantOrderNo: 'no-1' });
  till.sale.stop();
});

test('what the browser cannot keep is not asked for, until it can', async () => {
  const till = await started();
  const { put } = till.store;
  till.store.put = () => Promise.reject(new DOMException('no room', 'QuotaExceededError'));
  const said = vi.spyOn(console, 'error').mockReturnValue();
  await till.sale.begin(WANTED);
  expect([till.screen(), till.server.sent.includes('createOrder'), said.mock.calls.length]).toEqual([
    'offline',
    false,
    1,
  ]);
  said.mockRestore();
  till.store.put = put;
  await online(till);
  expect([till.screen(), await till.server.orders()]).toMatchObject(['code', [{ merchantOrderNo: 'no-1' }]]);
  till.sale.stop();
});
