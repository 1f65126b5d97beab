/** security minor 3 in a browser: what others write is shown as they wrote it, runs nothing, and turns nothing beside it. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createClient, enrolTerminal } from '../../functions/client/client.ts';
import { newKeyPair } from '../../functions/client/sign.ts';
import { type BackOffice, go, openBackOffice, settled } from '../support/back-office.ts';
import { runLine } from '../support/office.ts';
import { cny } from '../support/shop.ts';

let office: BackOffice;
beforeAll(async () => {
  office = await openBackOffice();
}, 120_000);
afterAll(() => office?.stop());
afterEach(() => expect(office.complaints.splice(0)).toEqual([]));

const SUBJECT = 'שלום <img src=x onerror=alert(1)>';
const REASON = 'تم';

/** A terminal of ours with a name of digits, which have no direction of their own. */
async function tillNamed(name: string) {
  const { shop } = office;
  const line = `terminal code 示范商店 --name ${name} --json --local-stack ${shop.stack.stackFile}`;
  const { code } = JSON.parse((await runLine(line)).out);
  const key = { alg: 'ed25519' as const, ...(await newKeyPair('ed25519')) };
  const options = { baseUrl: shop.stack.api, now: shop.now, retries: 0 };
  const { keyid } = await enrolTerminal(options, code, key);
  return createClient({ ...options, key: { ...key, keyid } });
}

test('security minor 3 a subject with markup is text, and a reason from right to left stays behind the number before it', async () => {
  const { shop } = office;
  const order = await shop.open({ subject: SUBJECT });
  await shop.pay(order);
  await shop.eventually(order.orderId, ({ status }) => status === 'paid');
  const body = { refundNo: '77', amount: cny(1), reason: REASON };
  const till = await tillNamed('45');
  await till.call('createRefund', { params: { orderId: order.orderId }, body });
  const page = await office.openConsole();
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    return dialog.dismiss();
  });
  await go(page, 'Orders');
  await page.click(`td >> text=${order.merchantOrderNo}`);
  await page.waitForSelector('.trail');
  expect(await page.textContent('article.order p bdi')).toBe(SUBJECT);
  expect([await page.locator('main img').count(), dialogs]).toEqual([0, []]);
  const steps = await page.$$eval('.trail small', (all) =>
    all.map((step) => {
      const text = document.createTreeWalker(step, NodeFilter.SHOW_TEXT).nextNode();
      const xOf = (part: string) => {
        const range = document.createRange();
        const at = text?.textContent?.indexOf(part) ?? -1;
        if (!text || at < 0) return -1;
        range.setStart(text, at);
        range.setEnd(text, at + part.length);
        return range.getBoundingClientRect().x;
      };
      return [xOf('77'), xOf('تم'), xOf('45')] as const;
    }),
  );
  const told = steps.filter(([number, reason]) => number >= 0 && reason >= 0);
  expect(told).toHaveLength(2);
  for (const [number, reason] of told) expect(number).toBeLessThan(reason);
  // Only the first step says which till it was.
  const [[, reason, terminal] = []] = told;
  expect(terminal).toBeGreaterThan(reason ?? Number.POSITIVE_INFINITY);
  await settled(page);
}, 120_000);
