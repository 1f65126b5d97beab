/** The till's shift in a real browser: summed up, confirmed, closed, printed, and found again. */
import { describe, expect, test } from 'vitest';
import type { ShiftView } from '../../functions/contract/shifts.ts';
import { localTime, SECOND } from '../../functions/time.ts';
import { excuse, suitsEverybody, terminalOf } from '../support/counter.ts';
import { onStage } from '../support/counter-story.ts';

const stage = onStage();

const ZONE = 'Asia/Shanghai';
const shown = (instant: string) => localTime(Date.parse(instant), ZONE).slice(0, 19).replace('T', ' ');

async function sells(amount: string): Promise<string> {
  // Enter is for the key pad, not for the tab that was clicked.
  await stage.counter.till.evaluate('document.activeElement.blur()');
  const { counter } = stage;
  const no = await counter.showCode(amount);
  await counter.openCode();
  await counter.enterPassword();
  await counter.shows('paid');
  await counter.next();
  return no;
}

const toShift = async () => {
  await stage.counter.till.click('nav >> text=Shift');
  await stage.counter.till.waitForSelector('.figures');
};
const is = async (operatorId: string) => {
  await stage.counter.till.fill('input[name=cashier]', operatorId);
  await stage.counter.till.click('form.search button');
  await stage.counter.till.waitForSelector('text=Saved.');
};
const figures = async () => (await stage.counter.till.textContent('.figures')) ?? '';
/** What the server has of this till. */
async function shifts(): Promise<ShiftView[]> {
  const terminal = await terminalOf(stage.counter.till);
  return (await stage.shop.backOffice.call('listShifts', { query: { terminal } })).body.data;
}
/** Counts what is printed, in place of the dialogue. */
const countPrints = () =>
  stage.counter.till.evaluate('window.printed = 0; window.print = () => { window.printed += 1; }');
const slip = async () => (await stage.counter.till.textContent('#print')) ?? '';

describe('screens A7', () => {
  test('a shift is summed up, confirmed, closed and printed; one tap closes nothing', async () => {
    const { counter } = stage;
    const { till } = counter;
    await toShift();
    await is('Anna');
    await till.click('nav >> text=Sell');
    await sells('12.34');
    await sells('7.66');
    await toShift();
    expect(await figures()).toBe('Payments 2¥20.00Refunds 0¥0.00Net ¥20.00');
    expect(await till.textContent('.past-shifts')).toContain('No shift was closed yet.');
    await suitsEverybody(till, 'till-shift');

    await till.click('text=Close the shift');
    await till.waitForSelector('text=Close it now');
    expect([await figures(), await shifts()]).toEqual(['Payments 2¥20.00Refunds 0¥0.00Net ¥20.00', []]);
    expect(await till.textContent('section')).toContain('Cashier: Anna');
    await suitsEverybody(till, 'till-shift-ask');
    await till.click('text=Back');
    await till.waitForSelector('.past-shifts');
    expect(await shifts()).toEqual([]);

    await till.click('text=Close the shift');
    await till.click('text=Close it now');
    await till.waitForSelector('[data-shift]');
    const [shift] = await shifts();
    if (!shift) throw new Error('no shift was closed');
    expect(shift).toMatchObject({ sequence: 1, operatorId: 'Anna', totals: [{ netSales: 2000 }] });
    expect(await till.getAttribute('[data-shift]', 'data-shift')).toBe(shift.shiftNo);
    expect(shift.shiftNo).toMatch(/^\d{8}-1$/);
    await suitsEverybody(till, 'till-shift-closed');

    await countPrints();
    const paper = await slip();
    for (const text of [
      '示范商店',
      'Shift report',
      `${shift.shiftNo} (1)`,
      shift.terminalId,
      'Anna',
      `${shown(shift.openedAt)} ${ZONE}`,
      `${shown(shift.closedAt)} ${ZONE}`,
      'Payments 2¥20.00',
      'Refunds 0¥0.00',
      'Received¥20.00',
      'Per cashierAnna 2¥20.00',
      'Signature',
    ])
      expect(paper).toContain(text);
    expect(paper).not.toContain('REPRINT');
    await till.click('text=Print the report');
    await till.waitForFunction('window.printed === 1');

    await till.click('text=Back');
    await till.waitForSelector('.past-shifts li');
    expect(await figures()).toBe('Payments 0¥0.00Refunds 0¥0.00Net ¥0.00');
    expect(await till.textContent('.past-shifts li')).toContain(`${shift.shiftNo}${shown(shift.closedAt)}¥20.00`);
    await suitsEverybody(till, 'till-shift-past');
    await till.click('.past-shifts li button');
    await till.waitForSelector('[data-shift]');
    await expect.poll(slip).toContain('REPRINT');
    expect(await figures()).toBe('Payments 2¥20.00Refunds 0¥0.00Net ¥20.00');
  });

  test('the answer to the closing is lost, and the page with it: the shift is closed once, under its number', async () => {
    const { counter } = stage;
    const { till } = counter;
    await sells('3');
    await toShift();
    await till.route('**/v1/shifts', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      await route.fetch();
      return route.abort();
    });
    await till.click('text=Close the shift');
    await till.click('text=Close it now');
    await till.waitForSelector('[role=alert]:has-text("No answer to the closing")');
    await suitsEverybody(till, 'till-shift-unsure');
    await till.unroute('**/v1/shifts');
    await till.reload();
    await counter.shows('ready');
    await till.click('nav >> text=Shift');
    await till.waitForSelector('[data-shift]');
    expect(await figures()).toBe('Payments 1¥3.00Refunds 0¥0.00Net ¥3.00');
    expect(await shifts()).toMatchObject([{ sequence: 1, totals: [{ netSales: 300 }] }]);
    excuse(counter, /ERR_FAILED/);
  });

  test('money F9: paid before the closing and heard after it: in the next shift, as late, on the screen and on paper', async () => {
    const { counter } = stage;
    const { till, wallet } = counter;
    await sells('10');
    const no = await stage.counter.showCode('77');
    await wallet.click('summary');
    await wallet.check('input[name=silence]');
    await counter.openCode();
    // The server hears nothing of this payment while the shift is closed: no message comes, and no poll.
    await till.route('**/v1/orders/ord_*', (route) => route.abort());
    await counter.enterPassword();
    await wallet.waitForSelector('.end.success');
    // The channel tells whole seconds: the closing is in a later one.
    await stage.pass(2 * SECOND);
    await toShift();
    await till.click('text=Close the shift');
    await till.waitForSelector('text=A sale is still open');
    await till.click('text=Close it now');
    await till.waitForSelector('[data-shift]');
    expect(await figures()).toBe('Payments 1¥10.00Refunds 0¥0.00Net ¥10.00');
    await till.unroute('**/v1/orders/ord_*');
    await till.click('nav >> text=Sell');
    await counter.shows('paid');
    await counter.next();
    await sells('2');
    await toShift();
    expect(await figures()).toBe('Payments 2¥79.00Refunds 0¥0.00Net ¥79.00');
    expect(await till.textContent('.late-facts')).toContain(`From before this shift, learned of in it¥77.00`);
    await suitsEverybody(till, 'till-shift-late');
    await till.click('text=Close the shift');
    await till.click('text=Close it now');
    await till.waitForSelector('[data-shift]');
    expect(await slip()).toContain(`Number ${no}`);
    const [second, first] = await shifts();
    expect([first?.totals, second?.totals]).toMatchObject([[{ netSales: 1000 }], [{ netSales: 7900, lateLines: 1 }]]);
    excuse(counter, /ERR_FAILED/);
  });
});
