/** Money F5: a merchant who changes apps and not accounts has one report, as before. */
import { expect, test } from 'vitest';
import { DAY, MINUTE } from '../../functions/time.ts';
import { NOON } from '../support/orders.ts';
import { account, aHead, asked, DAYS, merchant, newReportShop, TEN } from './shop.ts';

test('money F5 an account that was left for another app of the same seller has no report of its own', async () => {
  const it = await newReportShop();
  const before = { ...account, appId: '2021000000000009' };
  await it.shop.setUp({ ...merchant, accounts: [account], formerAccounts: [before] }, NOON);
  it.report(DAYS[0], []);
  for (const now of [TEN, TEN + MINUTE]) await it.run(now);
  expect(await it.head()).toEqual(aHead({ version: 2, lastReportDay: DAYS[0], dueAt: TEN + DAY }));
  expect(it.channel.calls).toEqual([asked()]);
});
