/** The order that is open: what the customer sees, what the cashier has to know, and what may be done. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { OrderView as Order } from '../../functions/http/answers.ts';
import type { EpochMs } from '../../functions/time.ts';
import { isLocal } from '../page.ts';
import { QrCode } from '../shared/codes.tsx';
import { Sum } from '../shared/fit.tsx';
import { play } from '../shared/sounds.ts';
import { Tick } from '../shared/tick.tsx';
import { isAlipayCode } from './hand-scanner.ts';
import { Receipt, usePrint } from './receipt.tsx';
import { isOpen } from './sale-state.ts';
import { SCREENS, type Screen } from './screen.ts';
import { useScanner } from './use-scanner.ts';
import { problemText, useNow, useTill } from './use-till.ts';
import type { Word } from './words.ts';

interface OrderViewProps {
  readonly screen: Screen;
  readonly now: EpochMs;
  scan(): void;
  detail(): void;
}

/** A code that takes so long may be asked for again. */
const SLOW_MS = 5_000;

export function OrderView({ screen, now, scan, detail }: OrderViewProps) {
  const { say, money, state, lang, time, shop } = useTill();
  const { order, intent } = state;
  const heading = useRef<HTMLHeadingElement>(null);
  // Whoever does not see the screen is told where things are now; keys that were meant for the one before do nothing here.
  useEffect(() => heading.current?.focus(), [screen]);
  const amount = order?.amount ?? intent?.amount;
  const number = order?.merchantOrderNo ?? intent?.merchantOrderNo;
  const { tone } = SCREENS[screen];
  const trouble = useStrayCodes(screen);
  const isUnsure = screen === 'unknown' || screen === 'checking' || screen === 'cancelling';
  return (
    <section class={`card sale ${tone}`}>
      {screen === 'code' && order?.qrCode && <Code order={order} payload={order.qrCode.payload} />}
      {screen === 'paid' && <Tick />}
      <div class="told">
        <h2 ref={heading} tabIndex={-1}>
          {say(screen)}
        </h2>
        {amount && <Sum text={money(amount)} />}
        {order?.payment && (screen === 'paid' || screen === 'settled') && (
          <p class="quiet">{time(order.payment.paidAt)}</p>
        )}
        {screen === 'code' && order?.qrCode && <Countdown order={order} end={Date.parse(order.qrCode.expiresAt)} />}
        {isUnsure && <p class="rule">{say('unknownRule')}</p>}
        {screen === 'code' ? (
          <p class="shop">{shop.name}</p>
        ) : (
          <p class="message">{messageOf(screen, order)?.[lang] ?? textOf(screen, say)}</p>
        )}
        {trouble && (
          <p class="fault" role="alert">
            {say(trouble)}
          </p>
        )}
        {state.refusal && order && (
          <p class="fault" role="alert">
            {problemText(lang, state.refusal)}
          </p>
        )}
        {(isUnsure || screen === 'offline') && <NextCheck />}
        {number && (
          <p class="quiet small">
            {say('orderNo')} <span class="number">{number}</span>
          </p>
        )}
        {screen === 'unknown' && shop.supportPhone && (
          <p class="quiet small">
            {say('helpline')} <a href={`tel:${shop.supportPhone.replaceAll(/[^+0-9]/g, '')}`}>{shop.supportPhone}</a>
          </p>
        )}
        <Deeds screen={screen} now={now} scan={scan} detail={detail} />
        {screen === 'code' && isLocal() && order?.qrCode && (
          <a class="small" href={`/wallet#${encodeURIComponent(order.qrCode.payload)}`} target="tillgate-wallet">
            {say('beCustomer')} <span class="sr">{say('newWindow')}</span>
          </a>
        )}
      </div>
    </section>
  );
}

/**
 * A scanned code that nobody asked for: it is the next attempt where one is wanted, and everywhere else the till says why
 * nothing was charged. While our own code can be paid, the customer might pay twice.
 */
function useStrayCodes(screen: Screen): Word | undefined {
  const { sale, state } = useTill();
  const [trouble, setTrouble] = useState<Word>();
  useEffect(() => setTrouble(undefined), [screen]);
  useScanner({
    scanned(code) {
      const isCode = isAlipayCode(code);
      if (isCode && (screen === 'scan' || screen === 'failed')) {
        sale.next(code);
        return;
      }
      setTrouble(isCode ? strayText(screen, state.order) : 'scanBad');
      play('failure');
    },
  });
  return trouble;
}

function strayText(screen: Screen, order: Order | undefined): Word {
  if (screen === 'code') return 'scanCodeOpen';
  return order && !isOpen(order) ? 'scanOver' : 'scanUnsure';
}

/** The server's sentence, where the order is what the screen is about. */
function messageOf(screen: Screen, order: Order | undefined) {
  // The server speaks of the code for as long as it lasts, which is a little longer than the till shows it.
  const isHidden = screen === 'checking' && order?.nextAction === 'show_qr_code';
  const isOurs =
    isHidden ||
    screen === 'offline' ||
    screen === 'starting' ||
    screen === 'cancelling' ||
    screen === 'opening' ||
    screen === 'paid';
  return isOurs ? undefined : order?.message;
}

function textOf(screen: Screen, say: ReturnType<typeof useTill>['say']): string {
  // Said for as long as the sale is on the screen; the server says it once.
  if (screen === 'paid') return say('paidText');
  if (screen === 'offline') return say('offlineText');
  if (screen === 'cancelling') return say('cancellingText');
  if (screen === 'checking') return say('checkingText');
  return screen === 'starting' ? say('startingText') : say('openingText');
}

function Code({ order, payload }: { order: Order; payload: string }) {
  const { say, money } = useTill();
  const code = <QrCode text={payload} label={say('qrLabel', { amount: money(order.amount) })} />;
  return <div class="shown">{code}</div>;
}

function Countdown({ order, end }: { order: Order; end: EpochMs }) {
  const { say } = useTill();
  const whole = Math.max(1, end - Date.parse(order.createdAt));
  // The server's clock is known to a second: never more than there was.
  const left = Math.min(whole, Math.max(0, end - useNow(500)));
  const seconds = Math.floor(left / 1_000);
  return (
    <div class="countdown" role="timer" aria-label={say('left')}>
      <progress max={whole} value={left} aria-label={say('left')} />
      <span class="money">
        {Math.floor(seconds / 60)}:{String(seconds % 60).padStart(2, '0')}
      </span>
    </div>
  );
}

function NextCheck() {
  const { say, state } = useTill();
  const now = useNow(500);
  const seconds = state.retryAt === undefined ? 0 : Math.ceil((state.retryAt - now) / 1_000);
  return seconds > 0 ? <p class="quiet">{say('nextCheck', { n: seconds })}</p> : null;
}

function Deeds({ screen, now, scan, detail }: OrderViewProps) {
  const { say, sale, state } = useTill();
  const { order } = state;
  const { print, isReprint } = usePrint(order);
  const isSlow = state.waitingSince !== undefined && now - state.waitingSince > SLOW_MS;
  const cancel = (
    <button type="button" disabled={state.intent?.cancel} onClick={() => sale.cancel()}>
      {say('askCancel')}
    </button>
  );
  const check = (
    <button type="button" class="primary" onClick={() => sale.check()}>
      {say('checkNow')}
    </button>
  );
  const next = (
    <button type="button" class="primary" onClick={() => sale.done()}>
      {say('newSale')}
    </button>
  );
  switch (screen) {
    case 'starting':
      return null;
    case 'opening':
      return (
        <div class="row">
          {isSlow && (
            <button type="button" class="primary" onClick={() => sale.check()}>
              {say('retry')}
            </button>
          )}
          {cancel}
        </div>
      );
    case 'code':
    case 'confirming':
      return <div class="row">{cancel}</div>;
    case 'scan':
    case 'failed':
      return (
        <div class="row">
          <button type="button" class="primary" onClick={() => sale.next()}>
            {say('newCode')}
          </button>
          <button type="button" onClick={scan}>
            {say(screen === 'scan' ? 'scanCustomer' : 'scanAgain')}
          </button>
          {cancel}
        </div>
      );
    case 'checking':
    case 'cancelling':
    case 'unknown':
      return (
        <div class="row">
          {check}
          {screen === 'checking' && cancel}
          {screen === 'unknown' && (
            <button type="button" onClick={() => sale.park()}>
              {say('park')}
            </button>
          )}
        </div>
      );
    case 'offline':
      return <div class="row">{check}</div>;
    case 'paid':
    case 'settled':
    case 'late':
      return (
        <div class="row">
          {next}
          {screen !== 'late' && (
            <button type="button" onClick={print}>
              {say('print')}
            </button>
          )}
          <button type="button" onClick={detail}>
            {say(screen === 'late' ? 'seeOrder' : 'refundDo')}
          </button>
          {order && <Receipt order={order} isReprint={isReprint} />}
        </div>
      );
    default:
      return <div class="row">{next}</div>;
  }
}
