/** Where the bars of a chart stand: sales up and refunds down in one panel, fees in another, each with its own scale. Pure. */

import { bars, type Rect, type UpDown } from '../../functions/statement/export/chart.ts';

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
const HEIGHT_MIN = 1;
const TICKS_MAX = 8;

export interface Panel {
  readonly kind: 'sales' | 'fees';
  readonly top: number;
  /** Where the bars begin, upwards and downwards. */
  readonly zero: number;
  /** The largest value upwards, and the largest downwards as a negative number; minor units. */
  readonly most: number;
  readonly least: number;
  readonly rects: readonly Rect[];
}

const stepOf = (count: number): number => (CHART.width - CHART.left) / Math.max(1, count);
export const heightOf = (): number => 2 * (CHART.panel + CHART.text) + CHART.ticks;

export function panelsOf(all: readonly Bar[]): Panel[] {
  return [
    panelOf(
      'sales',
      0,
      all.map(({ sales, refunds }) => ({ up: sales, down: -refunds })),
    ),
    panelOf(
      'fees',
      1,
      all.map(({ fees, feesReturned }) => ({ up: fees, down: -feesReturned })),
    ),
  ];
}

function panelOf(kind: Panel['kind'], place: number, values: readonly UpDown[]): Panel {
  const { width, left, panel, text, widest } = CHART;
  const top = place * (panel + text) + text;
  const size = { left, right: width, top, height: panel, share: 0.7, widthMax: widest, heightMin: HEIGHT_MIN };
  return {
    kind,
    top,
    most: Math.max(0, ...values.map(({ up }) => up)),
    least: -Math.max(0, ...values.map(({ down }) => down)) || 0,
    ...bars(values, size),
  };
}

/** The column of each bar, and whether its name stands below it. */
export function columnsOf(bars: readonly Bar[]) {
  const step = stepOf(bars.length);
  const everyNth = Math.ceil(bars.length / TICKS_MAX);
  return bars.map((bar, at) => ({ bar, x: CHART.left + at * step, width: step, isNamed: at % everyNth === 0 }));
}
