/** The closed shifts of one terminal, to be read. */
import { useState } from 'preact/hooks';
import type { LateFactView, MoneyRowView } from '../../functions/contract/shift-answers.ts';
import type { ShiftView } from '../../functions/contract/shifts.ts';
import type { TerminalTotalsView } from '../../functions/contract/totals-answers.ts';
import { allOf } from './all-of.ts';
import { useDesk, useLoad } from './context.ts';
import { Await, Facts, Table } from './parts.tsx';
import { besideText, cashierRow, lateRow, shiftSum } from './tables.ts';

const SHIFTS_MAX = 300;

export function Shifts({ terminalId, onBack }: { terminalId: string; onBack: () => void }) {
  const { client, say, terminal, time, lang } = useDesk();
  const [opened, setOpened] = useState<ShiftView>();
  const [loaded, again] = useLoad(
    () => allOf<ShiftView>(client, 'listShifts', { query: { terminal: terminalId } }, SHIFTS_MAX),
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
                  <td class="right">{shiftSum(shift, lang)}</td>
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
  const { say, lang } = useDesk();
  if (rows.length === 0) return <p class="quiet">{say('nothingInShift')}</p>;
  return (
    <Table
      title={say('operator')}
      heads={['operator', 'payments', 'refunds', 'netSales', 'shiftReceived']}
      right={['payments', 'refunds', 'netSales', 'shiftReceived']}
    >
      {rows.map((row) => {
        const { operator, payments, refunds, netSales, netReceived } = cashierRow(row, lang);
        return (
          <tr key={`${row.storeId} ${operator} ${row.currency}`}>
            <td>{operator}</td>
            <td class="right">
              {payments.amount} <small>{payments.count}</small>
            </td>
            <td class="right">
              {refunds.amount} <small>{refunds.count}</small>
            </td>
            <td class="right">{netSales}</td>
            <td class="right">{netReceived}</td>
          </tr>
        );
      })}
    </Table>
  );
}

function Money({ title, rows }: { title: string; rows: readonly MoneyRowView[] }) {
  const { lang } = useDesk();
  const sums = besideText(rows, lang);
  return sums === undefined ? null : (
    <p>
      {title}: {sums}
    </p>
  );
}

function LateFacts({ facts }: { facts: readonly LateFactView[] }) {
  const { say, reader } = useDesk();
  return (
    <Table title={say('time')} heads={['time', 'number', 'refundNo', 'operator', 'amount']} right={['amount']}>
      {facts.map((fact) => {
        const { time, number, refundNo, operator, amount } = lateRow(fact, reader);
        return (
          <tr key={`${fact.orderId} ${fact.refundNo} ${fact.occurredAt}`}>
            <td>{time}</td>
            <td>{number}</td>
            <td>{refundNo}</td>
            <td>{operator}</td>
            <td class="right">{amount}</td>
          </tr>
        );
      })}
    </Table>
  );
}
