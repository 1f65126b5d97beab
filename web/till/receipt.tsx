/** Slips, 80 mm wide, each on a page of its own that is just as long; reprints say that they are. */
import { type ComponentChildren, render } from 'preact';
import { useContext, useEffect, useLayoutEffect, useState } from 'preact/hooks';
import type { OrderView } from '../../functions/contract/answers.ts';
import { BarCode } from '../shared/codes.tsx';
import { store } from './enrol.ts';
import { type Named, receiptOf } from './receipt-text.ts';
import { SessionContext, useTill } from './use-till.ts';

const PRINTED = 'printed';
const REMEMBERED_MAX = 200;
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
    await store.put(PRINTED, [id, ...printed.filter((it) => it !== id)].slice(0, REMEMBERED_MAX));
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
  const till = useContext(SessionContext);
  // With the screen and not a frame later: what is printed at once is what the screen shows.
  useLayoutEffect(() => {
    const place = slip();
    render(<SessionContext.Provider value={till}>{children}</SessionContext.Provider>, place);
    return () => render(null, place);
  });
  return null;
}

function Slip({ order, isReprint }: ReceiptProps) {
  const { key, server, shop, lang } = useTill();
  const slip = receiptOf(order, { lang, shop, terminalId: key.terminalId, now: server.now(), isReprint });
  if (!slip) return null;
  return (
    <div class="receipt">
      <p class="name">{slip.shop}</p>
      <p>{slip.store}</p>
      <p class="name">{slip.title}</p>
      <Line of={slip.sale} />
      <p class="total">{slip.total}</p>
      {slip.received.map((it) => (
        <Line key={it[0]} of={it} />
      ))}
      {slip.facts.map((it) => (
        <Fact key={it[0]} of={it} />
      ))}
      {slip.refunds.map((it, i) => (
        <Line key={i} of={it} />
      ))}
      <BarCode text={slip.number} label={slip.number} />
      <p lang={lang}>{slip.number}</p>
    </div>
  );
}

export function Fact({ of: [name, text] }: { of: Named }) {
  return (
    <p class="fact">
      <span>{name}</span> {text}
    </p>
  );
}

/** A sum with its name. */
export function Line({ of: [name, text] }: { of: Named }) {
  return (
    <p class="line">
      <span>{name}</span>
      <span>{text}</span>
    </p>
  );
}
