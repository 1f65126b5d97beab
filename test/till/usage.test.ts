/** What is no line of the till: told in one sentence, with 2, before anything is sent. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openShop, type TestShop } from '../support/shop.ts';
import { runTill } from './line.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());

/** Whatever is sent fails the test. */
const nothing: typeof fetch = async (input) => {
  throw new Error(`${input} was asked for`);
};
const till = (words: readonly string[]) =>
  runTill([...words, '--credential', shop.stack.credentialsFile, '--simulator', shop.stack.simulator], {
    fetch: nothing,
  });
const usage = (words: string) => ({ code: 2, out: '', err: `${words}\nnpm run till -- --help tells all commands.\n` });

describe('what is no line is told in one sentence, and nothing is sent:', () => {
  test.each([
    [['frobnicate'], 'there is no command frobnicate'],
    [['constructor'], 'there is no command constructor'],
    [['sell'], 'an amount is written like 12.34, or JPY 450, not nothing'],
    [['sell', '12.345'], 'an amount is written like 12.34, or JPY 450, not 12.345'],
    [['sell', '0.00'], 'an amount is written like 12.34, or JPY 450, not 0.00'],
    [['sell', '1', '234.00'], 'sell takes 1 at the most, not 1 234.00'],
    [['sell', 'XYZ 1.00'], 'an amount is written like 12.34, or JPY 450, not XYZ 1.00'],
    [['sell', 'JPY 4.50'], 'an amount is written like 12.34, or JPY 450, not JPY 4.50'],
    [['sell', '1.00', '--channel', 'wechat'], '--channel is alipay or antom, not wechat'],
    [['sell', '1.00', '--expires', '1.5'], '--expires is in whole seconds'],
    [['sell', '1.00', '--no', 'a', '--no', 'b'], '--no is given twice'],
    [['sell', '1.00', '--light', '--dark'], 'a terminal is --light or --dark, and not both'],
    [['charge', '1', '2'], 'charge takes 1 at the most, not 1 2'],
    [['charge', '1.00', '--code', '6901234567892'], 'this is no payment code: those have 16 to 24 digits'],
    [['show'], "name the order: its id, your own number, or the channel's"],
    [['show', 'a', 'b'], 'show takes 1 at the most, not a b'],
    [['refund', 'a', '1.00', '2.00'], 'refund takes 2 at the most, not a 1.00 2.00'],
    [['orders', '2026-03-01'], 'orders takes no words, not 2026-03-01'],
    [['shift'], 'shift close, shift list, or shift show NUMBER'],
    [['shift', 'show'], 'name the shift: shift show NUMBER'],
    [['statement', '--csv', 'x'], 'name the day of the statement: statement 2026-03-01 --csv FILE'],
    [['totals', '--since', 'noon'], '--since is a time such as 2026-03-01T09:00:00+08:00'],
    [['request', 'GET'], "request METHOD /path ['{json}']"],
    [['request', 'GET', 'v1'], "request METHOD /path ['{json}']"],
    [['enrol'], 'enrol CODE: the operator makes one by npm run admin -- terminal code'],
    [['enrol', 'a', 'b'], 'enrol takes 1 at the most, not a b'],
  ])('%j', async (words, sentence) => {
    expect(await till(words)).toEqual(usage(sentence));
  });

  test('an option that there is not, or that has no value', async () => {
    for (const words of [
      ['orders', '--frob'],
      ['sell', '1.00', '--no'],
    ]) {
      const { code, out, err } = await runTill(words);
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(/^.*(--frob|--no).*\nnpm run till -- --help tells all commands\.\n$/s);
    }
  });

  test('nothing, help and --help tell all', async () => {
    const help = await runTill([]);
    expect(help).toEqual({
      ...{ code: 0, err: '' },
      out: expect.stringMatching(/^npm run till -- <command>\n[\s\S]*\nExit codes:\n/),
    });
    for (const words of [['help'], ['--help'], ['sell', '--help']]) expect(await runTill(words)).toEqual(help);
  });
});
