/** The shift that runs at this till: what it has taken, how it is closed, those before it, who stands here, and the key. */
import { useEffect, useState } from 'preact/hooks';
import type { ShiftView } from '../../functions/contract/shifts.ts';
import { store } from './enrol.ts';
import { Fault } from './list.tsx';
import { faultText } from './problem-text.ts';
import {
  askRunning,
  type Closing,
  finishClosing,
  isFinal,
  keptClosing,
  newClosing,
  type Running,
} from './shift-closing.ts';
import { Figures } from './shift-figures.tsx';
import { PastShifts, ShiftReport } from './shift-report.tsx';
import { useTill } from './use-till.ts';

type Shown =
  | { readonly page: 'running' }
  /** Summed up, and not confirmed. */
  | { readonly page: 'ask'; readonly running: Running }
  | { readonly page: 'closing'; readonly closing: Closing; readonly fault?: unknown }
  | { readonly page: 'closed' | 'past'; readonly shift: ShiftView };

export function Shift({ forget }: { forget: () => void }) {
  const { say, server, shop, operatorId } = useTill();
  const [shown, setShown] = useState<Shown>({ page: 'running' });
  const finish = async (closing: Closing) => {
    setShown({ page: 'closing', closing });
    try {
      setShown({ page: 'closed', shift: await finishClosing(server.client, store, closing) });
    } catch (fault) {
      setShown({ page: 'closing', closing, fault });
    }
  };
  useEffect(() => {
    keptClosing(store).then((closing) => closing && finish(closing));
  }, []);
  const close = (running: Running) => finish(newClosing(server.now(), shop.zone, running, operatorId));
  const back = () => setShown({ page: 'running' });
  switch (shown.page) {
    case 'running':
      return (
        <RunningShift
          forget={forget}
          onClose={(running) => setShown({ page: 'ask', running })}
          onShift={(shift) => setShown({ page: 'past', shift })}
        />
      );
    case 'ask':
      return <AskToClose running={shown.running} confirm={() => close(shown.running)} back={back} />;
    case 'closing':
      return <Unanswered {...shown} again={() => finish(shown.closing)} back={back} />;
    case 'closed':
      return <ShiftReport shift={shown.shift} title={say('shiftClosed')} back={back} />;
    case 'past':
      return <ShiftReport shift={shown.shift} title={say('shiftSlip')} back={back} />;
  }
}

interface RunningProps {
  readonly forget: () => void;
  readonly onClose: (running: Running) => void;
  readonly onShift: (shift: ShiftView) => void;
}

function RunningShift({ forget, onClose, onShift }: RunningProps) {
  const { say, server, dayTime, key } = useTill();
  const [running, setRunning] = useState<Running>();
  const [fault, setFault] = useState<unknown>();
  const load = () => {
    setFault(undefined);
    return askRunning(server.client).then(
      (it) => {
        setRunning(it);
        return it;
      },
      (error: unknown) => {
        setFault(error);
        return undefined;
      },
    );
  };
  useEffect(() => {
    load();
  }, []);
  // What the cashier confirms is what is there now, not what was there when the page was opened.
  const ask = async () => {
    const fresh = await load();
    if (fresh) onClose(fresh);
  };
  return (
    <section class="card stack narrow">
      <h2>{say('shift')}</h2>
      <p>
        <a href="/help" target="_blank" rel="noopener">
          {say('help')}
        </a>
      </p>
      <Fault fault={fault} again={load} />
      {!running && fault === undefined && (
        <p class="quiet" role="status">
          {say('loading')}
        </p>
      )}
      {running && (
        <>
          <p class="quiet">{say('shiftSince', { time: dayTime(running.openedAt) })}</p>
          <Figures sums={running} />
          <button type="button" onClick={ask}>
            {say('shiftDo')}
          </button>
        </>
      )}
      <PastShifts onShift={onShift} />
      <Cashier />
      <dl class="facts">
        <div>
          <dt>{say('terminal')}</dt>
          <dd>{key.keyid}</dd>
        </div>
        <div>
          <dt>{say('store')}</dt>
          <dd>{key.storeId}</dd>
        </div>
      </dl>
      <Forget forget={forget} />
    </section>
  );
}

interface AskProps {
  readonly running: Running;
  readonly confirm: () => void;
  readonly back: () => void;
}

function AskToClose({ running, confirm, back }: AskProps) {
  const { say, dayTime, operatorId, state } = useTill();
  return (
    <section class="card stack narrow">
      <h2>{say('shiftDo')}</h2>
      <p class="quiet">{say('shiftSince', { time: dayTime(running.openedAt) })}</p>
      <Figures sums={running} />
      <p>
        {say('cashier')}: <bdi>{operatorId || say('nobody')}</bdi>
      </p>
      <div class="ask stack">
        {state.intent && <p>{say('shiftSaleOpen')}</p>}
        <p>{say('shiftAsk')}</p>
        <div class="row">
          <button type="button" class="primary" onClick={confirm}>
            {say('shiftConfirm')}
          </button>
          <button type="button" onClick={back}>
            {say('back')}
          </button>
        </div>
      </div>
    </section>
  );
}

interface UnansweredProps {
  readonly closing: Closing;
  readonly fault?: unknown;
  readonly again: () => void;
  readonly back: () => void;
}

/** On its way, or the till does not know whether it arrived, or refused. */
function Unanswered({ closing, fault, again, back }: UnansweredProps) {
  const { say, lang } = useTill();
  const isRefused = isFinal(fault);
  return (
    <section class="card stack narrow">
      <h2>{say('shiftDo')}</h2>
      {fault === undefined ? (
        <p class="quiet" role="status">
          {say('shiftClosing')}
        </p>
      ) : (
        <div class="fault" role="alert">
          <p>{faultText(lang, fault)}</p>
          {!isRefused && <p>{say('shiftUnsure', { no: closing.shiftNo })}</p>}
          <button type="button" onClick={isRefused ? back : again}>
            {say(isRefused ? 'back' : 'retry')}
          </button>
        </div>
      )}
    </section>
  );
}

function Cashier() {
  const { say, operatorId, setOperator } = useTill();
  const [name, setName] = useState(operatorId);
  const [isSaved, setSaved] = useState(false);
  const save = (event: Event) => {
    event.preventDefault();
    setOperator(name.trim());
    setSaved(true);
  };
  return (
    <form class="search" onSubmit={save}>
      <label>
        {say('cashierText')}
        <input
          name="cashier"
          autocomplete="off"
          maxLength={28}
          value={name}
          onInput={(event) => {
            setName(event.currentTarget.value);
            setSaved(false);
          }}
        />
      </label>
      <button type="submit">{say('save')}</button>
      {isSaved && (
        <p class="quiet" role="status">
          {say('saved')}
        </p>
      )}
    </form>
  );
}

function Forget({ forget }: { forget: () => void }) {
  const { say, state } = useTill();
  const [isAsked, setAsked] = useState(false);
  if (!isAsked)
    return (
      <button type="button" class="plain" disabled={state.intent !== undefined} onClick={() => setAsked(true)}>
        {say('forget')}
      </button>
    );
  return (
    <div class="ask stack">
      <p>{say('forgetAsk')}</p>
      <div class="row">
        <button type="button" class="danger" onClick={forget}>
          {say('forget')}
        </button>
        <button type="button" onClick={() => setAsked(false)}>
          {say('back')}
        </button>
      </div>
    </div>
  );
}
