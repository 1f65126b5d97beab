/** Sends money back. The number is made once and kept over a reload, so that asking again never refunds twice. */
import { useState } from 'preact/hooks';
import type { OrderView } from '../../functions/http/answers.ts';
import { ApiProblem } from '../../functions/http/client.ts';
import { fromDecimalText, toDecimalText } from '../../functions/order/money.ts';
import { faultText, useDesk } from './desk.ts';

interface Asked {
  readonly refundNo: string;
  readonly value: number;
  readonly reason: string;
}

const slotOf = (orderId: string) => `refund ${orderId}`;

/** What was asked and has no answer yet. A refund that stands on the order has one. */
function unanswered({ orderId, refunds }: OrderView): Asked | undefined {
  const text = sessionStorage.getItem(slotOf(orderId));
  const asked = text ? (JSON.parse(text) as Asked) : undefined;
  return refunds.some(({ refundNo }) => refundNo === asked?.refundNo) ? undefined : asked;
}

/** Kept as what happened, and said in the language of the moment. */
type Trouble = 'refundUnknown' | 'refundBadAmount' | { readonly fault: unknown };

function newNumber(): string {
  return `bo-${crypto.randomUUID().replaceAll('-', '').slice(0, 16)}`;
}

export function RefundForm({ order, onOrder }: { order: OrderView; onOrder: (order: OrderView) => void }) {
  const { client, say, money, lang, may } = useDesk();
  const { currency } = order.amount;
  const before = unanswered(order);
  const [amount, setAmount] = useState(toDecimalText(before ? { currency, value: before.value } : order.refundable));
  const [reason, setReason] = useState(before?.reason ?? '');
  const [asked, setAsked] = useState<Asked | undefined>(before);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | undefined>(before && 'refundUnknown');

  if (!may('refunds:write')) return <p class="quiet">{say('refundNotAllowed')}</p>;

  const check = (event: Event) => {
    event.preventDefault();
    const value = fromDecimalText(currency, amount.trim())?.value ?? 0;
    if (value < 1 || value > order.refundable.value) return setTrouble('refundBadAmount');
    setTrouble(undefined);
    setAsked({ refundNo: newNumber(), value, reason: reason.trim() });
  };
  const send = async ({ refundNo, value, reason: why }: Asked) => {
    setBusy(true);
    // Stored before it is sent: a page that is closed in between asks by the same number again.
    sessionStorage.setItem(slotOf(order.orderId), JSON.stringify({ refundNo, value, reason: why }));
    try {
      const body = { refundNo, amount: { currency, value }, ...(why && { reason: why }) };
      const reply = await client.call('createRefund', { params: { orderId: order.orderId }, body });
      sessionStorage.removeItem(slotOf(order.orderId));
      setAsked(undefined);
      onOrder(reply.body.order);
    } catch (fault) {
      const definite = fault instanceof ApiProblem && fault.status < 500;
      if (definite) {
        sessionStorage.removeItem(slotOf(order.orderId));
        setAsked(undefined);
      }
      setTrouble(definite ? { fault } : 'refundUnknown');
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class="refund">
      <h3>{say('refund')}</h3>
      {trouble && (
        <p role="alert">
          {typeof trouble === 'string'
            ? say(trouble, { amount: money(order.refundable) })
            : faultText(lang, trouble.fault)}
        </p>
      )}
      {asked ? (
        <div class="ask">
          <p>{say('refundAsk', { amount: money({ currency, value: asked.value }) })}</p>
          <button type="button" class="danger" disabled={busy} onClick={() => send(asked)}>
            {say('refundConfirm')}
          </button>
          {!unanswered(order) && (
            <button type="button" disabled={busy} onClick={() => setAsked(undefined)}>
              {say('back')}
            </button>
          )}
        </div>
      ) : (
        <form class="filter" onSubmit={check} noValidate>
          <label>
            {say('refundAmount', { currency })}
            <input
              name="amount"
              inputMode="decimal"
              autocomplete="off"
              value={amount}
              onInput={(event) => setAmount(event.currentTarget.value)}
            />
          </label>
          <label class="wide">
            {say('reason')}
            <input
              name="reason"
              maxLength={128}
              autocomplete="off"
              value={reason}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </label>
          <button type="submit">{say('refundCheck')}</button>
        </form>
      )}
    </section>
  );
}
