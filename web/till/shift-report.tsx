/** A closed shift: on the screen, as a slip of paper, and in the list of those before it. */
import { useCallback, useEffect, useState } from 'preact/hooks';
import type { ShiftView } from '../../functions/http/operations/shifts.ts';
import { Fact, Paper, usePrinted } from './receipt.tsx';
import { Figures, MoreLate, rowsOf } from './shift-figures.tsx';
import { faultText, useTill } from './use-till.ts';

export function ShiftReport({ shift, title, back }: { shift: ShiftView; title: string; back: () => void }) {
  const { say, dayTime } = useTill();
  const { print, isReprint } = usePrinted(`shift ${shift.terminalId} ${shift.shiftNo}`);
  return (
    <section class="card stack narrow" data-shift={shift.shiftNo}>
      <button type="button" class="plain" onClick={back}>
        ← {say('back')}
      </button>
      <h2>{title}</h2>
      <dl class="facts">
        {[
          [say('shiftNo'), shift.shiftNo],
          [say('shiftOpenedAt'), dayTime(shift.openedAt)],
          [say('shiftClosedAt'), dayTime(shift.closedAt)],
          [say('cashier'), shift.operatorId ?? say('nobody')],
        ].map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Figures sums={shift} />
      <button type="button" class="primary" onClick={print}>
        {say('shiftPrint')}
      </button>
      <Paper>
        <Slip shift={shift} isReprint={isReprint} />
      </Paper>
    </section>
  );
}

function Slip({ shift, isReprint }: { shift: ShiftView; isReprint: boolean }) {
  const { say, money, dayTime, shop, server, currency } = useTill();
  const facts = [
    [say('shiftNo'), `${shift.shiftNo} (${shift.sequence})`],
    [say('terminal'), shift.terminalId],
    [say('cashier'), shift.operatorId ?? say('nobody')],
    [say('shiftOpenedAt'), `${dayTime(shift.openedAt)} ${shift.zone}`],
    [say('shiftClosedAt'), `${dayTime(shift.closedAt)} ${shift.zone}`],
  ] as const;
  const { withoutAgreement, late } = shift;
  return (
    <div class="receipt">
      <p class="name">{shop.name}</p>
      <p>
        {say('store')} {shift.storeId}
      </p>
      <p class="name">{say('shiftSlip')}</p>
      {isReprint && <p class="name">{say('reprint', { time: dayTime(new Date(server.now()).toISOString()) })}</p>}
      {facts.map(([name, value]) => (
        <Fact key={name} name={name} value={value} />
      ))}
      {rowsOf(shift, currency).map(({ currency, payments, refunds, netSales, netReceived }) => (
        <div key={currency}>
          <Line
            name={`${say('payments')} ${say('count', { n: payments.count })}`}
            value={money({ currency, value: payments.gross })}
          />
          <Line
            name={`${say('refundSum')} ${say('count', { n: refunds.count })}`}
            value={money({ currency, value: refunds.gross })}
          />
          <Line name={say('received')} value={money({ currency, value: netReceived })} />
          <p class="total">{money({ currency, value: netSales })}</p>
        </div>
      ))}
      {shift.terminals.length > 0 && <p>{say('perCashier')}</p>}
      {shift.terminals.map(({ storeId, operatorId, currency, payments, refunds, netSales }) => (
        <Line
          key={`${storeId} ${operatorId} ${currency}`}
          name={`${operatorId ?? say('nobody')} ${say('count', { n: payments.count + refunds.count })}`}
          value={money({ currency, value: netSales })}
        />
      ))}
      {withoutAgreement.length > 0 && <p>{say('shiftWithoutAgreement')}</p>}
      {withoutAgreement.map(({ currency, payments, refunds }) => (
        <Line
          key={currency}
          name={say('count', { n: payments.count + refunds.count })}
          value={money({ currency, value: payments.gross + refunds.gross })}
        />
      ))}
      {late.count > 0 && <p>{say('shiftLate')}</p>}
      {late.facts.map(({ type, orderId, refundNo, occurredAt, merchantOrderNo, currency, gross }) => (
        <div key={`${orderId} ${refundNo} ${occurredAt}`}>
          <Line
            name={`${dayTime(occurredAt)} ${say(type === 'payment' ? 'payments' : 'refundSum')}`}
            value={money({ currency, value: gross })}
          />
          <Fact name={say('orderNo')} value={merchantOrderNo} />
        </div>
      ))}
      <MoreLate late={late} />
      <p class="signature">{say('signature')}</p>
    </div>
  );
}

function Line({ name, value }: { name: string; value: string }) {
  return (
    <p class="line">
      <span>{name}</span>
      <span>{value}</span>
    </p>
  );
}

/** The shifts before the one that runs, the newest first. */
export function PastShifts({ onShift }: { onShift: (shift: ShiftView) => void }) {
  const { say, lang, server, money, dayTime, currency } = useTill();
  const [shifts, setShifts] = useState<ShiftView[]>();
  const [cursor, setCursor] = useState<string | null>(null);
  const [fault, setFault] = useState<unknown>();
  const load = useCallback(
    async (from?: string) => {
      setFault(undefined);
      try {
        const { body } = await server.client.call('listShifts', { query: { limit: '10', cursor: from } });
        setShifts((before = []) => (from === undefined ? body.data : [...before, ...body.data]));
        setCursor(body.nextCursor);
      } catch (error) {
        setFault(error);
      }
    },
    [server],
  );
  useEffect(() => {
    load();
  }, [load]);
  return (
    <div class="past-shifts stack">
      <h3>{say('shiftPast')}</h3>
      {fault !== undefined && (
        <div class="fault" role="alert">
          <p>{faultText(lang, fault)}</p>
          <button type="button" onClick={() => load()}>
            {say('retry')}
          </button>
        </div>
      )}
      {shifts?.length === 0 && <p class="quiet">{say('shiftNone')}</p>}
      <ul class="list">
        {shifts?.map((shift) => (
          <li key={shift.shiftNo}>
            <button type="button" onClick={() => onShift(shift)}>
              <span class="subject">{shift.shiftNo}</span>
              <span class="quiet">{dayTime(shift.closedAt)}</span>
              {rowsOf(shift, currency).map(({ currency, netSales }) => (
                <span key={currency} class="money">
                  {money({ currency, value: netSales })}
                </span>
              ))}
            </button>
          </li>
        ))}
      </ul>
      {cursor && (
        <button type="button" onClick={() => load(cursor)}>
          {say('more')}
        </button>
      )}
    </div>
  );
}
