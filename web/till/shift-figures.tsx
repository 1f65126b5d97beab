/** What a shift has taken and given back, running or closed, on the screen. */
import { Fit } from '../shared/fit.tsx';
import {
  besideOf,
  cashiersOf,
  type FigureText,
  figuresOf,
  lateFactText,
  moreLate,
  type ShiftSums,
} from './shift-sums.ts';
import { useTill } from './use-till.ts';

export function Figures({ sums }: { sums: ShiftSums }) {
  const { say, currency, reader } = useTill();
  const { lang, zone } = reader;
  const cashiers = cashiersOf(sums, lang);
  const more = moreLate(sums, lang);
  return (
    <>
      {figuresOf(sums, currency, lang).map((row) => (
        <dl class="figures" key={row.currency}>
          {row.figures.map((it) => (
            <Figure key={it.name} {...it} />
          ))}
        </dl>
      ))}
      {cashiers.length > 0 && (
        <ul class="list">
          {cashiers.map(({ name, note, value }) => (
            <li key={`${name} ${value}`} class="line">
              <span>
                {name} <small>{note}</small>
              </span>
              <span class="money">{value}</span>
            </li>
          ))}
        </ul>
      )}
      <Beside title={say('shiftWithoutAgreement')} sums={besideOf(sums.withoutAgreement, lang)} />
      {sums.late.count > 0 && (
        <div class="late-facts">
          <Beside title={say('shiftLate')} sums={besideOf(sums.late.sums, lang)} />
          <ul class="list">
            {sums.late.facts.map((fact) => {
              const { time, merchantOrderNo, amount } = lateFactText(fact, lang, zone);
              return (
                <li key={`${fact.orderId} ${fact.refundNo} ${fact.occurredAt}`} class="line">
                  <span>
                    {time} <small>{merchantOrderNo}</small>
                  </span>
                  <span class="money">{amount}</span>
                </li>
              );
            })}
          </ul>
          {more && <p class="quiet">{more}</p>}
        </div>
      )}
    </>
  );
}

function Beside({ title, sums }: { title: string; sums: readonly string[] }) {
  if (sums.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      {sums.map((sum) => (
        <p key={sum} class="quiet">
          {sum}
        </p>
      ))}
    </>
  );
}

function Figure({ name, value, note }: FigureText) {
  return (
    <div>
      <dt>
        {name} {note && <small>{note}</small>}
      </dt>
      <dd class="money">
        <Fit text={value} />
      </dd>
    </div>
  );
}
