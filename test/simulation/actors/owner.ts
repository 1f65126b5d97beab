/** What the merchant's owner does at the channel, where our side has no part in it. */
import { refundedSum } from '../../../bin/local/alipay-simulator/books.ts';
import type { ChannelModel } from '../world/channel.ts';
import type { News } from '../world/port.ts';
import type { SimulatedShop } from '../world/shop.ts';
import { MERCHANT_ID } from '../world/tills.ts';

const MINUTE = 60_000;

/** Refunds `amount` in the channel's own console, or all that is left of the trade. */
export function refundInConsole(channel: ChannelModel, attemptNo: string, amount: number | 'rest'): void {
  const trade = channel.find(attemptNo);
  if (!trade) return;
  const back = refundedSum(trade);
  const number = `console-${back}`;
  const value = amount === 'rest' ? trade.amount - back : amount;
  if (value <= 0 || 'no' in channel.books.refund(trade, number, value, channel.now)) return;
  channel.io.world.tell(`the owner refunds ${value} of ${attemptNo} in the console`);
  if (channel.io.strikes('consoleSilent')) channel.silent.add(`${attemptNo} ${number}`);
  else channel.mail.notify(trade, number);
}

/** Closes the trade in the channel's own console. */
export function closeInConsole(channel: ChannelModel, attemptNo: string): void {
  const trade = channel.find(attemptNo);
  if (!trade || 'no' in channel.books.close(trade, channel.now)) return;
  channel.io.world.tell(`the owner closes ${attemptNo} in the console`);
  channel.mail.notify(trade, undefined);
}

/** A message that is signed and says that somebody has paid, by an amount that is not the order's. */
export function misreport(channel: ChannelModel, attemptNo: string): void {
  const trade = channel.find(attemptNo);
  if (!trade) return;
  const paid = { tradeNo: 'nobody-knows', paidAt: channel.now, amount: { currency: 'CNY', value: trade.amount + 1 } };
  const news: News = {
    kind: 'news',
    notificationId: `x${attemptNo}`,
    account: { channel: 'alipay', appId: trade.appId, sellerId: trade.sellerId },
    attemptNo,
    paid,
    closedUnpaid: false,
  };
  void channel.mail.deliver({ forged: false, news });
}

/** Renews the authorisation at the channel, which ends the one before; the operator is told of it some minutes later. */
export function renew(shop: SimulatedShop): void {
  const { channel } = shop;
  const { io } = channel;
  channel.token = `${channel.token}+`;
  io.world.tell('the owner renews the authorisation');
  io.world.in(io.world.chance.int(0, 10 * MINUTE), () => replaceToken(shop));
}

/** As the operator does who was told of a renewed authorisation. */
export function replaceToken({ channel, stores: { directory } }: SimulatedShop): void {
  const item = directory.get(MERCHANT_ID) as { version: number; accounts: { readonly channel: string }[] };
  const renewed = { ...(channel.token && { appAuthToken: channel.token }) };
  const accounts = item.accounts.map((account) => ({ ...account, ...(account.channel === 'alipay' && renewed) }));
  directory.write({ ...item, accounts, version: item.version + 1 }, item.version);
}
