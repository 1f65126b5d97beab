/** Slips, 80 mm wide, each on a page of its own that is just as long; reprints say that they are. */
import { type ComponentChildren, render } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { OrderView } from '../../functions/http/answers.ts';
import { BarCode } from '../shared/codes.tsx';
import { store } from './enrol.ts';
import { TillContext, useTill } from './use-till.ts';

const PRINTED = 'printed';
const MOST_REMEMBERED = 200;
const PAPER_MM = 80;
const MARGIN_MM = 3;
const MM_PER_PX = 25.4 / 96;

/** Prints the receipt that is on the page. */
export function usePrint(order: OrderView | undefined) {
  return usePrinted(order?.orderId);
}

/** Prints the slip that is on the page, known as `id`; from the second time on it is a reprint. */
export function usePrinted(id: string | undefined) {
  const [isReprint, setReprint] = useState(false);
  useEffect(() => {
    store.get<string[]>(PRINTED).then((printed = []) => setReprint(printed.includes(id ?? '')));
  }, [id]);
  const print = async () => {
    if (id === undefined) return;
    fitPaper();
    window.print();
    const printed = (await store.get<string[]>(PRINTED)) ?? [];
    await store.put(PRINTED, [id, ...printed.filter((it) => it !== id)].slice(0, MOST_REMEMBERED));
    setReprint(true);
  };
  return { print, isReprint };
}

/** Paper comes from a roll: a page of one length for all would waste it or cut. */
function fitPaper(): void {
  const height = slip().offsetHeight * MM_PER_PX + 2 * MARGIN_MM + 1;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@page { size: ${PAPER_MM}mm ${Math.ceil(height)}mm; margin: ${MARGIN_MM}mm; }`);
  document.adoptedStyleSheets = [sheet];
}

/** Beside the app, for the printer only. */
function slip(): HTMLElement {
  const there = document.getElementById('print');
  if (there) return there;
  const made = document.createElement('div');
  made.id = 'print';
  made.setAttribute('aria-hidden', 'true');
  return document.body.appendChild(made);
}

interface ReceiptProps {
  readonly order: OrderView;
  readonly isReprint: boolean;
}

/** For the customer. */
export function Receipt(props: ReceiptProps) {
  return (
    <Paper>
      <Slip {...props} />
    </Paper>
  );
}

/** Puts a slip where the printer finds it: beside the app, which is not printed. */
export function Paper({ children }: { children: ComponentChildren }) {
  const till = useContext(TillContext);
  useEffect(() => {
    const place = slip();
    render(<TillContext.Provider value={till}>{children}</TillContext.Provider>, place);
    return () => render(null, place);
  });
  return null;
}

function Slip({ order, isReprint }: ReceiptProps) {
  const { say, money, dayTime, shop, key, server, lang } = useTill();
  const { payment } = order;
  if (!payment) return null;
  const facts: [string, string | null][] = [
    [say('orderNo'), order.merchantOrderNo],
    [say('tradeNo'), payment.tradeNo],
    [say('paidAt'), `${dayTime(payment.paidAt)} ${shop.zone}`],
    [say('method'), say('alipay')],
    [say('terminal'), order.terminalId ?? key.terminalId],
    [say('cashier'), order.operatorId],
  ];
  const done = order.refunds.filter(({ status }) => status !== 'failed');
  const zero = { currency: order.amount.currency, value: 0 };
  return (
    <div class="receipt">
      <p class="name">{shop.name}</p>
      <p>
        {say('store')} {order.storeId}
      </p>
      <p class="name">
        {isReprint ? say('reprint', { time: dayTime(new Date(server.now()).toISOString()) }) : say('receipt')}
      </p>
      <p class="line">
        <span>{order.subject}</span>
        <span>{money(order.amount)}</span>
      </p>
      <p class="total">{money(order.amount)}</p>
      {facts.map(([name, value]) => value && <Fact key={name} name={name} value={value} />)}
      {done.map(({ refundNo, amount, status, requestedAt }) => (
        <p class="line" key={refundNo}>
          <span>
            {say(status === 'succeeded' ? 'succeeded' : 'requested')} {dayTime(requestedAt)}
          </span>
          <span>{money({ ...amount, value: -amount.value })}</span>
        </p>
      ))}
      {done.length > 0 && (
        <p class="line">
          <span>{say('remaining')}</span>
          <span>{money({ ...zero, value: order.amount.value - order.refunded.value })}</span>
        </p>
      )}
      <BarCode text={order.merchantOrderNo} label={order.merchantOrderNo} />
      <p lang={lang}>{order.merchantOrderNo}</p>
    </div>
  );
}

export function Fact({ name, value }: { name: string; value: string }) {
  return (
    <p class="fact">
      <span>{name}</span> {value}
    </p>
  );
}
