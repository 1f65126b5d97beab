/** What the customer was charged and got back, as the app lists it. */
import { useEffect, useState } from 'preact/hooks';
import { billsOf, billText } from './news.ts';
import { type Trade, trades } from './simulator.ts';
import { useWallet } from './use-wallet.ts';

const LOOK_EVERY_MS = 2_000;

export function Bills() {
  const { say, held } = useWallet();
  const [list, setList] = useState<readonly Trade[]>();
  useEffect(() => {
    const look = () =>
      trades(held).then(
        (all) => setList(billsOf(all)),
        () => {},
      );
    look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [held]);
  return (
    <section class="card stack">
      <h2>{say('bills')}</h2>
      {list?.length === 0 && <p class="quiet">{say('none')}</p>}
      <ul class="bills">
        {list?.map((trade) => (
          <Bill key={trade.outTradeNo} trade={trade} />
        ))}
      </ul>
    </section>
  );
}

function Bill({ trade }: { trade: Trade }) {
  const { lang } = useWallet();
  const { amount, state } = billText(trade, lang);
  return (
    <li data-status={trade.status}>
      <span class="subject">{trade.subject}</span>
      <span class="money">{amount}</span>
      <span class="quiet small">{state}</span>
    </li>
  );
}
