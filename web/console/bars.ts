/** Where the bars of a chart stand: sales up and refunds down in one panel, fees in another, each with its own scale. Pure. */

/** Minor units; `refunds` and `feesReturned` are negative or 0, as on a statement. */
export interface Bar {
  readonly name: string;
  readonly sales: number;
  readonly refunds: number;
  readonly fees: number;
  readonly feesReturned: number;
}

/** In units of the drawing. */
export const CHART = { width: 640, left: 8, panel: 96, text: 48, ticks: 36, widest: 48 } as const;
/** What is there can be seen. */
const THINNEST = 1;
const TICKS_MAX = 8;

export interface Panel {
  readonly kind: 'sales' | 'fees';
  readonly top: number;
  /** Where the bars begin, upwards and downwards. */
  readonly zero: number;
  /** The largest value upwards, and the largest downwards as a negative number; minor units. */
  readonly most: number;
  readonly least: number;
  readonly bars: readonly { readonly x: number; readonly wide: number; readonly up: number; readonly down: number }[];
}

const stepOf = (count: number): number => (CHART.width - CHART.left) / Math.max(1, count);
export const heightOf = (): number => 2 * (CHART.panel + CHART.text) + CHART.ticks;

export function panelsOf(bars: readonly Bar[]): Panel[] {
  return [
    panelOf(
      'sales',
      0,
      bars.map(({ sales, refunds }) => [sales, -refunds]),
    ),
    panelOf(
      'fees',
      1,
      bars.map(({ fees, feesReturned }) => [fees, -feesReturned]),
    ),
  ];
}

function panelOf(kind: Panel['kind'], place: number, values: readonly (readonly [number, number])[]): Panel {
  const { panel, text, left, widest } = CHART;
  const top = place * (panel + text) + text;
  const most = Math.max(0, ...values.map(([up]) => up));
  const least = Math.max(0, ...values.map(([, down]) => down));
  // A panel of nothing has its line at the bottom.
  const whole = Math.max(1, most) + least;
  const tall = (value: number) => (value > 0 ? Math.max(THINNEST, (panel * value) / whole) : 0);
  const step = stepOf(values.length);
  const wide = Math.min(step * 0.7, widest);
  return {
    kind,
    top,
    zero: top + (panel * Math.max(1, most)) / whole,
    most,
    least: -least || 0,
    bars: values.map(([up, down], at) => ({
      x: left + at * step + (step - wide) / 2,
      wide,
      up: tall(up),
      down: tall(down),
    })),
  };
}

/** The column of each bar, and whether its name stands below it. */
export function columnsOf(bars: readonly Bar[]) {
  const step = stepOf(bars.length);
  const everyNth = Math.ceil(bars.length / TICKS_MAX);
  return bars.map((bar, at) => ({ bar, x: CHART.left + at * step, width: step, isNamed: at % everyNth === 0 }));
}
