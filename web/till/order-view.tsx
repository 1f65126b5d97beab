/** The order that is open: what the customer sees, what the cashier has to know, and what may be done. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { OrderView as Order } from '../../functions/contract/answers.ts';
import type { EpochMs } from '../../functions/time.ts';
import { isLocal } from '../page.ts';
import { QrCode } from '../shared/codes.tsx';
import { problemText } from '../shared/fault-text.ts';
import { Sum } from '../shared/fit.tsx';
import { channelName } from '../shared/say.ts';
import { play } from '../shared/sounds.ts';
import { Tick } from '../shared/tick.tsx';
import type { Word } from './messages.ts';
import {
  countdownOf,
  type Deed,
  hasReceipt,
  isUnsure,
  noteOf,
  offersOf,
  secondsUntil,
  sentenceOf,
  strayCode,
} from './order-screen.ts';
import { Receipt, usePrint } from './receipt.tsx';
import { isReplaceable, otherChannel } from './sale-state.ts';
import { SCREENS, type Screen } from './screen.ts';
import { useScanner } from './use-scanner.ts';
import { useNow, useTill } from './use-till.ts';

interface OrderViewProps {
  readonly screen: Screen;
  readonly now: EpochMs;
  scan(): void;
  detail(): void;
}

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
  const sentence = sentenceOf(lang, screen, order);
  const note = noteOf(screen, intent?.ask?.replaces !== undefined);
  return (
    <section class={`card sale ${tone}`}>
      {screen === 'code' && order?.qrCode && <Code order={order} payload={order.qrCode.payload} />}
      {screen === 'paid' && <Tick />}
      <div class="told">
        <h2 ref={heading} tabIndex={-1}>
          {say(screen, order && { channel: channelName(lang, order.channel) })}
        </h2>
        {amount && <Sum text={money(amount)} />}
        {order?.payment && (screen === 'paid' || screen === 'settled') && (
          <p class="quiet">{time(order.payment.paidAt)}</p>
        )}
        {screen === 'code' && order?.qrCode && <Countdown order={order} end={Date.parse(order.qrCode.expiresAt)} />}
        {isUnsure(screen) && <p class="rule">{say('unknownRule')}</p>}
        {sentence === undefined ? <p class="shop">{shop.name}</p> : <p class="message">{sentence}</p>}
        {note && <p class="quiet">{say(note)}</p>}
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
        {(isUnsure(screen) || screen === 'offline') && <NextCheck />}
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
        <Actions screen={screen} now={now} scan={scan} detail={detail} />
        {screen === 'code' && isLocal() && order?.qrCode && (
          <a class="small" href={`/wallet#${encodeURIComponent(order.qrCode.payload)}`} target="tillgate-wallet">
            {say('beCustomer')} <span class="sr">{say('newWindow')}</span>
          </a>
        )}
      </div>
    </section>
  );
}

/** Why a code that was scanned on this screen was not charged. */
function useStrayCodes(screen: Screen): Word | undefined {
  const { sale, state } = useTill();
  const [trouble, setTrouble] = useState<Word>();
  useEffect(() => setTrouble(undefined), [screen]);
  useScanner({
    scanned(code) {
      const outcome = strayCode(code, screen, state.order);
      if (outcome === 'next attempt') {
        sale.next(code);
        return;
      }
      setTrouble(outcome);
      play('failure');
    },
  });
  return trouble;
}

function Code({ order, payload }: { order: Order; payload: string }) {
  const { say, lang, money } = useTill();
  const code = (
    <QrCode
      text={payload}
      label={say('qrLabel', { amount: money(order.amount), channel: channelName(lang, order.channel) })}
    />
  );
  return <div class="shown">{code}</div>;
}

function Countdown({ order, end }: { order: Order; end: EpochMs }) {
  const { say } = useTill();
  const { whole, left, text } = countdownOf(order, end, useNow(500));
  return (
    <div class="countdown" role="timer" aria-label={say('left')}>
      <progress max={whole} value={left} aria-label={say('left')} />
      <span class="money">{text}</span>
    </div>
  );
}

function NextCheck() {
  const { say, state } = useTill();
  const seconds = secondsUntil(state.retryAt, useNow(500));
  return seconds > 0 ? <p class="quiet">{say('nextCheck', { n: seconds })}</p> : null;
}

function Actions({ screen, now, scan, detail }: OrderViewProps) {
  const { say, sale, state, lang } = useTill();
  const { order, waitingSince, intent } = state;
  const { print, isReprint } = usePrint(order);
  const other = order && isReplaceable(order) ? otherChannel(state, order) : undefined;
  const offers = offersOf(screen, { now, waitingSince, isCancelled: intent?.cancel, canSwitch: other !== undefined });
  const does: Readonly<Record<Deed, () => unknown>> = {
    again: sale.check,
    cancel: sale.cancel,
    check: sale.check,
    next: sale.done,
    newCode: () => sale.next(),
    park: sale.park,
    switch: () => other && sale.switchTo(other),
    scan,
    print,
    detail,
  };
  if (offers.length === 0) return null;
  return (
    <div class="row">
      {offers.map(({ deed, word, isPrimary, isOff }) => (
        <button key={deed} type="button" class={isPrimary && 'primary'} disabled={isOff} onClick={() => does[deed]()}>
          {say(word, other && { channel: channelName(lang, other) })}
        </button>
      ))}
      {hasReceipt(screen) && order && <Receipt order={order} isReprint={isReprint} />}
    </div>
  );
}
