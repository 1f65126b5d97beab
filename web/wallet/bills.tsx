/** What the customer was charged and got back, as the app lists it. */
import { useEffect, useState } from 'preact/hooks';
import { type Trade, trades } from './simulator.ts';
import { useWallet } from './use-wallet.ts';

const LOOK_EVERY_MS = 2_000;
const MOST = 30;

export function Bills() {
  const { say } = useWallet();
  const [list, setList] = useState<readonly Trade[]>();
  useEffect(() => {
    const look = () => trades().then(setList, () => {});
    look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <section class="card stack">
      <h2>{say('bills')}</h2>
      {list?.length === 0 && <p class="quiet">{say('none')}</p>}
      <ul class="bills">
        {list?.slice(0, MOST).map((trade) => (
          <Bill key={trade.outTradeNo} trade={trade} />
        ))}
      </ul>
    </section>
  );
}

function Bill({ trade: { status, subject, totalAmount, refundedAmount } }: { trade: Trade }) {
  const { say, money } = useWallet();
  const isRefunded = refundedAmount.value > 0;
  const words = isRefunded ? say('refunded', { amount: money(refundedAmount) }) : status !== 'NONE' && say(status);
  return (
    <li data-status={status}>
      <span class="subject">{subject}</span>
      <span class="money">{money(totalAmount)}</span>
      <span class="quiet small">{words}</span>
    </li>
  );
}
