/** The sale as it stands: the key pad, or the one order that is open, or why there is none. */
import { useEffect, useState } from 'preact/hooks';
import type { ProblemView } from '../../functions/contract/answers.ts';
import { KeyPad, type Wanted } from './key-pad.tsx';
import { OrderDetail } from './order-detail.tsx';
import { OrderView } from './order-view.tsx';
import { refusedSale } from './problem-text.ts';
import { Scan } from './scan.tsx';
import type { Screen } from './screen.ts';
import { useTill } from './use-till.ts';

interface SaleViewProps {
  readonly screen: Screen;
  /** Changes whenever the cashier asks for the sale itself. */
  readonly visit: number;
  toOrders(): void;
  forget(): void;
}

export function SaleView({ screen, visit, toOrders, forget }: SaleViewProps) {
  const { sale, state, operatorId, server } = useTill();
  /** What is to be sold when the customer's code is scanned: for an order that is not there yet, or for the open one. */
  const [scanning, setScanning] = useState<Wanted | 'open order'>();
  const [detail, setDetail] = useState<string>();
  const orderId = state.order?.orderId;
  // Another order or none: what was half done for the one before is over.
  useEffect(() => {
    setDetail(undefined);
    if (orderId !== undefined) setScanning(undefined);
  }, [orderId]);

  // Away from the details of an order; one that was refunded is over, and the next sale begins.
  useEffect(() => {
    setScanning(undefined);
    if (detail === undefined) return;
    setDetail(undefined);
    if (state.order && state.order.refunds.length > 0) sale.done();
  }, [visit]);

  const ask = ({ amount, subject }: Wanted) => ({ amount, subject, ...(operatorId !== '' && { operatorId }) });
  const charge = (wanted: Wanted, tillCode: string) => sale.begin({ ...ask(wanted), qrCode: false }, tillCode);
  const scanned = (tillCode: string) => {
    const wanted = scanning;
    setScanning(undefined);
    if (wanted === 'open order') sale.next(tillCode);
    else if (wanted) charge(wanted, tillCode);
  };
  if (detail) return <OrderDetail orderId={detail} back={() => setDetail(undefined)} />;
  if (scanning && (screen === 'ready' || scanning === 'open order')) {
    const [amount, channel] =
      scanning === 'open order' ? [state.order?.amount, state.order?.channel] : [scanning.amount, undefined];
    return amount && <Scan {...{ amount, channel }} onCode={scanned} back={() => setScanning(undefined)} />;
  }
  switch (screen) {
    case 'ready':
      return (
        <KeyPad
          showCode={(wanted) => sale.begin({ ...ask(wanted), qrCode: true })}
          scan={setScanning}
          charge={charge}
          toOrders={toOrders}
        />
      );
    case 'locked':
      return <Locked forget={forget} />;
    case 'refused':
    case 'busy':
      return state.refusal && <Refused problem={state.refusal} />;
    default:
      return (
        <OrderView
          screen={screen}
          now={server.now()}
          scan={() => setScanning('open order')}
          detail={() => setDetail(orderId)}
        />
      );
  }
}

/** Nothing was sold, and why; or whose order is in the way. */
function Refused({ problem }: { problem: ProblemView }) {
  const { say, sale, reader } = useTill();
  const { title, text, more, busyWith } = refusedSale(reader.lang, reader.zone, problem);
  return (
    <section class="card sale">
      <h2>{title}</h2>
      <p class="message">{text}</p>
      {more.map((it) => (
        <p key={it} class="quiet">
          {it}
        </p>
      ))}
      <div class="row">
        {busyWith && (
          <button type="button" class="primary" onClick={() => sale.adopt(busyWith)}>
            {say('seeOrder')}
          </button>
        )}
        <button type="button" class={busyWith ? undefined : 'primary'} onClick={() => sale.done()}>
          {say('back')}
        </button>
      </div>
    </section>
  );
}

function Locked({ forget }: { forget: () => void }) {
  const { say } = useTill();
  return (
    <section class="card sale">
      <h2>{say('locked')}</h2>
      <p class="message">{say('lockedText')}</p>
      <div class="row">
        <button type="button" class="primary" onClick={forget}>
          {say('activateAgain')}
        </button>
      </div>
    </section>
  );
}
