/** What a shift has taken and given back, running or closed, on the screen. */

import type { ShiftView } from '../../functions/http/operations/shifts.ts';
import type { LateFactView, MoneyRowView } from '../../functions/http/shift-answers.ts';
import { useTill } from './use-till.ts';

type Late = ShiftView['late'];

export interface ShiftSums extends Pick<ShiftView, 'totals' | 'terminals'> {
  readonly withoutAgreement: readonly MoneyRowView[];
  readonly late: Late;
}

const none = () => ({ count: 0, gross: 0, received: 0 });

/** Totals of one store are a row per currency; a shift without money has one of nothing. */
export function rowsOf({ totals }: Pick<ShiftSums, 'totals'>, currency: string) {
  return totals.length > 0 ? totals : [{ currency, payments: none(), refunds: none(), netSales: 0, netReceived: 0 }];
}

export function Figures({ sums }: { sums: ShiftSums }) {
  const { say, money, currency } = useTill();
  return (
    <>
      {rowsOf(sums, currency).map(({ currency, payments, refunds, netSales, netReceived }) => (
        <dl class="figures" key={currency}>
          <Figure
            name={say('payments')}
            note={say('count', { n: payments.count })}
            value={money({ currency, value: payments.gross })}
          />
          <Figure
            name={say('refundSum')}
            note={say('count', { n: refunds.count })}
            value={money({ currency, value: refunds.gross })}
          />
          <Figure name={say('net')} value={money({ currency, value: netSales })} />
          {netReceived !== netSales && (
            <Figure name={say('received')} value={money({ currency, value: netReceived })} />
          )}
        </dl>
      ))}
      {sums.terminals.length > 1 && (
        <ul class="list">
          {sums.terminals.map((row) => (
            <li key={`${row.storeId} ${row.operatorId} ${row.currency}`} class="line">
              <span>
                {row.operatorId ?? say('nobody')} <small>{say('count', { n: row.payments.count })}</small>
              </span>
              <span class="money">{money({ currency: row.currency, value: row.netSales })}</span>
            </li>
          ))}
        </ul>
      )}
      <Beside title={say('shiftWithoutAgreement')} rows={sums.withoutAgreement} />
      {sums.late.count > 0 && (
        <div class="late-facts">
          <Beside title={say('shiftLate')} rows={sums.late.sums} />
          <ul class="list">
            {sums.late.facts.map((fact) => (
              <LateFact key={`${fact.orderId} ${fact.refundNo} ${fact.occurredAt}`} fact={fact} />
            ))}
          </ul>
          <MoreLate late={sums.late} />
        </div>
      )}
    </>
  );
}

function Beside({ title, rows }: { title: string; rows: readonly MoneyRowView[] }) {
  const { money } = useTill();
  if (rows.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      {rows.map(({ currency, payments, refunds }) => (
        <p key={currency} class="quiet">
          {money({ currency, value: payments.gross + refunds.gross })}
        </p>
      ))}
    </>
  );
}

function LateFact({ fact }: { fact: LateFactView }) {
  const { money, dayTime } = useTill();
  return (
    <li class="line">
      <span>
        {dayTime(fact.occurredAt)} <small>{fact.merchantOrderNo}</small>
      </span>
      <span class="money">{money({ currency: fact.currency, value: fact.gross })}</span>
    </li>
  );
}

export function MoreLate({ late }: { late: Late }) {
  const { say } = useTill();
  const more = late.count - late.facts.length;
  return more > 0 ? <p class="quiet">{say('shiftLateMore', { n: more })}</p> : null;
}

function Figure({ name, value, note }: { name: string; value: string; note?: string }) {
  return (
    <div>
      <dt>
        {name} {note && <small>{note}</small>}
      </dt>
      <dd class="money">{value}</dd>
    </div>
  );
}
