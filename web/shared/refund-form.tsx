/** Money back to the customer, at the till as in the back office: an amount, a second look, one number, and what came of it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Client } from '../../functions/client/client.ts';
import type { OrderView, RefundView } from '../../functions/contract/answers.ts';
import type { Lang } from '../page.ts';
import { newAsk, offeredText, type RefundAsk, refund, unanswered } from './refund.ts';
import { resultText, say } from './refund-messages.ts';
import { channelName, showMoney } from './say.ts';
import type { Store } from './store.ts';

interface RefundFormProps {
  readonly order: OrderView;
  readonly client: Client;
  /** Where what was asked outlives the page. */
  readonly store: Store;
  readonly lang: Lang;
  readonly operatorId?: string;
  faultText(lang: Lang, fault: unknown): string;
  onOrder(order: OrderView): void;
  /** What is known of the refund that was made here, each time it is something else. */
  onResult?(status: RefundView['status']): void;
  /** The person has read it; if absent, the order stays. */
  onDone?(): void;
}

/** The refund that is being typed, asked, sent, or not answered; and what came of the one that was made here. */
function useRefund({ order, client, store, lang, operatorId = '', faultText, onOrder, onResult }: RefundFormProps) {
  const { orderId, refundable } = order;
  const offered = offeredText(order);
  const [typed, setTyped] = useState({ text: offered, reason: '' });
  const [isOpened, setOpened] = useState(order.refunds.length === 0);
  const [made, setMade] = useState<string>();
  const [ask, setAsk] = useState<RefundAsk>();
  const [lost, setLost] = useState<RefundAsk>();
  const [alarm, setAlarm] = useState<Alarm>();
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    setTyped((before) => ({ ...before, text: offered }));
    unanswered(store, order).then(setLost);
  }, [orderId, refundable.value]);
  const result = order.refunds.find(({ refundNo }) => refundNo === made);
  useEffect(() => {
    if (result) onResult?.(result.status);
  }, [result?.refundNo, result?.status]);

  const send = async (asked: RefundAsk) => {
    setBusy(true);
    setAlarm(undefined);
    try {
      onOrder(await refund(store, client, orderId, asked));
      setTyped((before) => ({ ...before, reason: '' }));
      setMade(asked.refundNo);
      setOpened(false);
    } catch (fault) {
      setAlarm({ fault });
    }
    setLost(await unanswered(store, order));
    setAsk(undefined);
    setBusy(false);
  };
  return {
    typed,
    type: (change: Partial<typeof typed>) => setTyped((before) => ({ ...before, ...change })),
    /** Sent before and not answered, or to be confirmed. */
    asked: lost ?? ask,
    isLost: lost !== undefined,
    isBusy,
    isOpened,
    result,
    alarm:
      alarm &&
      (alarm === 'bad' ? say(lang, 'bad', { most: showMoney(lang, refundable) }) : faultText(lang, alarm.fault)),
    prepare(event: Event) {
      event.preventDefault();
      const next = newAsk(order, { ...typed, operatorId });
      setAlarm(next ? undefined : 'bad');
      setAsk(next);
    },
    send,
    back: () => setAsk(undefined),
    forgetResult: () => setMade(undefined),
    another() {
      setMade(undefined);
      setTyped((before) => ({ ...before, text: '' }));
      setOpened(true);
    },
  };
}

type Alarm = 'bad' | { readonly fault: unknown };

export function RefundForm(props: RefundFormProps) {
  const { order, lang, onDone } = props;
  const { refundable } = order;
  const { asked, isLost, isBusy, isOpened, result, alarm, ...form } = useRefund(props);
  const more = !isOpened && !asked && refundable.value > 0 && (
    <button type="button" class="plain" onClick={form.another}>
      {say(lang, 'more', { most: showMoney(lang, refundable) })}
    </button>
  );
  if (result && !asked)
    return (
      <section class="refund stack">
        <Result refund={result} lang={lang} onDone={onDone ?? form.forgetResult} />
        {more}
      </section>
    );
  if (more) return <section class="refund stack">{more}</section>;
  if (!asked && refundable.value === 0) return null;
  return (
    <section class="refund stack">
      <h3>{say(lang, 'title')}</h3>
      {alarm && !isLost && (
        <p class="fault" role="alert">
          {alarm}
        </p>
      )}
      {asked ? (
        <Ask ask={asked} {...{ order, isLost, lang, isBusy }} send={form.send} onBack={form.back} />
      ) : (
        <Fields {...form} lang={lang} currency={refundable.currency} />
      )}
    </section>
  );
}

type FieldsProps = Pick<ReturnType<typeof useRefund>, 'typed' | 'type' | 'prepare'> & {
  readonly lang: Lang;
  readonly currency: string;
};

function Fields({ typed, type, prepare, lang, currency }: FieldsProps) {
  return (
    <form class="stack" onSubmit={prepare} noValidate>
      <label>
        {say(lang, 'amount', { currency })}
        <input
          name="refund"
          class="typed"
          inputMode="decimal"
          autocomplete="off"
          value={typed.text}
          onInput={(event) => type({ text: event.currentTarget.value })}
        />
      </label>
      <label>
        {say(lang, 'reason')}
        <input
          name="reason"
          autocomplete="off"
          maxLength={128}
          value={typed.reason}
          onInput={(event) => type({ reason: event.currentTarget.value })}
        />
      </label>
      <button type="submit">{say(lang, 'next')}</button>
    </form>
  );
}

/** What came of it, and one way on. */
function Result({ refund, lang, onDone }: { refund: RefundView; lang: Lang; onDone: () => void }) {
  const { status } = refund;
  const { title, text } = resultText(refund, lang);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [status]);
  return (
    <div class={`result stack ${status}`} role="status" data-result={status}>
      <h3 ref={heading} tabIndex={-1}>
        {title}
      </h3>
      <p>{text}</p>
      <div class="row">
        <button type="button" class="primary" onClick={onDone}>
          {say(lang, 'done')}
        </button>
      </div>
    </div>
  );
}

interface AskProps {
  readonly order: OrderView;
  readonly ask: RefundAsk;
  /** Sent before, and never answered: there is no way back from it but to ask again. */
  readonly isLost: boolean;
  readonly lang: Lang;
  readonly isBusy: boolean;
  send(ask: RefundAsk): void;
  onBack(): void;
}

function Ask({ order, ask, isLost, lang, isBusy, send, onBack }: AskProps) {
  const amount = showMoney(lang, ask.amount);
  return (
    <div class="ask stack" role={isLost ? 'alert' : undefined}>
      <p>{say(lang, isLost ? 'lost' : 'ask', { amount, channel: channelName(lang, order.channel) })}</p>
      <div class="row">
        <button type="button" class={isLost ? 'primary' : 'danger'} disabled={isBusy} onClick={() => send(ask)}>
          {say(lang, isLost ? 'again' : 'yes', { amount })}
        </button>
        {!isLost && (
          <button type="button" disabled={isBusy} onClick={onBack}>
            {say(lang, 'back')}
          </button>
        )}
      </div>
    </div>
  );
}
