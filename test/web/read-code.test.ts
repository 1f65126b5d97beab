/** A code in a picture is read by the browser itself where it can, and else by a decoder that is loaded only then. */
import type { Page } from 'playwright-core';
import { encode } from 'uqr';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type BackOffice, openBackOffice } from '../support/back-office.ts';

let office: BackOffice;
beforeAll(async () => {
  office = await openBackOffice();
}, 120_000);
afterAll(() => office?.stop());
afterEach(() => expect(office.complaints.splice(0)).toEqual([]));

/** A photograph of a code, as a file. */
async function pictureOf(page: Page, text: string): Promise<Buffer> {
  const { data, size } = encode(text, { border: 4 });
  const dark = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  const blank = await page.context().newPage();
  await blank.setContent(`<svg width="400" viewBox="0 0 ${size} ${size}"><path d="${dark.join('')}"/></svg>`);
  const picture = await blank.screenshot();
  await blank.close();
  return picture;
}

/** A detector that answers as `detect` does, planted before the page's own scripts. */
const planted = (formats: readonly string[], detect: string) => `
  globalThis.asked = [];
  globalThis.BarcodeDetector = class {
    static getSupportedFormats = async () => ${JSON.stringify(formats)};
    constructor(options) { globalThis.asked.push(options); }
    detect = ${detect};
  };`;

/** Chooses a picture of an order's code in the wallet. Answers which detectors were made, and whether the decoder was loaded. */
async function choose(detector: string): Promise<{ made: unknown; isLoaded: boolean }> {
  const { shop } = office;
  const order = await shop.open();
  const payload = order.qrCode?.payload ?? expect.fail('the order has no code');
  const page = await office.openPage('/help');
  await page.addInitScript(detector.replaceAll('PAYLOAD', JSON.stringify(payload)));
  const scripts: string[] = [];
  page.on('request', (request) => scripts.push(new URL(request.url()).pathname));
  await page.goto(`${shop.stack.api}/wallet`);
  const picture = { name: 'code.png', mimeType: 'image/png', buffer: await pictureOf(page, payload) };
  await page.setInputFiles('input[name=picture]', picture);
  await page.waitForSelector('input[name=password]');
  const made = await page.evaluate('globalThis.asked');
  await page.close();
  return { made, isLoaded: scripts.some((path) => /^\/shared\/jsQR-\w+\.js$/i.test(path)) };
}

const ONE = [{ formats: ['qr_code'] }];

test('the own detector of a browser reads it, and no decoder is loaded', async () => {
  // It gets the picture itself.
  const sees = 'async (source) => source instanceof ImageBitmap && source.width > 0 ? [{ rawValue: PAYLOAD }] : []';
  expect(await choose(planted(['code_128', 'qr_code'], sees))).toEqual({ made: ONE, isLoaded: false });
});

test('a browser without a detector loads the decoder', async () => {
  expect(await choose('delete globalThis.BarcodeDetector')).toEqual({ made: undefined, isLoaded: true });
});

test.each([
  ['that knows no QR codes', planted(['ean_13'], 'async () => []'), []],
  ['that fails', planted(['qr_code'], 'async () => { throw new DOMException("none", "NotSupportedError"); }'), ONE],
])('a detector %s gives way to the decoder', async (_, detector, made) => {
  expect(await choose(detector)).toEqual({ made, isLoaded: true });
});
