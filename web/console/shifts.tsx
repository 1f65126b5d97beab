/** The closed shifts of one terminal, to be read. */
import type { LateFactView, MoneyRowView } from '../../functions/contract/shift-answers.ts';
import type { ShiftView } from '../../functions/contract/shifts.ts';
import type { TerminalTotalsView } from '../../functions/contract/totals-answers.ts';
import { allOf } from './all-of.ts';
import { useConsole, useLoad } from './context.ts';
import { Await, Facts, Table } from './parts.tsx';
import { besideText, cashierRow, lateRow, shiftSum } from './tables.ts';

const SHIFTS_MAX = 300;

/** Of one terminal: all of them, or the one that is named. */
export function Shifts({ terminalId, shiftNo }: { terminalId: string; shiftNo: string | undefined }) {
  const { client, say, terminal, go } = useConsole();
  const [loaded, again] = useLoad(
    () => allOf<ShiftView>(client, 'listShifts', { query: { terminal: terminalId } }, SHIFTS_MAX),
    [client, terminalId],
  );
  const back = () => (shiftNo === undefined ? go('terminals') : go('terminals', terminalId));
  return (
    <>
      <button type="button" class="link" onClick={back}>
        ← {say('back')}
      </button>
      {shiftNo === undefined && <h2>{say('shiftsOf', { terminal: terminal(terminalId) })}</h2>}
      <Await loaded={loaded} again={again}>
        {(shifts) => {
          const shift = shifts.find((it) => it.shiftNo === shiftNo);
          if (shift) return <Shift shift={shift} />;
          if (shifts.length === 0) return <p class="quiet">{say('noShifts')}</p>;
          return <ShiftTable shifts={shifts} onOpen={(it) => go('terminals', terminalId, it)} />;
        }}
      </Await>
    </>
  );
}

function ShiftTable({ shifts, onOpen }: { shifts: readonly ShiftView[]; onOpen: (shiftNo: string) => void }) {
  const { say, time, lang } = useConsole();
  return (
    <Table
      title={say('shifts')}
      heads={['shiftNo', 'shiftOpenedAt', 'shiftClosedAt', 'operator', 'netSales']}
      right={['netSales']}
    >
      {shifts.map((shift) => (
        <tr key={shift.shiftNo}>
          <td>
            <button type="button" class="link" onClick={() => onOpen(shift.shiftNo)}>
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
  );
}

function Shift({ shift }: { shift: ShiftView }) {
  const { say, terminal, time } = useConsole();
  const { late, withoutAgreement } = shift;
  return (
    <>
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
  const { say, lang } = useConsole();
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
  const { lang } = useConsole();
  const sums = besideText(rows, lang);
  return sums === undefined ? null : (
    <p>
      {title}: {sums}
    </p>
  );
}

function LateFacts({ facts }: { facts: readonly LateFactView[] }) {
  const { say, reader } = useConsole();
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
