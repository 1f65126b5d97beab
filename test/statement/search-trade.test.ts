/** Money M1: a trade is found on the statement of its own day, on whichever side of midnight clocks have put it. */
import { describe, expect, test } from 'vitest';
import { searchTrade } from '../../functions/statement/search-trade.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../functions/time.ts';
import { NOON } from '../support/orders.ts';
import { aMerchant, newShop } from './shop.ts';

const merchant = aMerchant();
const MIDNIGHT = NOON + 12 * HOUR;

/** Sold at `paidAt`, sealed, and looked for by a number of the day after NOON's. */
async function lookedFor(paidAt: number) {
  const shop = await newShop();
  await shop.setUp(merchant, NOON);
  const { orderId } = await shop.sell(merchant, { no: '1', paidAt, tradeNo: '2026030222001452135997453208' });
  await shop.run(NOON + 3 * DAY);
  const now = NOON + 3 * DAY;
  const found = await searchTrade(
    shop.services(() => now),
    merchant,
    '2026030222001452135997453208',
    { endsAt: now + MINUTE },
  );
  return found === orderId;
}

describe('the channel’s number of a trade', () => {
  test('begins with its day, or with the next one if the channel’s clock was ahead at midnight', async () => {
    expect(await lookedFor(MIDNIGHT)).toBe(true);
    expect(await lookedFor(MIDNIGHT - SECOND)).toBe(true);
  });
});
