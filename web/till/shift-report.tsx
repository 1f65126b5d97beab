/** A closed shift: on the screen, as a slip of paper, and in the list of those before it. */
import type { ShiftView } from '../../functions/contract/shifts.ts';
import { List } from './list.tsx';
import { Fact, Line, Paper, usePrinted } from './receipt.tsx';
import type { Named } from './receipt-text.ts';
import { Figures } from './shift-figures.tsx';
import { rowsOf, shiftSlipOf } from './shift-sums.ts';
import { useTill } from './use-till.ts';

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
  const { say, shop, server, currency, lang } = useTill();
  const printing = { lang, shop, terminalId: shift.terminalId, now: server.now(), isReprint };
  const slip = shiftSlipOf(shift, currency, printing);
  return (
    <div class="receipt">
      <p class="name">{slip.shop}</p>
      <p>{slip.store}</p>
      <p class="name">{slip.title}</p>
      {slip.reprint && <p class="name">{slip.reprint}</p>}
      {slip.facts.map((it) => (
        <Fact key={it[0]} of={it} />
      ))}
      {slip.sums.map(({ currency, lines, total }) => (
        <div key={currency}>
          <Lines of={lines} />
          <p class="total">{total}</p>
        </div>
      ))}
      <Lines title={say('perCashier')} of={slip.cashiers} />
      <Lines title={say('shiftWithoutAgreement')} of={slip.withoutAgreement} />
      {shift.late.count > 0 && <p>{say('shiftLate')}</p>}
      {slip.late.map(({ line, order }) => (
        <div key={`${order[1]} ${line[0]} ${line[1]}`}>
          <Line of={line} />
          <Fact of={order} />
        </div>
      ))}
      {slip.more && <p class="quiet">{slip.more}</p>}
      <p class="signature">{say('signature')}</p>
    </div>
  );
}

function Lines({ title, of }: { title?: string; of: readonly Named[] }) {
  return (
    <>
      {title && of.length > 0 && <p>{title}</p>}
      {of.map((it, i) => (
        <Line key={i} of={it} />
      ))}
    </>
  );
}

/** The shifts before the one that runs, the newest first. */
export function PastShifts({ onShift }: { onShift: (shift: ShiftView) => void }) {
  const { say, server, money, dayTime, currency } = useTill();
  return (
    <div class="past-shifts stack">
      <h3>{say('shiftPast')}</h3>
      <List
        ask={async (cursor) => (await server.client.call('listShifts', { query: { limit: '10', cursor } })).body}
        keyOf={({ shiftNo }: ShiftView) => shiftNo}
        none={say('shiftNone')}
      >
        {(shift) => (
          <button type="button" onClick={() => onShift(shift)}>
            <span class="subject">{shift.shiftNo}</span>
            <span class="quiet">{dayTime(shift.closedAt)}</span>
            {rowsOf(shift, currency).map(({ currency, netSales }) => (
              <span key={currency} class="money">
                {money({ currency, value: netSales })}
              </span>
            ))}
          </button>
        )}
      </List>
    </div>
  );
}
