/** Sales, refunds and fees as bars; bars.ts says where they stand. */
import { type Bar, CHART, columnsOf, heightOf, panelsOf } from './bars.ts';
import { useConsole } from './context.ts';
import type { Word } from './messages.ts';

export function BarChart(props: {
  title: string;
  currency: string;
  /** What a bar says of itself, with `{hour}` or `{store}`, `{sales}`, `{refunds}`, `{fees}`. */
  word: Extract<Word, 'chartHour' | 'chartStore'>;
  bars: readonly Bar[];
}) {
  const { bars, currency, word } = props;
  const { say, money } = useConsole();
  const show = (value: number) => money({ currency, value });
  const { width, left } = CHART;
  const height = heightOf();
  return (
    <figure class="chart">
      <figcaption>{props.title}</figcaption>
      <svg role="img" viewBox={`0 0 ${width} ${height}`} aria-label={props.title}>
        {panelsOf(bars).map(({ kind, top, zero, most, least, rects }) => (
          <g key={kind} class={kind}>
            <text x={left} y={top - 10}>
              {say(kind)} · {show(most)}
              {least < 0 && ` / ${show(least)}`}
            </text>
            {rects.map(({ isUp, ...rect }) => (
              <rect key={`${rect.x} ${isUp}`} class={isUp ? 'up' : 'down'} {...rect} />
            ))}
            <line x1={left} x2={width} y1={zero} y2={zero} />
          </g>
        ))}
        {columnsOf(bars).map(({ bar, x, width: step, isNamed }) => (
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
            <rect class="hit" x={x} y={0} width={step} height={height} />
            {isNamed && (
              <text class="tick" x={x + step / 2} y={height - 4}>
                {bar.name}
              </text>
            )}
          </g>
        ))}
      </svg>
    </figure>
  );
}
