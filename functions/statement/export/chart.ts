/** A chart of a day's hours as inline SVG: bars up for what came in, down for what went back. Pure. */
import { toRecordText } from '../../money.ts';
import { escapeHtml } from './escape.ts';
import type { Hour } from './hours.ts';

const WIDTH = 720;
const LEFT = 84;
const PANEL = 72;
const GAP = 22;
const HOURS = 24;
const STEP = (WIDTH - LEFT) / HOURS;

export interface ChartWords {
  readonly title: string;
  readonly sales: string;
  readonly fees: string;
}

/** Two panels over the same 24 hours, each with a scale of its own, since fees are a small part of sales. */
export function chart(currency: string, hours: readonly Hour[], { title, sales, fees }: ChartWords): string {
  const panels = [
    panel(
      0,
      currency,
      sales,
      '#1f6feb',
      hours.map((it) => ({ up: it.sales, down: -it.refunds })),
    ),
    panel(
      PANEL + GAP,
      currency,
      fees,
      '#b35900',
      hours.map((it) => ({ up: it.fees, down: -it.feesReturned })),
    ),
  ];
  const height = 2 * (PANEL + GAP);
  const ticks = hours
    .map((_, i) => (i % 3 === 0 ? text(LEFT + (i + 0.5) * STEP, height - 4, String(i).padStart(2, '0'), 'middle') : ''))
    .join('');
  const name = escapeHtml(`${title} (${currency})`);
  return `<svg role="img" aria-label="${name}" viewBox="0 0 ${WIDTH} ${height}" xmlns="http://www.w3.org/2000/svg"><title>${name}</title>${panels.join('')}${ticks}</svg>`;
}

/** Minor units that came in, and that went back; neither is negative. */
export interface UpDown {
  readonly up: number;
  readonly down: number;
}

/** Where the bars stand and how they may look, in units of the drawing. */
export interface BarsSize {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  /** Of the highest bar up and the deepest bar down together. */
  readonly height: number;
  /** How much of its column a bar takes, from 0 to 1. */
  readonly share: number;
  readonly widthMax?: number;
  /** What is more than nothing is so tall that it can be seen. */
  readonly heightMin: number;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly isUp: boolean;
}

/** The bars of one panel: those up end, and those down begin, at `zero`. Nothing has no rectangle. */
export function bars(values: readonly UpDown[], size: BarsSize): { readonly zero: number; readonly rects: Rect[] } {
  const { left, right, top, height, share, widthMax = Number.POSITIVE_INFINITY, heightMin } = size;
  // A panel of nothing has its line at the bottom.
  const most = Math.max(1, ...values.map(({ up }) => up));
  const scale = height / (most + Math.max(0, ...values.map(({ down }) => down)));
  const zero = top + most * scale;
  const step = (right - left) / Math.max(1, values.length);
  const width = Math.min(step * share, widthMax);
  const tall = (value: number) => Math.max(heightMin, value * scale);
  const rects = values.flatMap(({ up, down }, i) => {
    const x = left + i * step + (step - width) / 2;
    return [
      ...(up > 0 ? [{ x, y: zero - tall(up), width, height: tall(up), isUp: true }] : []),
      ...(down > 0 ? [{ x, y: zero, width, height: tall(down), isUp: false }] : []),
    ];
  });
  return { zero, rects };
}

function panel(top: number, currency: string, label: string, colour: string, values: readonly UpDown[]): string {
  const most = Math.max(0, ...values.map(({ up }) => up));
  const least = Math.max(0, ...values.map(({ down }) => down));
  const share = (STEP - 6) / STEP;
  const size = { left: LEFT, right: WIDTH, top: top + 14, height: PANEL - 16, share, heightMin: 0.8 };
  const { zero, rects } = bars(values, size);
  const shapes = rects.map((it) => {
    const [x, y, width, height] = [it.x, it.y, it.width, it.height].map(tenth);
    return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${colour}" fill-opacity="${it.isUp ? 1 : 0.4}"/>`;
  });
  const marks = [
    text(LEFT - 8, top + 10, `${label} ${currency}`, 'end'),
    most > 0 ? text(LEFT - 8, top + 24, toRecordText({ currency, value: most }), 'end') : '',
    least > 0 ? text(LEFT - 8, top + PANEL, toRecordText({ currency, value: -least }), 'end') : '',
  ];
  const axis = `<line x1="${LEFT}" x2="${WIDTH}" y1="${tenth(zero)}" y2="${tenth(zero)}" stroke="#666" stroke-width="0.7"/>`;
  return shapes.join('') + axis + marks.join('');
}

function text(x: number, y: number, content: string, anchor: 'middle' | 'end'): string {
  return `<text x="${tenth(x)}" y="${tenth(y)}" text-anchor="${anchor}" font-size="10" fill="#333">${escapeHtml(content)}</text>`;
}

const tenth = (value: number) => Math.round(value * 10) / 10;
