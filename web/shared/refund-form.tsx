/** Money back to the customer, at the till as in the back office: an amount, a second look, one number, and what came of it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Client } from '../../functions/client/client.ts';
import type { OrderView, RefundView } from '../../functions/contract/answers.ts';
import type { Lang } from '../page.ts';
import { newAsk, offeredText, type RefundAsk, refund, unanswered } from './refund.ts';
import { resultText, say } from './refund-messages.ts';
import { showMoney } from './say.ts';
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

export function RefundForm(props: RefundFormProps) {
  const { order, client, store, lang, operatorId = '', faultText, onOrder, onResult, onDone } = props;
  const { orderId, refundable } = order;
  const { currency } = refundable;
  const isFirst = order.refunds.length === 0;
  const offered = offeredText(order);
  const [text, setText] = useState(offered);
  const [isOpened, setOpened] = useState(isFirst);
  const [made, setMade] = useState<string>();
  const [reason, setReason] = useState('');
  const [ask, setAsk] = useState<RefundAsk>();
  const [lost, setLost] = useState<RefundAsk>();
  const [fault, setFault] = useState<unknown>();
  const [isBad, setBad] = useState(false);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    setText(offered);
    unanswered(store, order).then(setLost);
  }, [orderId, refundable.value]);

  const prepare = (event: Event) => {
    event.preventDefault();
    const next = newAsk(order, { text, reason, operatorId });
    setFault(undefined);
    setBad(next === undefined);
    setAsk(next);
  };
  const send = async (asked: RefundAsk) => {
    setBusy(true);
    setFault(undefined);
    try {
      onOrder(await refund(store, client, orderId, asked));
      setReason('');
      setMade(asked.refundNo);
      setOpened(false);
    } catch (thrown) {
      setFault(thrown);
    }
    setLost(await unanswered(store, order));
    setAsk(undefined);
    setBusy(false);
  };
  const alarm = isBad ? say(lang, 'bad', { most: showMoney(lang, refundable) }) : fault && faultText(lang, fault);
  const asked = lost ?? ask;
  const result = order.refunds.find(({ refundNo }) => refundNo === made);
  useEffect(() => {
    if (result) onResult?.(result.status);
  }, [result?.refundNo, result?.status]);
  const another = () => {
    setMade(undefined);
    setText('');
    setOpened(true);
  };
  const more = !isOpened && !asked && refundable.value > 0 && (
    <button type="button" class="plain" onClick={another}>
      {say(lang, 'more', { most: showMoney(lang, refundable) })}
    </button>
  );
  if (result && !asked)
    return (
      <section class="refund stack">
        <Result refund={result} lang={lang} onDone={onDone ?? (() => setMade(undefined))} />
        {more}
      </section>
    );
  if (more) return <section class="refund stack">{more}</section>;
  if (!asked && refundable.value === 0) return null;
  return (
    <section class="refund stack">
      <h3>{say(lang, 'title')}</h3>
      {alarm && !lost && (
        <p class="fault" role="alert">
          {alarm}
        </p>
      )}
      {asked ? (
        <Ask ask={asked} isLost={lost !== undefined} {...{ lang, isBusy, send }} onBack={() => setAsk(undefined)} />
      ) : (
        <form class="stack" onSubmit={prepare} noValidate>
          <label>
            {say(lang, 'amount', { currency })}
            <input
              name="refund"
              class="typed"
              inputMode="decimal"
              autocomplete="off"
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          </label>
          <label>
            {say(lang, 'reason')}
            <input
              name="reason"
              autocomplete="off"
              maxLength={128}
              value={reason}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </label>
          <button type="submit">{say(lang, 'next')}</button>
        </form>
      )}
    </section>
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
  readonly ask: RefundAsk;
  /** Sent before, and never answered: there is no way back from it but to ask again. */
  readonly isLost: boolean;
  readonly lang: Lang;
  readonly isBusy: boolean;
  send(ask: RefundAsk): void;
  onBack(): void;
}

function Ask({ ask, isLost, lang, isBusy, send, onBack }: AskProps) {
  const amount = showMoney(lang, ask.amount);
  return (
    <div class="ask stack" role={isLost ? 'alert' : undefined}>
      <p>{say(lang, isLost ? 'lost' : 'ask', { amount })}</p>
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
