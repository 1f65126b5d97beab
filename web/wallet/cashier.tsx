/** What the customer checks before the password, and what came of it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Sum } from '../shared/fit.tsx';
import { Tick } from '../shared/tick.tsx';
import { bothMoneys, chargedFor, ENDING_TEXTS, type Ending } from './news.ts';
import type { Asked, Outcome } from './simulator.ts';
import { useWallet } from './use-wallet.ts';

interface CheckProps {
  readonly asked: Asked;
  /** Enters the password. @throws if nobody answers, and then the customer may try again */
  enter(): Promise<Outcome>;
  onEnd(ending: Ending): void;
}

export function Check({ asked, enter, onEnd }: CheckProps) {
  const { say, money } = useWallet();
  const charged = chargedFor(asked.amount, asked.charged);
  const [password, setPassword] = useState('');
  const [trouble, setTrouble] = useState<'wrong_password' | 'noAnswer'>();
  const [isBusy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setTrouble(undefined);
    const outcome = await enter().catch(() => 'noAnswer' as const);
    setBusy(false);
    if (outcome !== 'wrong_password' && outcome !== 'noAnswer') return onEnd(outcome);
    setTrouble(outcome);
    setPassword('');
    field.current?.focus();
  };
  return (
    <form class="card stack asked" onSubmit={submit}>
      <Facts asked={asked} />
      {trouble && (
        <p class="fault" role="alert">
          {say(trouble)}
        </p>
      )}
      <label>
        {say('password')}
        <input
          ref={field}
          name="password"
          type="password"
          class="password"
          inputMode="numeric"
          autocomplete="off"
          maxLength={6}
          value={password}
          onInput={(event) => setPassword(event.currentTarget.value.replace(/\D/g, ''))}
        />
      </label>
      <button type="submit" class="primary" disabled={isBusy || password.length < 6}>
        {say('payDo', { amount: money(charged ?? asked.amount) })}
      </button>
      <button type="button" class="plain" onClick={() => onEnd('declined')}>
        {say('decline')}
      </button>
    </form>
  );
}

function Facts({ asked: { merchantName, subject, amount, ...asked } }: { asked: Asked }) {
  const { say, money } = useWallet();
  const charged = chargedFor(amount, asked.charged);
  return (
    <div class="facts">
      <p class="quiet">{say('payTo')}</p>
      <h2>{merchantName}</h2>
      <Sum text={money(amount)} />
      {charged && <p class="charged">{say('charged', { amount: money(charged) })}</p>}
      <p class="quiet subject">{subject}</p>
    </div>
  );
}

interface EndProps {
  readonly ending: Ending;
  readonly asked: Asked | undefined;
  onDone(): void;
}

export function End({ ending, asked, onDone }: EndProps) {
  const { say, lang } = useWallet();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const text = ENDING_TEXTS[ending];
  return (
    <section class={`card stack end ${ending}`}>
      {ending === 'success' && <Tick />}
      <h2 ref={heading} tabIndex={-1}>
        {say(ending)}
      </h2>
      {asked && <Sum text={bothMoneys(lang, asked.amount, asked.charged)} />}
      {asked && <p>{asked.merchantName}</p>}
      {text && <p class="quiet">{say(text)}</p>}
      {ending === 'success' && asked?.tradeNo && (
        <p class="quiet small">
          {say('tradeNo')} <span class="number">{asked.tradeNo}</span>
        </p>
      )}
      <button type="button" class={ending === 'success' ? 'primary' : undefined} onClick={onDone}>
        {say('done')}
      </button>
    </section>
  );
}
