/** The customer's side in a real browser: every way to get at a code, and every way to be a bad customer. */
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { OrderView } from '../../functions/contract/answers.ts';
import { MINUTE } from '../../functions/time.ts';
import { bundlePages } from '../../web/bundle.ts';
import { suitsEverybody } from '../support/counter.ts';
import { onStage } from '../support/counter-story.ts';

const stage = onStage('zh-CN');

const lastOrder = async (): Promise<OrderView> => {
  const [order] = (await stage.shop.backOffice.call('listOrders', { query: { limit: '1' } })).body.data;
  if (!order) throw new Error('nothing was sold');
  return order;
};

test('a code from a picture, from the clipboard, or typed; what is no code says so', async () => {
  const { counter } = stage;
  const { till, wallet } = counter;
  await suitsEverybody(till, 'zh-till-ready');
  await counter.showCode('18.80');
  await suitsEverybody(till, 'zh-till-code');
  const picture = { name: 'code.png', mimeType: 'image/png', buffer: await till.screenshot() };
  const blank = { ...picture, buffer: await wallet.screenshot() };
  await suitsEverybody(wallet, 'zh-wallet-scan');
  await wallet.setInputFiles('input[name=picture]', blank);
  await wallet.waitForSelector('[role=alert]:has-text("没有找到")');
  await wallet.setInputFiles('input[name=picture]', picture);
  await wallet.waitForSelector('.facts:has-text("18.80")');
  await suitsEverybody(wallet, 'zh-wallet-check');
  await wallet.click('text=不付了');
  await wallet.waitForSelector('.end.declined');
  await suitsEverybody(wallet, 'zh-wallet-declined');
  await wallet.click('.end button');

  await wallet.evaluate(`(async () => {
    const bytes = Uint8Array.from(atob('${picture.buffer.toString('base64')}'), (it) => it.charCodeAt(0));
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([bytes], 'code.png', { type: 'image/png' }));
    const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    document.querySelector('input[name=qrCode]').dispatchEvent(paste);
  })()`);
  await wallet.waitForSelector('.facts:has-text("18.80")');
  await counter.enterPassword();
  await Promise.all([wallet.waitForSelector('.end.success'), counter.shows('paid')]);
  await suitsEverybody(till, 'zh-till-paid');
  await suitsEverybody(wallet, 'zh-wallet-paid');
});

test('without money: the till is told, and another code pays for the same order', async () => {
  const { counter } = stage;
  const { till, wallet } = counter;
  await wallet.click('summary');
  await wallet.check('input[name=noMoney]');
  await counter.type('25');
  counter.begins('25');
  await till.click('text=扫付款码');
  await till.fill('input[name=tillCode]', await counter.ownCode());
  await till.keyboard.press('Enter');
  await counter.shows('failed');
  await suitsEverybody(till, 'zh-till-failed');
  const no = await till.textContent('.number');
  await wallet.uncheck('input[name=noMoney]');
  await till.click('text=重新扫码');
  await till.fill('input[name=tillCode]', await counter.ownCode());
  await till.keyboard.press('Enter');
  await Promise.all([wallet.waitForSelector('.end.success'), counter.shows('paid')]);
  expect(await lastOrder()).toMatchObject({ merchantOrderNo: no, status: 'paid', attempt: { n: 2 } });
});

test('nobody knows what came of it: put aside, the next sale goes on, and it was paid after all', async () => {
  const { counter } = stage;
  const { till, wallet } = counter;
  const query = { answer: 'time_out', times: 50 };
  await stage.shop.faults({ dropNotifications: true, pay: { answer: 'time_out_with_effect', times: 1 }, query });
  await counter.type('30');
  counter.begins('30');
  await till.click('text=扫付款码');
  await till.fill('input[name=tillCode]', await counter.ownCode());
  await till.keyboard.press('Enter');
  await counter.shows('unknown');
  await suitsEverybody(till, 'zh-till-unknown');
  expect(await till.textContent('.rule')).toBe('不要交付，不要再次收款');
  expect(await till.getAttribute('.told a', 'href')).toBe('tel:+862100000000');
  await till.click('text=搁置');
  await till.waitForSelector('.banner:has-text("¥30.00")');
  await suitsEverybody(till, 'zh-till-parked');
  await wallet.waitForSelector('.end.success');
  await stage.shop.faults({ reset: true });
  await counter.showCode('2');
  await till.click('text=取消这笔订单');
  await counter.shows('cancelled');
  await counter.next();
  await till.click('.banner');
  await till.click('.card .banner');
  await till.waitForSelector('text=可以交付商品', { timeout: 40_000 });
});

test('money that arrives after the end goes back by itself', async () => {
  const { counter } = stage;
  const { till, wallet } = counter;
  await counter.showCode('66');
  await counter.openCode();
  await wallet.click('summary');
  await wallet.check('input[name=late]');
  await stage.pass(5 * MINUTE);
  await counter.shows('expired');
  await counter.enterPassword();
  await wallet.waitForSelector('.end.success');
  await stage.shop.eventually((await lastOrder()).orderId, ({ refunds }) =>
    refunds.some((it) => it.status === 'succeeded'),
  );
  await wallet.click('nav button >> nth=2');
  await wallet.waitForSelector('text=已退款 ¥66.00');
  await till.click('nav >> text=订单');
  await till.waitForSelector('.badge:has-text("已退款 ¥66.00")');
  await suitsEverybody(till, 'zh-till-orders');
});

test('silence: nobody tells the server, the till finds out by asking', async () => {
  const { counter } = stage;
  const { wallet } = counter;
  await wallet.click('summary');
  await wallet.check('input[name=silence]');
  await counter.showCode('4');
  await counter.openCode();
  await wallet.waitForSelector('input[name=silence]:checked', { state: 'attached' });
  await counter.enterPassword();
  await Promise.all([wallet.waitForSelector('.end.success'), counter.shows('paid')]);
  expect((await stage.shop.deliveries(await lastOrder())).filter(({ status }) => status !== null)).toEqual([]);
});

test('a code lives for a minute, and the next one comes by itself', async () => {
  const { counter } = stage;
  const { wallet } = counter;
  const first = await counter.ownCode();
  await stage.shop.advance(MINUTE);
  await wallet.waitForSelector(`[data-code]:not([data-code="${first}"])`);
  const second = (await wallet.getAttribute('[data-code]', 'data-code')) ?? '';
  await wallet.click('text=换一个');
  await wallet.waitForSelector(`[data-code]:not([data-code="${second}"])`);
});

test('what a page loads before it can be used is under 80 KB of script', async () => {
  const files = await bundlePages();
  const text = (name: string) => Buffer.from(files.get(name)?.content ?? '').toString();
  const loaded = (name: string, known = new Set<string>()): Set<string> => {
    if (known.has(name)) return known;
    known.add(name);
    for (const [, file] of text(name).matchAll(/(?:from|import)\s*"(\.\.?\/[^"]+)"/g))
      loaded(new URL(file ?? '', `http://x/${name}`).pathname.slice(1), known);
    return known;
  };
  for (const page of ['till', 'wallet', 'console', 'help']) {
    const parts = [...loaded(`${page}/main.js`)];
    const bytes = parts.reduce((sum, part) => sum + gzipSync(text(part)).length, 0);
    expect([page, parts.length > 1, bytes > 5_000, bytes < 80_000]).toEqual([page, true, true, true]);
  }
});
