/** F58: what the console shows of our days against the channel's bills. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { OrderView } from '../../functions/contract/answers.ts';
import { reportDayOf } from '../../functions/reconciliation/reconciliations.ts';
import { DAY, HOUR, MINUTE } from '../../functions/time.ts';
import { type BackOffice, figures, fitsEverybody, go, openBackOffice, rows, yuan } from '../support/back-office.ts';
import { runLine } from '../support/office.ts';
import { cny, type TestShop } from '../support/shop.ts';

let office: BackOffice;
let shop: TestShop;

beforeAll(async () => {
  office = await openBackOffice();
  shop = office.shop;
});
afterAll(() => office?.stop());
afterEach(() => expect(office.complaints.splice(0)).toEqual([]));

/** To ten o'clock in China, and the sweeps that it takes to compare all days that are over. */
async function toNextBill(): Promise<string> {
  const day = reportDayOf('alipay', shop.now());
  await shop.advance(Date.parse(`${day}T00:00:00+08:00`) + DAY + 10 * HOUR + MINUTE - shop.now());
  for (let sweeps = 0; sweeps < 4; sweeps += 1) await shop.advance(MINUTE);
  return day;
}

async function sold(value: number): Promise<OrderView> {
  const order = await shop.open({ amount: cny(value) });
  await shop.pay(order);
  return shop.eventually(order.orderId, ({ status }) => status === 'paid');
}
const first = ({ orderId }: OrderView) => `${orderId}_1`;

test('nothing was compared yet', async () => {
  const page = await office.openConsole();
  await go(page, 'Reconciliation');
  const states = (await rows(page)).map(([, ...cells]) => cells);
  expect(states).toEqual(Array(7).fill(['Not yet', '–', '–']));
  await fitsEverybody(page, 'bills-none');
});

test('differences are seen with reason, age and both sides, lead to their order, and to what became of them', async () => {
  await toNextBill();
  const [plain, costly, twice, lost] = [await sold(1_234), await sold(2_000), await sold(700), await sold(800)];
  await shop.advance(5 * MINUTE);
  const at = shop.now();
  await shop.faults({
    bill: {
      drop: [first(lost)],
      repeat: [first(twice)],
      change: [{ number: first(costly), amount: 2_100, fee: -15 }],
      add: [
        { outTradeNo: 'another-systems-1', amount: 5, at },
        { outTradeNo: first(plain), outRequestNo: `${plain.orderId}_r9`, amount: -10, at },
      ],
    },
  });
  const day = await toNextBill();
  await shop.faults({ bill: null });

  const page = await office.openConsole();
  await go(page, 'Reconciliation');
  expect((await rows(page, '.scroll'))[0]).toEqual([day, 'Compared', '3', '4']);
  expect(await figures(page)).toEqual({
    Agree: '3',
    Open: '4',
    Waiting: '1',
    Settled: '0',
    'Of other systems': '1',
  });
  const cards = await page.$$eval('.differences li', (all) =>
    all.map((card) => ({
      title: card.querySelector('h4 span')?.textContent ?? '',
      number: card.querySelector('.facts button')?.textContent ?? '',
      // The third row tells times.
      said: [...card.querySelectorAll('tbody tr')]
        .slice(0, 2)
        .map((row) => [...row.children].map((cell) => cell.textContent ?? '')),
      bold: [...card.querySelectorAll('.differs th')].map((cell) => cell.textContent ?? ''),
    })),
  );
  const byTitle = (a: { title: string }, b: { title: string }) => (a.title < b.title ? -1 : 1);
  expect(cards.sort(byTitle)).toEqual(
    [
      {
        title: 'Payment · another amount',
        number: first(costly),
        said: [
          ['Amount', '¥20.00', '¥21.00'],
          ['Fee', '¥0.12', '¥0.15'],
        ],
        bold: ['Amount'],
      },
      {
        title: 'Payment · another fee',
        number: first(costly),
        said: [
          ['Amount', '¥20.00', '¥21.00'],
          ['Fee', '¥0.12', '¥0.15'],
        ],
        bold: ['Fee'],
      },
      {
        title: 'Payment · twice on the bill',
        number: first(twice),
        said: [
          ['Amount', '¥7.00', '¥7.00'],
          ['Fee', '¥0.04', '¥0.04'],
        ],
        bold: [],
      },
      {
        title: 'Payment · not on the bill',
        number: first(lost),
        said: [
          ['Amount', '¥8.00', '–'],
          ['Fee', '¥0.05', '–'],
        ],
        bold: [],
      },
      {
        title: 'Refund · only on the bill',
        number: `${plain.orderId}_r9`,
        said: [
          ['Amount', '–', yuan(-10)],
          ['Fee', '–', '¥0.00'],
        ],
        bold: [],
      },
    ].sort(byTitle),
  );
  await fitsEverybody(page, 'bills-differences');
  await page.click(`.differences button:text-is("${first(lost)}")`);
  await page.waitForSelector('.trail');
  expect(await page.textContent('h2')).toContain(lost.merchantOrderNo);
  await page.click('main > .link');
  await page.waitForSelector('.differences');

  const accept = `--accept ${first(twice)} --note "printed twice" --local-stack ${shop.stack.stackFile}`;
  expect(await runLine(`reconcile 示范商店 --day ${day} ${accept}`)).toMatchObject({ code: 0 });
  await go(page, 'Today');
  await go(page, 'Reconciliation');
  expect((await rows(page, '.scroll'))[0]).toEqual([day, 'Compared', '3', '3']);
  expect(await page.textContent('.differences li:last-child')).toMatch(/twice on the billExplained.*printed twice$/);

  // A day with so many that the API lists a part of them: they are counted in the row as in the figure, and said.
  await page.route('**/v1/reconciliations**', async (route) => {
    const response = await route.fetch();
    const { data, ...rest } = (await response.json()) as { data: object[] };
    await route.fulfill({ response, json: { ...rest, data: data.map((it) => ({ ...it, omitted: 37 })) } });
  });
  await go(page, 'Today');
  await go(page, 'Reconciliation');
  expect((await rows(page, '.scroll'))[0]).toEqual([day, 'Compared', '3', '40']);
  expect(await figures(page)).toMatchObject({ Open: '40', Settled: '1' });
  expect(await page.textContent('article > [role=alert]')).toBe(
    '37 more differences are not shown: tell your operator.',
  );
});

test('a bill that cannot be read, one that never came, and a day on which all agrees', async () => {
  const faulty = reportDayOf('alipay', shop.now());
  await sold(500);
  await shop.faults({ bill: { day: faulty, broken: 'sums' } });
  await toNextBill();
  const page = await office.openConsole();
  await go(page, 'Reconciliation');
  expect((await rows(page, '.scroll'))[0]).toEqual([faulty, 'Unreadable', '–', '–']);
  expect(await page.textContent('article [role=alert]')).toContain('not one row of it was used');
  await fitsEverybody(page, 'bills-unreadable');

  const absent = reportDayOf('alipay', shop.now());
  await shop.faults({ bill: { day: absent, lateMs: 30 * DAY } });
  for (let days = 0; days < 4; days += 1) await toNextBill();
  const later = await office.openConsole();
  await go(later, 'Reconciliation');
  const week = await rows(later, '.scroll');
  expect(week.find(([day]) => day === faulty)).toEqual([faulty, 'Compared', '1', '0']);
  expect(week.find(([day]) => day === absent)).toEqual([absent, 'No bill', '0', '0']);
  const shows = async (day: string) => {
    await later.click(`.scroll button:text-is("${day}")`);
    await later.waitForSelector(`article h3:text-is("${day}")`);
  };
  await shows(absent);
  expect(await later.textContent('article')).toContain('had no bill of this day');
  await fitsEverybody(later, 'bills-no-bill');
  await shows(faulty);
  expect(await later.textContent('article')).toContain('Everything agrees');
  await fitsEverybody(later, 'bills-agree');

  await later.fill('input[name=day]', absent);
  await later.waitForSelector(`.scroll tbody tr:first-child td:has-text("${absent}")`);
});

test('money F5 a day on two accounts has a row for each, and the bill of each behind it', async () => {
  const [before, now, token] = [shop.stack.identity.alipay.sellerId, '2088999900000001', '202603BBfirst'];
  await toNextBill();
  await shop.faults({ bill: null, authorisations: { [token]: now } });
  const order = await sold(6_100);
  const line = `channel connect 示范商店 --seller-id ${now} --app-auth-token ${token} --yes`;
  expect(await runLine(`${line} --local-stack ${shop.stack.stackFile}`)).toMatchObject({ code: 0 });
  await shop.advance(MINUTE);
  await sold(6_200);
  await shop.faults({ bill: { drop: [first(order)] } });
  const day = await toNextBill();

  const page = await office.openConsole();
  await go(page, 'Reconciliation');
  expect((await rows(page, '.scroll')).slice(0, 2)).toEqual([
    [day, now, 'Compared', '1', '0'],
    [day, before, 'Compared', '0', '1'],
  ]);
  expect(await page.textContent('article')).toContain(`Account ${now}`);
  await fitsEverybody(page, 'bills-accounts');
  await page.click('.scroll tbody tr:nth-child(2) button');
  await page.waitForSelector(`article:has-text("Account ${before}")`);
  expect(await page.textContent('.differences li h4')).toContain('not on the bill');
});
