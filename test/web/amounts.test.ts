/**
 * Every amount on every screen against the channel's own books: two stores with a till each and a third terminal, refunds of parts, a discount of the
 * shop's own, and late money that is kept.
 */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { endOfDay, HOUR } from '../../functions/time.ts';
import { figures, go, openConsoleBeside, rows, ZONE } from '../support/back-office.ts';
import { asFigures, asRow, type Sums, shown } from '../support/books.ts';
import { type Counter, excuse } from '../support/counter.ts';
import { readTable } from '../support/csv.ts';
import { facts, refundsAt, shiftFigures, slip, texts } from '../support/read-screens.ts';
import { turnDevice } from '../support/screens.ts';
import type { TestShop } from '../support/shop.ts';
import { openTwoStores, type TwoStores } from '../support/two-stores.ts';

let stores: TwoStores;
let shop: TestShop;
let main: Counter;
let harbour: Counter;
beforeAll(async () => {
  stores = await openTwoStores();
  ({ shop, main, harbour } = stores);
}, 120_000);
afterAll(() => stores?.stop());
afterEach(() => expect([main.complaints, harbour.complaints]).toEqual([[], []]));

test('a sale whose part goes back: the key pad, the code, the wallet, the receipt and the order say the same', async () => {
  const { till, wallet } = main;
  const order = await stores.opened('main', '100.29');
  expect(order.amount).toEqual({ currency: 'CNY', value: 10_029 });
  expect(await texts(till, '.told .money.huge')).toEqual(['¥100.29']);
  expect(await till.getAttribute('.shown svg', 'aria-label')).toBe('Alipay code for ¥100.29');
  await main.openCode();
  expect(await texts(wallet, '.facts .money, button[type=submit]')).toEqual(['¥100.29', 'Pay ¥100.29']);
  await main.enterPassword();
  await wallet.waitForSelector('.end.success');
  expect(await texts(wallet, '.end .money')).toEqual(['¥100.29']);
  await main.shows('paid');
  expect(await texts(till, '.told .money.huge')).toEqual(['¥100.29']);
  expect([await slip(till), await texts(till, '#print .total')]).toEqual([[['Sale', '¥100.29']], ['¥100.29']]);

  await till.click('.told >> text=Refund');
  await till.waitForSelector('input[name=refund]');
  expect(await till.inputValue('input[name=refund]')).toBe('100.29');
  await refundsAt(main.till, '25.01');
  expect(await till.textContent('[data-result] h3')).toBe('Refunded ¥25.01');
  expect(await texts(till, '.refunds .money')).toEqual(['¥25.01']);
  expect((await facts(till))['Can be refunded']).toBe('¥75.28');
  expect(await till.textContent('.refund > button')).toBe('Another refund (at most ¥75.28) …');
  expect(await slip(till)).toEqual([
    ['Sale', '¥100.29'],
    ['Refunded', '-¥25.01'],
    ['Remaining', '¥75.28'],
  ]);
  await till.click('text=Done');
  await main.shows('settled');
  await main.next();
  await wallet.click('nav button >> nth=2');
  await wallet.waitForSelector('.bills li:has-text("¥25.01 refunded")');
  expect(await texts(wallet, '.bills li .money, .bills li .small')).toEqual([
    ...['¥100.29', '¥25.01 refunded'],
    ...['¥77.77', 'Paid'],
  ]);
});

test('a sale of which the shop pays a part says what is received', async () => {
  const order = await stores.opened('main', '200');
  await shop.pay(order, { shopDiscount: '50.00' });
  await main.shows('paid');
  expect(await slip(main.till)).toEqual([
    ['Sale', '¥200.00'],
    ['Discount paid by the shop', '-¥50.00'],
    ['Received', '¥150.00'],
  ]);
  await main.next();
});

test('money that comes after the close and is kept is late: on the till, its receipt, the list and the console', async () => {
  const { till } = main;
  const order = await stores.opened('main', '30.05');
  await main.openCode();
  // The customer is about to pay while the cashier cancels, and the channel cannot close it.
  await shop.faults({ close: { answer: 'system_error', times: 99 } });
  await till.click('.told >> text=Cancel');
  await main.shows('unknown');
  await main.enterPassword();
  await main.shows('late');
  await shop.faults({ reset: true });
  expect(await texts(till, '.told .money.huge, .told .message')).toEqual([
    '¥30.05',
    'Paid after the close and kept, as the merchant has chosen.',
  ]);
  expect(await texts(till, '.told .row button')).toEqual(['New sale', 'Show that order']);
  expect(await stores.orderOf(order.merchantOrderNo)).toMatchObject({
    payment: { late: true },
    refunds: [],
    nextAction: 'none',
  });
  expect(await slip(till)).toEqual([['Sale', '¥30.05']]);
  await till.click('.told >> text=Show that order');
  await till.waitForSelector('.facts');
  expect((await facts(till))['Can be refunded']).toBe('¥30.05');
  await till.click('text=← Back');
  await main.next();
});

test("the other store sells by the customer's own code, and two parts go back", async () => {
  const { till, wallet } = harbour;
  const code = await harbour.ownCode();
  await harbour.type('400');
  await till.click('text=Scan customer');
  await till.waitForSelector('input[name=tillCode]');
  expect(await texts(till, 'form .money.huge')).toEqual(['¥400.00']);
  await till.fill('input[name=tillCode]', code);
  await till.keyboard.press('Enter');
  await Promise.all([harbour.shows('paid'), wallet.waitForSelector('.end.success')]);
  expect(await texts(wallet, '.end .money')).toEqual(['¥400.00']);
  const order = await stores.orderOf((await till.textContent('.number')) ?? '');
  expect(order.storeId).toBe('harbour');
  stores.soldAt.set(order.orderId, 'harbour');
  await till.click('.told >> text=Refund');
  await refundsAt(harbour.till, '100');
  await till.click('text=Another refund');
  await refundsAt(harbour.till, '20.07');
  expect(await slip(till)).toEqual([
    ['Sale', '¥400.00'],
    ['Refunded', '-¥100.00'],
    ['Refunded', '-¥20.07'],
    ['Remaining', '¥279.93'],
  ]);
  await till.click('text=Done');
  await harbour.shows('settled');
  await harbour.next();
});

describe('both stores', () => {
  test('each till lists its own orders, and its shift has the sums of its own', async () => {
    const [mine, theirs] = [await stores.sumsAt('main'), await stores.sumsAt('harbour')];
    expect([mine.payments, mine.refunds, theirs.payments, theirs.refunds]).toEqual([
      ...[
        [3, 33_034],
        [1, -2_501],
        [1, 40_000],
        [2, -12_007],
      ],
    ]);
    for (const [counter, sums, listed] of [
      [main, mine, ['¥30.05 Paid', '¥200.00 Paid', '¥100.29 Refunded ¥25.01']],
      [harbour, theirs, ['¥400.00 Refunded ¥120.07']],
    ] as const) {
      const { till } = counter;
      await till.click('nav >> text=Orders');
      await till.waitForSelector('.list button');
      expect(
        await till.$$eval('.list button', (all) =>
          all.map((it) =>
            [...it.children]
              .slice(2)
              .map((cell) => cell.textContent)
              .join(' '),
          ),
        ),
      ).toEqual(listed);
      await till.click('nav >> text=Shift');
      await till.waitForSelector('.figures');
      expect(await shiftFigures(till)).toEqual([
        [`Payments ${sums.payments[0]}`, shown(sums.payments[1])],
        [`Refunds ${sums.refunds[0]}`, shown(sums.refunds[1])],
        ['Net', shown(sums.netSales)],
        ...(sums.received === sums.netSales ? [] : [['Received', shown(sums.received)]]),
      ]);
      await till.click('nav >> text=Sell');
    }
  });

  test('the console: today, orders, refunds, a shift, and the order that was paid late', async () => {
    const [all, mine, theirs] = [await stores.sumsIn(), await stores.sumsIn('main'), await stores.sumsIn('harbour')];
    const page = await openConsoleBeside(main.till, shop);
    await page.waitForSelector('.figures');
    expect(await figures(page)).toEqual(asFigures(all));
    expect(await rows(page, '[aria-label="By store"]')).toEqual([
      ['harbour', ...asRow(theirs)],
      ['main', ...asRow(mine)],
    ]);
    const terminals = await rows(page, '[aria-label="By terminal and operator"]');
    expect(terminals.map(([store, , , ...cells]) => [store, ...cells]).sort()).toEqual(
      [
        ['harbour', ...asRow(theirs)],
        ['main', ...asRow(await stores.sumsAt('main'))],
        ['main', ...asRow(await stores.sumsAt('beside'))],
      ].sort(),
    );

    const listed = async () => (await rows(page)).map(([, , amount, status, refunded]) => [amount, status, refunded]);
    await go(page, 'Orders');
    await page.selectOption('select[name=store]', 'main');
    await expect.poll(listed).toEqual([
      ['¥30.05', 'Paid · paid late', '–'],
      ['¥200.00', 'Paid', '–'],
      ['¥100.29', 'Paid', '¥25.01'],
      ['¥77.77', 'Paid', '–'],
    ]);
    await page.selectOption('select[name=store]', 'harbour');
    await expect.poll(listed).toEqual([['¥400.00', 'Paid', '¥120.07']]);
    await page.click('td .link');
    await page.waitForSelector('.trail');
    expect(await figures(page)).toEqual({ Amount: '¥400.00', Refunded: '¥120.07', Refundable: '¥279.93' });
    expect((await texts(page, '.trail small')).map((it) => it.split(' · ')[0]).slice(1)).toEqual([
      ...['¥100.00', '¥100.00', '¥20.07', '¥20.07'],
    ]);

    await go(page, 'Refunds');
    await page.selectOption('select[name=store]', 'harbour');
    // The choice asks anew, also where it is the one that stood there.
    await expect
      .poll(async () => (await rows(page)).map(([, , amount, status]) => [amount, status]))
      .toEqual([
        ['¥20.07', 'Succeeded'],
        ['¥100.00', 'Succeeded'],
      ]);
    await page.close();
  });

  test('the statement of the day: its sums, its stores, its charts, its file', async () => {
    const [all, mine, theirs] = [await stores.sumsIn(), await stores.sumsIn('main'), await stores.sumsIn('harbour')];
    await shop.advance(endOfDay(stores.day, ZONE) + HOUR - shop.now());
    for (const { till } of [main, harbour]) await turnDevice(till, shop.now() - Date.now());
    const page = await openConsoleBeside(main.till, shop);
    await go(page, 'Statements');
    await page.waitForSelector('.chart title', { state: 'attached' });
    expect(await figures(page)).toEqual(asFigures(all));
    expect(await rows(page, '[aria-label="By store"]')).toEqual([
      ['harbour', ...asRow(theirs)],
      ['main', ...asRow(mine)],
    ]);
    const bar = (store: string, { payments, refunds, netFees }: Sums) =>
      `${store}: sales ${shown(payments[1])}, refunds ${shown(refunds[1])}, fees ${shown(netFees)}`;
    const titles = await texts(page, '.chart title');
    expect(titles.filter((it) => /^(main|harbour):/.test(it))).toEqual([bar('harbour', theirs), bar('main', mine)]);
    // The hours together: the story may go over one's end.
    const units = (title: string) =>
      [...title.matchAll(/-?¥[\d,.]+/g)].map(([it]) => Number(it.replaceAll(/[^-\d]/g, '')));
    const hours = titles.filter((it) => /^\d\d:00/.test(it)).map(units);
    expect(hours).toHaveLength(24);
    expect([0, 1, 2].map((i) => hours.reduce((sum, hour) => sum + (hour[i] ?? 0), 0))).toEqual([
      ...[all.payments[1], all.refunds[1], all.netFees],
    ]);

    const [file] = await Promise.all([page.waitForEvent('download'), page.click('text=Download CSV')]);
    const lines = readTable(readFileSync(await file.path(), 'utf8').replace(/^\ufeff/, ''));
    const sum = (name: string, type: string) =>
      lines.filter((line) => line.type === type).reduce((total, line) => total + Number(line[name]), 0);
    const columns = ['grossMinor', 'receivedMinor', 'feeMinor'] as const;
    expect(columns.map((name) => sum(name, 'payment') + sum(name, 'refund'))).toEqual([
      all.netSales,
      all.received,
      all.netFees,
    ]);
    expect([sum('grossMinor', 'payment'), sum('feeMinor', 'payment'), sum('grossMinor', 'refund')]).toEqual([
      ...[all.payments[1], all.fees, all.refunds[1]],
    ]);
    await page.close();
    for (const counter of [main, harbour]) excuse(counter, /status of 401/);
  });

  test('no till has opened an order that was not asked for', async () => {
    const lists = (['main', 'harbour'] as const).map((storeId) =>
      shop.backOffice.call('listOrders', { query: { day: stores.day, storeId } }),
    );
    const opened = (await Promise.all(lists)).flatMap(({ body }) => body.data.map(({ orderId }) => orderId));
    expect(opened.sort()).toEqual([...stores.soldAt.keys()].sort());
    expect(opened).toHaveLength(5);
  });
});
