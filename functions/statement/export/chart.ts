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

interface Bar {
  readonly up: number;
  readonly down: number;
}

function panel(top: number, currency: string, label: string, colour: string, bars: readonly Bar[]): string {
  const most = Math.max(0, ...bars.map(({ up }) => up));
  const least = Math.max(0, ...bars.map(({ down }) => down));
  const scale = (PANEL - 16) / Math.max(1, most + least);
  const zero = top + 14 + most * scale;
  const shapes = bars.map(({ up, down }, i) => {
    const x = LEFT + i * STEP + 3;
    return bar(x, zero - up * scale, up * scale, colour, 1) + bar(x, zero, down * scale, colour, 0.4);
  });
  const marks = [
    text(LEFT - 8, top + 10, `${label} ${currency}`, 'end'),
    most > 0 ? text(LEFT - 8, top + 24, toRecordText({ currency, value: most }), 'end') : '',
    least > 0 ? text(LEFT - 8, top + PANEL, toRecordText({ currency, value: -least }), 'end') : '',
  ];
  const axis = `<line x1="${LEFT}" x2="${WIDTH}" y1="${tenth(zero)}" y2="${tenth(zero)}" stroke="#666" stroke-width="0.7"/>`;
  return shapes.join('') + axis + marks.join('');
}

function bar(x: number, y: number, height: number, colour: string, opacity: number): string {
  if (height <= 0) return '';
  const [left, top, wide, high] = [x, y, STEP - 6, Math.max(0.8, height)].map(tenth);
  return `<rect x="${left}" y="${top}" width="${wide}" height="${high}" fill="${colour}" fill-opacity="${opacity}"/>`;
}

function text(x: number, y: number, content: string, anchor: 'middle' | 'end'): string {
  return `<text x="${tenth(x)}" y="${tenth(y)}" text-anchor="${anchor}" font-size="10" fill="#333">${escapeHtml(content)}</text>`;
}

const tenth = (value: number) => Math.round(value * 10) / 10;
