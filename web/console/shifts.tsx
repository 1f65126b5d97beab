/** The closed shifts of one terminal, to be read. */
import { useState } from 'preact/hooks';
import type { TerminalTotalsView } from '../../functions/http/answers.ts';
import type { ShiftView } from '../../functions/http/operations/shifts.ts';
import type { LateFactView, MoneyRowView } from '../../functions/http/shift-answers.ts';
import { allOf, useDesk, useLoad } from './desk.ts';
import { Await, Facts, Table } from './parts.tsx';

const MOST_SHIFTS = 300;

export function Shifts({ terminalId, onBack }: { terminalId: string; onBack: () => void }) {
  const { client, say, terminal, time, money } = useDesk();
  const [opened, setOpened] = useState<ShiftView>();
  const [loaded, again] = useLoad(
    () => allOf<ShiftView>(client, 'listShifts', { query: { terminal: terminalId } }, MOST_SHIFTS),
    [client, terminalId],
  );
  if (opened) return <Shift shift={opened} onBack={() => setOpened(undefined)} />;
  return (
    <>
      <button type="button" class="link" onClick={onBack}>
        ← {say('back')}
      </button>
      <h2>{say('shiftsOf', { terminal: terminal(terminalId) })}</h2>
      <Await loaded={loaded} again={again}>
        {(shifts) =>
          shifts.length === 0 ? (
            <p class="quiet">{say('noShifts')}</p>
          ) : (
            <Table
              title={say('shifts')}
              heads={['shiftNo', 'shiftOpenedAt', 'shiftClosedAt', 'operator', 'netSales']}
              right={['netSales']}
            >
              {shifts.map((shift) => (
                <tr key={shift.shiftNo}>
                  <td>
                    <button type="button" class="link" onClick={() => setOpened(shift)}>
                      {shift.shiftNo}
                    </button>
                  </td>
                  <td>{time(shift.openedAt)}</td>
                  <td>{time(shift.closedAt)}</td>
                  <td>{shift.operatorId ?? '–'}</td>
                  <td class="right">
                    {shift.totals.map(({ currency, netSales }) => money({ currency, value: netSales })).join(' ') ||
                      '–'}
                  </td>
                </tr>
              ))}
            </Table>
          )
        }
      </Await>
    </>
  );
}

function Shift({ shift, onBack }: { shift: ShiftView; onBack: () => void }) {
  const { say, terminal, time } = useDesk();
  const { late, withoutAgreement } = shift;
  return (
    <>
      <button type="button" class="link" onClick={onBack}>
        ← {say('back')}
      </button>
      <h2>
        {say('shiftNo')} {shift.shiftNo}
      </h2>
      <Facts
        facts={[
          ['terminal', terminal(shift.terminalId)],
          ['store', shift.storeId],
          ['operator', shift.operatorId],
          ['shiftOpenedAt', time(shift.openedAt)],
          ['shiftClosedAt', time(shift.closedAt)],
        ]}
      />
      <Cashiers rows={shift.terminals} />
      <Money title={say('shiftWithoutAgreement')} rows={withoutAgreement} />
      <Money title={say('shiftLate', { n: late.count })} rows={late.sums} />
      {late.facts.length > 0 && <LateFacts facts={late.facts} />}
    </>
  );
}

function Cashiers({ rows }: { rows: readonly TerminalTotalsView[] }) {
  const { say, money } = useDesk();
  if (rows.length === 0) return <p class="quiet">{say('nothingInShift')}</p>;
  return (
    <Table
      title={say('operator')}
      heads={['operator', 'payments', 'refunds', 'netSales', 'shiftReceived']}
      right={['payments', 'refunds', 'netSales', 'shiftReceived']}
    >
      {rows.map(({ storeId, operatorId, currency, payments, refunds, netSales, netReceived }) => (
        <tr key={`${storeId} ${operatorId} ${currency}`}>
          <td>{operatorId ?? '–'}</td>
          {[payments, refunds].map(({ count, gross }, i) => (
            <td key={i === 0 ? 'payments' : 'refunds'} class="right">
              {money({ currency, value: gross })} <small>{say('count', { n: count })}</small>
            </td>
          ))}
          <td class="right">{money({ currency, value: netSales })}</td>
          <td class="right">{money({ currency, value: netReceived })}</td>
        </tr>
      ))}
    </Table>
  );
}

function Money({ title, rows }: { title: string; rows: readonly MoneyRowView[] }) {
  const { money } = useDesk();
  if (rows.length === 0) return null;
  const sums = rows.map(({ currency, payments, refunds }) =>
    money({ currency, value: payments.gross + refunds.gross }),
  );
  return (
    <p>
      {title}: {sums.join(' ')}
    </p>
  );
}

function LateFacts({ facts }: { facts: readonly LateFactView[] }) {
  const { say, money, time } = useDesk();
  return (
    <Table title={say('time')} heads={['time', 'number', 'refundNo', 'operator', 'amount']} right={['amount']}>
      {facts.map((fact) => (
        <tr key={`${fact.orderId} ${fact.refundNo} ${fact.occurredAt}`}>
          <td>{time(fact.occurredAt)}</td>
          <td>{fact.merchantOrderNo}</td>
          <td>{fact.refundNo ?? '–'}</td>
          <td>{fact.operatorId ?? '–'}</td>
          <td class="right">{money({ currency: fact.currency, value: fact.gross })}</td>
        </tr>
      ))}
    </Table>
  );
}
