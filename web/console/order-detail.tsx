/** One order with all that happened to it, and the console's only write: a refund. */
import { useState } from 'preact/hooks';
import type { OrderView, RefundView } from '../../functions/http/answers.ts';
import { shopDiscountOf } from '../../functions/http/shop-discount.ts';
import { isOnlyPaid } from '../shared/refund.ts';
import { RefundForm } from '../shared/refund-form.tsx';
import { store } from './credential.ts';
import { faultText, useDesk, useLoad } from './desk.ts';
import { Await, askedBy, Facts, Figure, StatusBadge } from './parts.tsx';
import type { Word } from './words.ts';

export function OrderDetail({ orderId, onBack }: { orderId: string; onBack: () => void }) {
  const { client, say } = useDesk();
  const [loaded, again] = useLoad(
    async () => (await client.call('getOrder', { params: { orderId } })).body,
    [client, orderId],
  );
  const [newer, setNewer] = useState<OrderView>();
  return (
    <>
      <button type="button" class="link" onClick={onBack}>
        ← {say('back')}
      </button>
      <Await loaded={loaded} again={again}>
        {(asked) => <Detail order={newer && newer.version > asked.version ? newer : asked} onOrder={setNewer} />}
      </Await>
    </>
  );
}

function Detail({ order, onOrder }: { order: OrderView; onOrder: (order: OrderView) => void }) {
  const { say, money, lang, terminal, client, may, time, today } = useDesk();
  const paidByShop = shopDiscountOf(order);
  const facts: [Word, string | null | undefined][] = [
    ['orderId', order.orderId],
    ['reference', order.reference],
    ['tradeNo', order.payment?.tradeNo],
    ['store', order.storeId],
    ['terminal', order.terminalId && terminal(order.terminalId)],
    ['operator', order.operatorId],
  ];
  return (
    <article class="order">
      <h2>
        {order.merchantOrderNo} <StatusBadge order={order} />
      </h2>
      <p class="quiet">
        <bdi>{order.subject}</bdi> ·{' '}
        {order.payment && isOnlyPaid(order)
          ? say('paidAtTime', { time: time(order.payment.paidAt, today) })
          : order.message[lang]}
      </p>
      <dl class="figures">
        <Figure name={say('amount')} value={money(order.amount)} strong />
        {paidByShop && (
          <Figure
            name={say('netReceived')}
            value={money(paidByShop.received)}
            note={say('shopDiscount', { amount: money(paidByShop.discount) })}
          />
        )}
        <Figure name={say('refunded')} value={money(order.refunded)} />
        <Figure name={say('refundable')} value={money(order.refundable)} />
      </dl>
      <Facts facts={facts} />
      <h3>{say('trail')}</h3>
      <Trail order={order} />
      {order.payment && may('refunds:write') && <RefundForm {...{ order, client, store, lang, faultText, onOrder }} />}
      {order.refundable.value > 0 && !may('refunds:write') && <p class="quiet">{say('refundNotAllowed')}</p>}
    </article>
  );
}

interface Fact {
  readonly at: string;
  /** Not shown before this one, whatever its own time: the channel tells times in whole seconds. */
  readonly after?: string;
  readonly word: Word;
  readonly n?: number;
  readonly more?: string;
}

function Trail({ order }: { order: OrderView }) {
  const { say, time, money, lang, terminal } = useDesk();
  const amountOf = (refund: RefundView) =>
    [money(refund.amount), refund.refundNo, refund.reason].filter(Boolean).join(' · ');
  const askOf = (refund: RefundView) => [amountOf(refund), ...askedBy(refund, order, terminal)].join(' · ');
  return (
    <ol class="trail">
      {trailOf(order, { amountOf, askOf }, lang).map(({ at, word, n = 0, more }) => (
        <li key={`${at} ${word} ${more}`}>
          <time dateTime={at}>{time(at)}</time>
          <span>
            {say(word, { n })}
            {more && (
              <small>
                <bdi>{more}</bdi>
              </small>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

type RefundTexts = Record<'amountOf' | 'askOf', (refund: RefundView) => string>;

/** The order's facts in the order of their times; what opened it comes first. */
function trailOf(order: OrderView, { amountOf, askOf }: RefundTexts, lang: 'zh-CN' | 'en'): Fact[] {
  const { attempt, payment, closed, refunds, createdAt } = order;
  const first: Fact[] = [{ at: createdAt, word: 'opened' }];
  if (attempt)
    first.push({ at: createdAt, word: attempt.kind === 'qr_code' ? 'showedCode' : 'scannedCustomer', n: attempt.n });
  if (attempt?.refused) first.push({ at: createdAt, word: 'refusedAttempt', more: attempt.refused.text[lang] });
  const then: Fact[] = [];
  if (payment) then.push({ at: payment.paidAt, word: payment.late ? 'wasPaidLate' : 'wasPaid', more: payment.tradeNo });
  if (closed) then.push({ at: closed.at, word: closed.reason === 'cashier' ? 'closedByCashier' : 'closedByExpiry' });
  for (const refund of refunds) {
    then.push({ at: refund.requestedAt, word: 'refundAsked', more: askOf(refund) });
    if (refund.finishedAt && refund.status === 'succeeded')
      then.push({
        at: refund.finishedAt,
        after: refund.requestedAt,
        word: 'refundDone',
        more: amountOf(refund),
      });
    if (refund.finishedAt && refund.status === 'failed')
      then.push({ at: refund.finishedAt, word: 'refundFailed', more: refund.failure?.text[lang] ?? '' });
  }
  return [...first, ...then.sort((a, b) => orderOf(a) - orderOf(b))];
}

const orderOf = ({ at, after = at }: Fact) => Math.max(Date.parse(at), Date.parse(after));
