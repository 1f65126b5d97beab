/** The till's sale without a screen: whatever gets lost, each sale is one order, and none is forgotten. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Limits } from '../../functions/merchant/merchant.ts';
import { createSale, type Sale } from '../../web/till/sale.ts';
import { isOpen, type SaleState } from '../../web/till/sale-state.ts';
import { screenOf } from '../../web/till/screen.ts';
import { cny } from './lives.ts';
import { type Fate, newStore, Server } from './server.ts';

const WANTED = { amount: cny(1_234), subject: 'tea', qrCode: true };
const SCANNED = { ...WANTED, qrCode: false };
const GOOD_CODE = '280000000000000001';
const EMPTY_WALLET = '280000000000000000';

/** A till whose page may be lost and opened again. */
class Till {
  readonly server: Server;
  readonly store = newStore();
  /** The numbers that were made, one for each sale. */
  readonly numbers: string[] = [];
  /** Sales of which the till has said that nothing became of them. */
  refused = 0;
  sale: Sale;

  constructor(limits: Limits = {}) {
    this.server = new Server(limits);
    this.sale = this.open();
  }

  private open(): Sale {
    const { server } = this;
    let before: SaleState | undefined;
    return createSale({
      client: server.client,
      store: this.store,
      now: () => server.now,
      hangUp: () => {},
      random: () => 0,
      newNo: () => {
        this.numbers.push(`no-${this.numbers.length + 1}`);
        return this.numbers.at(-1) ?? '';
      },
      onChange: (state) => {
        const isNew = (name: 'refusal' | 'lost') => state[name] !== undefined && before?.[name] === undefined;
        if (state.intent === undefined && (isNew('refusal') || isNew('lost'))) this.refused += 1;
        before = state;
      },
    });
  }

  async reload(): Promise<void> {
    this.sale.stop();
    this.sale = this.open();
    await this.sale.wake();
  }

  screen() {
    return screenOf(this.sale.state(), this.server.now);
  }
}

const started = async (limits?: Limits) => {
  const till = new Till(limits);
  await till.sale.wake();
  return till;
};
/** The server is heard again, and what is next is done, one step after the other. */
const online = async (till: Till) => {
  till.server.fates = [];
  for (let steps = 0; steps < 3; steps += 1) await till.sale.check();
};

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
  test('is one attempt, whatever is lost', async () => {
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

/** What cashiers, customers, networks and browsers do. */
const DEEDS = [
  'begin',
  'charge',
  'no money',
  'next',
  'scan',
  'cancel',
  'done',
  'park',
  'check',
  'reload',
  'pay',
  'a moment',
  'a while',
] as const;
type Deed = (typeof DEEDS)[number];

async function does(till: Till, deed: Deed): Promise<void> {
  const { sale, server } = till;
  switch (deed) {
    case 'begin':
      return sale.begin(WANTED);
    case 'charge':
      return sale.begin(SCANNED, GOOD_CODE);
    case 'no money':
      return sale.begin(SCANNED, EMPTY_WALLET);
    case 'next':
      return sale.next();
    case 'scan':
      return sale.next(GOOD_CODE);
    case 'pay':
      for (const { qrCode } of await server.orders()) if (qrCode) server.pay(qrCode.payload);
      return;
    case 'a moment':
      return server.pass(4_000);
    case 'a while':
      return server.pass(70_000);
    default:
      return deed === 'reload' ? till.reload() : sale[deed]();
  }
}

test('whatever happens, every sale is at most one order, and no order is open that the till does not know', async () => {
  const step = fc.record({
    deed: fc.constantFrom(...DEEDS),
    fates: fc.array(fc.constantFrom<Fate>('lost', 'unanswered', 'answered'), { maxLength: 4 }),
  });
  const ends = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      const till = await started();
      for (const { deed, fates } of steps) {
        till.server.fates = [...fates];
        await does(till, deed);
      }
      // In the end everything is heard of.
      await online(till);
      await till.reload();
      for (let looks = 0; looks < 3; looks += 1) {
        await till.server.pass(4_000);
        await till.sale.check();
      }
      const orders = await till.server.orders();
      const { intent, parked, order } = till.sale.state();
      ends.add(till.screen());
      const known = [...parked.map(({ orderId }) => orderId), intent?.orderId];
      const numbers = orders.map(({ merchantOrderNo }) => merchantOrderNo);
      expect(new Set(numbers).size).toBe(numbers.length);
      expect(numbers.filter((it) => !till.numbers.includes(it))).toEqual([]);
      expect(orders.filter((it) => isOpen(it) && !known.includes(it.orderId))).toEqual([]);
      // Each is an order, or the cashier was told that it is none.
      expect(till.numbers.length - orders.length).toBeLessThanOrEqual(till.refused);
      // What the till shows is what the server has.
      if (order) expect(orders.find(({ orderId }) => orderId === order.orderId)?.status).toBe(order.status);
      till.sale.stop();
    }),
    { seed: 16, numRuns: 400 },
  );
  // The histories end in many ways, so that the rules above have seen something.
  expect([...ends].sort()).toEqual(expect.arrayContaining(['cancelled', 'code', 'failed', 'paid', 'ready', 'scan']));
});
