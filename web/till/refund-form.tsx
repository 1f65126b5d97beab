/** Money back to the customer: an amount, a second look, one number. */
import { useEffect, useState } from 'preact/hooks';
import type { OrderView } from '../../functions/http/answers.ts';
import { fromDecimalText, toDecimalText } from '../../functions/order/money.ts';
import { newRefundNo, type RefundAsk, refund, unanswered } from './refund.ts';
import { faultText, useTill } from './use-till.ts';

export function RefundForm({ order, onOrder }: { order: OrderView; onOrder: (order: OrderView) => void }) {
  const { say, money, lang, server, operatorId } = useTill();
  const { orderId, refundable } = order;
  const [text, setText] = useState(toDecimalText(refundable));
  const [reason, setReason] = useState('');
  const [ask, setAsk] = useState<RefundAsk>();
  const [lost, setLost] = useState<RefundAsk>();
  const [trouble, setTrouble] = useState('');
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    setText(toDecimalText(refundable));
    unanswered(order).then(setLost);
  }, [orderId, refundable.value]);

  const prepare = (event: Event) => {
    event.preventDefault();
    const amount = fromDecimalText(refundable.currency, text.trim());
    if (!amount || amount.value <= 0 || amount.value > refundable.value)
      return setTrouble(say('refundBad', { amount: money(refundable) }));
    setTrouble('');
    const why = reason.trim();
    setAsk({
      refundNo: newRefundNo(),
      amount,
      ...(why !== '' && { reason: why }),
      ...(operatorId !== '' && { operatorId }),
    });
  };
  const send = async (asked: RefundAsk) => {
    setBusy(true);
    setTrouble('');
    try {
      onOrder(await refund(server.client, orderId, asked));
      setReason('');
    } catch (fault) {
      setTrouble(faultText(lang, fault));
    }
    setLost(await unanswered(order));
    setAsk(undefined);
    setBusy(false);
  };
  const alarm = trouble && (
    <p class="fault" role="alert">
      {trouble}
    </p>
  );
  if (lost)
    return (
      <div class="ask stack">
        {alarm}
        <p>{say('refundUnknown', { amount: money(lost.amount) })}</p>
        <button type="button" class="primary" disabled={isBusy} onClick={() => send(lost)}>
          {say('refundRepeat')}
        </button>
      </div>
    );
  if (ask)
    return (
      <div class="ask stack">
        <p>{say('refundAsk', { amount: money(ask.amount) })}</p>
        <div class="row">
          <button type="button" class="danger" disabled={isBusy} onClick={() => send(ask)}>
            {say('refundYes', { amount: money(ask.amount) })}
          </button>
          <button type="button" disabled={isBusy} onClick={() => setAsk(undefined)}>
            {say('back')}
          </button>
        </div>
      </div>
    );
  return (
    <form class="stack" onSubmit={prepare}>
      <h3>{say('refundTitle')}</h3>
      {alarm}
      <label>
        {say('refundAmount')}
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
        {say('refundReason')}
        <input
          name="reason"
          autocomplete="off"
          maxLength={128}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
      <button type="submit">{say('refundDo')}</button>
    </form>
  );
}
