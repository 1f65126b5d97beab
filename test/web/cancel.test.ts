/** A sale that the cashier cancels: before the customer has paid, while the customer pays, and after. */
import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../functions/time.ts';
import { excuse, suitsEverybody } from '../support/counter.ts';
import { onStage } from '../support/counter-story.ts';
import { texts } from '../support/read-screens.ts';

const stage = onStage();
const shop = () => stage.shop;
const till = () => stage.counter.till;
const wallet = () => stage.counter.wallet;

describe('cancel', () => {
  test('while the customer looks at the code: the password comes too late', async () => {
    const { counter } = stage;
    const { till, wallet } = counter;
    const no = await counter.showCode('9');
    await counter.openCode();
    await till.click('text=Cancel');
    await counter.shows('cancelled');
    await suitsEverybody(till, 'till-cancelled');
    await counter.enterPassword();
    await wallet.waitForSelector('.end.closed');
    await suitsEverybody(wallet, 'wallet-closed');
    expect(await stage.ordersOf(no)).toMatchObject([{ status: 'closed', payment: null }]);
    await counter.next();
  });

  test('while the customer enters the password and the channel cannot close: late money goes back, and the till says so', async () => {
    const { counter } = stage;
    const no = await counter.showCode('11');
    await counter.openCode();
    await shop().faults({ close: { answer: 'system_error', times: 99 } });
    await till().click('text=Cancel');
    await counter.shows('unknown');
    await counter.enterPassword();
    await wallet().waitForSelector('.end.success');
    await counter.shows('late');
    await shop().faults({ reset: true });
    await suitsEverybody(till(), 'till-late');
    expect(await till().textContent('.told .money')).toBe('¥11.00');
    expect(await texts(till(), '.told .row button')).toEqual(['New sale', 'Show that order']);
    await stage.pass(MINUTE);
    const [order] = await stage.ordersOf(no);
    const gone = await shop().eventually(order?.orderId ?? '', ({ refunds }) =>
      refunds.some(({ status }) => status === 'succeeded'),
    );
    expect(gone).toMatchObject({
      payment: { late: true },
      refunds: [{ source: 'automatic', amount: { value: 1_100 } }],
    });
  });

  test('after the password, of which no message tells: the till asks, learns of it, and it is a sale', async () => {
    const { counter } = stage;
    const no = await counter.showCode('11');
    await wallet().click('summary');
    await wallet().check('input[name=silence]');
    await counter.openCode();
    // Nothing is asked of the order until the cashier cancels.
    const isLook = (url: URL) => /orders\/ord_\w+$/.test(url.pathname);
    await till().route(isLook, (route) => route.abort());
    await counter.enterPassword();
    await wallet().waitForSelector('.end.success');
    await counter.shows('offline');
    await till().unroute(isLook);
    await till().click('text=Check now');
    await counter.shows('paid');
    expect(await stage.ordersOf(no)).toMatchObject([{ status: 'paid', payment: { late: false } }]);
    expect(await till().textContent('.told .message')).toBe('Paid. Hand over the goods.');
    excuse(counter, /ERR_FAILED/);
  });
});
