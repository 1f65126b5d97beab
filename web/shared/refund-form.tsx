/** Money back to the customer, at the till as in the back office: an amount, a second look, one number. */
import { useEffect, useState } from 'preact/hooks';
import type { OrderView } from '../../functions/http/answers.ts';
import type { Client } from '../../functions/http/client.ts';
import { fromDecimalText, isCurrency, toRecordText } from '../../functions/order/money.ts';
import type { Lang } from '../page.ts';
import { newRefundNo, type RefundAsk, refund, unanswered } from './refund.ts';
import { sayer, showMoney } from './say.ts';
import type { Store } from './store.ts';

const say = sayer({
  title: { 'zh-CN': '退款给顾客', en: 'Refund the customer' },
  amount: { 'zh-CN': '退款金额（{currency}）', en: 'Amount to refund ({currency})' },
  reason: { 'zh-CN': '原因（可不填）', en: 'Reason (may be empty)' },
  next: { 'zh-CN': '下一步', en: 'Check' },
  bad: { 'zh-CN': '请输入不超过 {most} 的金额。', en: 'Enter an amount of at most {most}.' },
  ask: {
    'zh-CN': '退款 {amount}，原路退回顾客的支付宝？提交后不能撤销。',
    en: "Send {amount} back to the customer's Alipay account? This cannot be undone.",
  },
  yes: { 'zh-CN': '确认退款 {amount}', en: 'Refund {amount}' },
  back: { 'zh-CN': '返回', en: 'Back' },
  lost: {
    'zh-CN': '退款 {amount} 尚无明确答复。请重新询问：退款单号不变，不会重复退款。',
    en: 'No definite answer yet about the refund of {amount}. Ask again: the number stays the same, so it is made once.',
  },
  again: { 'zh-CN': '重新询问', en: 'Ask again' },
});

interface RefundFormProps {
  readonly order: OrderView;
  readonly client: Client;
  /** Where what was asked outlives the page. */
  readonly store: Store;
  readonly lang: Lang;
  readonly operatorId?: string;
  faultText(lang: Lang, fault: unknown): string;
  onOrder(order: OrderView): void;
}

export function RefundForm({ order, client, store, lang, operatorId = '', faultText, onOrder }: RefundFormProps) {
  const { orderId, refundable } = order;
  const { currency } = refundable;
  const [text, setText] = useState(toRecordText(refundable));
  const [reason, setReason] = useState('');
  const [ask, setAsk] = useState<RefundAsk>();
  const [lost, setLost] = useState<RefundAsk>();
  const [fault, setFault] = useState<unknown>();
  const [isBad, setBad] = useState(false);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    setText(toRecordText(refundable));
    unanswered(store, order).then(setLost);
  }, [orderId, refundable.value]);

  const prepare = (event: Event) => {
    event.preventDefault();
    const amount = isCurrency(currency) ? fromDecimalText(currency, text.trim()) : undefined;
    const why = reason.trim();
    setFault(undefined);
    if (!amount || amount.value <= 0 || amount.value > refundable.value) return setBad(true);
    setBad(false);
    setAsk({
      refundNo: newRefundNo(),
      amount,
      ...(why !== '' && { reason: why }),
      ...(operatorId !== '' && { operatorId }),
    });
  };
  const send = async (asked: RefundAsk) => {
    setBusy(true);
    setFault(undefined);
    try {
      onOrder(await refund(store, client, orderId, asked));
      setReason('');
    } catch (thrown) {
      setFault(thrown);
    }
    setLost(await unanswered(store, order));
    setAsk(undefined);
    setBusy(false);
  };
  const alarm = isBad ? say(lang, 'bad', { most: showMoney(lang, refundable) }) : fault && faultText(lang, fault);
  const asked = lost ?? ask;
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
