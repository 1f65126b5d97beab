/** Amount and subject, by touch or by keyboard; and whether anything may be sold at all. */

import { useRef, useState } from 'preact/hooks';
import { TILL_CODE_FORM } from '../../functions/channel/channels.ts';
import type { ChannelView } from '../../functions/contract/answers.ts';
import type { Money } from '../../functions/money.ts';
import { amountOf, padKeyOf, shownAs, typed } from '../shared/amount.ts';
import { Fit } from '../shared/fit.tsx';
import { channelName } from '../shared/say.ts';
import { play } from '../shared/sounds.ts';
import type { Word } from './messages.ts';
import { closedChannels, isSelling } from './sale-state.ts';
import { useScanner } from './use-scanner.ts';
import { useTill } from './use-till.ts';

export interface Wanted {
  readonly amount: Money;
  readonly subject: string;
}

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '.', '0', 'Backspace'] as const;

interface KeyPadProps {
  showCode(wanted: Wanted): void;
  scan(wanted: Wanted): void;
  /** The customer's code was scanned while the amount stood there. */
  charge(wanted: Wanted, tillCode: string): void;
  toOrders(): void;
}

/** What is typed and scanned on the key pad: an amount and what is sold, and why a scan was not charged. */
function useEntry({ showCode, charge }: Pick<KeyPadProps, 'showCode' | 'charge'>) {
  const { say, currency, state } = useTill();
  const [text, setText] = useState('');
  const [subject, setSubject] = useState('');
  const [trouble, setTrouble] = useState<Word>();
  const before = useRef({ text, subject });
  const isOpen = isSelling(state, currency);
  const amount = amountOf(currency, text);
  const canSell = isOpen && amount !== undefined;
  const press = (key: string) => {
    setTrouble(undefined);
    setText((before) => typed(before, key, currency));
  };
  const named = (name: string) => name.trim() || say('subjectDefault');
  const wanted = () => ({ amount: amount ?? { currency, value: 0 }, subject: named(subject) });
  const show = () => canSell && showCode(wanted());

  useScanner({
    begins() {
      before.current = { text, subject };
    },
    scanned(code) {
      // What the scanner typed is no amount, and no name of a thing.
      const { text, subject } = before.current;
      setText(text);
      setSubject(subject);
      const amount = amountOf(currency, text);
      const isCode = TILL_CODE_FORM.test(code);
      if (isOpen && isCode && amount) return charge({ amount, subject: named(subject) }, code);
      setTrouble(!isCode ? 'scanBad' : isOpen ? 'scanNoAmount' : 'scanNotNow');
      play('failure');
    },
    typed(event) {
      const { key, target } = event;
      // A button that has the focus is pressed by Enter itself; an input takes its own keys.
      const isTaken = target instanceof HTMLInputElement || (key === 'Enter' && target instanceof HTMLButtonElement);
      if (isTaken || event.ctrlKey || event.metaKey || event.altKey) return;
      const padKey = padKeyOf(key);
      if (padKey !== undefined) press(padKey);
      else if (key === 'Escape') setText('');
      else if (key === 'Enter') show();
      else return;
      event.preventDefault();
    },
  });
  const clear = () => setText('');
  return { text, subject, setSubject, trouble, canSell, press, clear, wanted, show };
}

export function KeyPad({ showCode, scan, charge, toOrders }: KeyPadProps) {
  const { say, money, currency, currencies } = useTill();
  const { text, subject, setSubject, trouble, canSell, press, clear, wanted, show } = useEntry({ showCode, charge });
  return (
    <section class="selling">
      <h2 class="sr">{say('sell')}</h2>
      <Banners trouble={trouble} toOrders={toOrders} />
      <div class="amount">
        {currencies.length > 1 ? <CurrencyChoice clear={clear} /> : <span class="quiet">{say('amount')}</span>}
        <Fit text={shownAs(money({ currency, value: 0 }), text)}>
          {(sum) => (
            <output class={text === '' ? 'money none' : 'money'} data-amount={text}>
              {sum}
            </output>
          )}
        </Fit>
        <label>
          <span class="sr">{say('subject')}</span>
          <input
            name="subject"
            autocomplete="off"
            maxLength={64}
            placeholder={`${say('subject')} · ${say('subjectDefault')}`}
            value={subject}
            onInput={(event) => setSubject(event.currentTarget.value)}
          />
        </label>
      </div>
      <Keys press={press} />
      <div class="row actions">
        <button type="button" class="primary" disabled={!canSell} onClick={show}>
          {say('showCode')}
        </button>
        <button type="button" disabled={!canSell} onClick={() => scan(wanted())}>
          {say('scanCustomer')}
        </button>
      </div>
    </section>
  );
}

/** What is typed is an amount of one currency: another one begins anew. */
function CurrencyChoice({ clear }: { clear: () => void }) {
  const { say, currency, currencies, setCurrency } = useTill();
  return (
    <label class="quiet">
      <span class="sr">{say('currency')}</span>
      <select
        name="currency"
        value={currency}
        onChange={(event) => {
          setCurrency(event.currentTarget.value);
          clear();
        }}
      >
        {currencies.map((it) => (
          <option key={it} value={it}>
            {it}
          </option>
        ))}
      </select>
    </label>
  );
}

function Keys({ press }: { press: (key: string) => void }) {
  const { say } = useTill();
  return (
    <fieldset class="keys">
      <legend class="sr">{say('keypad')}</legend>
      {KEYS.map((key) => (
        <button
          key={key}
          type="button"
          aria-label={key === 'Backspace' ? say('erase') : undefined}
          onClick={() => press(key)}
        >
          {key === 'Backspace' ? '⌫' : key}
        </button>
      ))}
    </fieldset>
  );
}

/** What stands in the way of the next sale, and what became of those before. */
function Banners({ trouble, toOrders }: { trouble: Word | undefined; toOrders: () => void }) {
  const { say, money, state, currency } = useTill();
  const said = [
    ...(state.channels.length === 0 ? [say('noAccount')] : []),
    ...(state.lost ? [say('lost', { amount: money(state.lost) })] : []),
  ];
  return (
    <>
      {closedChannels(state, currency).map((channel) => (
        <ClosedBanner key={channel.channel} channel={channel} />
      ))}
      {said.map((text) => (
        <p key={text} class="banner" role="alert">
          {text}
        </p>
      ))}
      {state.parked.map(({ orderId, amount: open }) => (
        <button key={orderId} type="button" class="banner" onClick={toOrders}>
          {say('parked', { amount: money(open) })}
        </button>
      ))}
      {trouble && (
        <p class="banner" role="alert">
          {say(trouble)}
        </p>
      )}
    </>
  );
}

function ClosedBanner({ channel: { channel, reason, until } }: { channel: ChannelView }) {
  const { say, lang, dayTime } = useTill();
  return (
    <p class="banner" role="alert">
      <strong>{say('channelClosed', { channel: channelName(lang, channel) })}</strong>
      {reason && <span>{reason[lang]}</span>}
      {until && <span>{say('until', { time: dayTime(until) })}</span>}
    </p>
  );
}
