/** Sales, refunds and fees as bars: sales up and refunds down in one panel, fees in another, each with its own scale. */
import { useDesk } from './desk.ts';
import type { Word } from './words.ts';

/** Minor units; `refunds` and `feesReturned` are negative or 0, as on a statement. */
export interface Bar {
  readonly name: string;
  readonly sales: number;
  readonly refunds: number;
  readonly fees: number;
  readonly feesReturned: number;
}

const WIDTH = 640;
const LEFT = 8;
const PANEL = 96;
const TEXT = 48;
const TICKS = 36;

export function BarChart(props: {
  title: string;
  currency: string;
  /** What a bar says of itself, with `{hour}` or `{store}`, `{sales}`, `{refunds}`, `{fees}`. */
  word: Extract<Word, 'chartHour' | 'chartStore'>;
  bars: readonly Bar[];
}) {
  const { bars, currency, word } = props;
  const { say, money } = useDesk();
  const show = (value: number) => money({ currency, value });
  const step = (WIDTH - LEFT) / Math.max(1, bars.length);
  const height = 2 * (PANEL + TEXT) + TICKS;
  const everyNth = Math.ceil(bars.length / 8);
  const panels = [
    { kind: 'sales', name: say('sales'), values: bars.map(({ sales, refunds }) => [sales, -refunds] as const) },
    { kind: 'fees', name: say('fees'), values: bars.map(({ fees, feesReturned }) => [fees, -feesReturned] as const) },
  ];
  return (
    <figure class="chart">
      <figcaption>{props.title}</figcaption>
      <svg role="img" viewBox={`0 0 ${WIDTH} ${height}`} aria-label={props.title}>
        {panels.map(({ kind, name, values }, i) => {
          const top = i * (PANEL + TEXT) + TEXT;
          const most = Math.max(1, ...values.map(([up]) => up));
          const least = Math.max(0, ...values.map(([, down]) => down));
          const zero = top + (PANEL * most) / (most + least);
          return (
            <g key={kind} class={kind}>
              <text x={LEFT} y={top - 10}>
                {name} · {show(most === 1 && values.every(([up]) => up === 0) ? 0 : most)}
                {least > 0 && ` / ${show(-least)}`}
              </text>
              {values.map(([up, down], at) => (
                <Pair
                  key={bars[at]?.name}
                  x={LEFT + at * step}
                  width={step}
                  zero={zero}
                  up={(PANEL * up) / (most + least)}
                  down={(PANEL * down) / (most + least)}
                />
              ))}
              <line x1={LEFT} x2={WIDTH} y1={zero} y2={zero} />
            </g>
          );
        })}
        {bars.map((bar, at) => (
          <g key={bar.name}>
            <title>
              {say(word, {
                hour: bar.name,
                store: bar.name,
                sales: show(bar.sales),
                refunds: show(bar.refunds),
                fees: show(bar.fees + bar.feesReturned),
              })}
            </title>
            <rect class="hit" x={LEFT + at * step} y={0} width={step} height={height} />
            {at % everyNth === 0 && (
              <text class="tick" x={LEFT + (at + 0.5) * step} y={height - 4}>
                {bar.name}
              </text>
            )}
          </g>
        ))}
      </svg>
    </figure>
  );
}

function Pair(props: { x: number; width: number; zero: number; up: number; down: number }) {
  const { x, width, zero, up, down } = props;
  const wide = Math.min(width * 0.7, 48);
  const left = x + (width - wide) / 2;
  return (
    <>
      {up > 0 && <rect class="up" x={left} y={zero - Math.max(1, up)} width={wide} height={Math.max(1, up)} />}
      {down > 0 && <rect class="down" x={left} y={zero} width={wide} height={Math.max(1, down)} />}
    </>
  );
}
