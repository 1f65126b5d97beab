/** The benchmark as one picture: bars of CPU, cold above and warm below, for docs/performance.md. */
import type { Compared } from './bundles.ts';
import { COMPARED } from './bundles.ts';
import type { ColdReport } from './cold.ts';
import type { WarmReport } from './warm.ts';

const TITLES: Readonly<Record<Compared, string>> = {
  createOrder: 'order with code',
  alipayNotification: 'notification',
  getOrder: 'status query',
  createRefund: 'refund',
};
const COLORS = { floor: '#8a8f98', ours: '#1677ff', usual: '#e08a3c', express: '#b85c38' } as const;
type Who = keyof typeof COLORS;
const NAMES: Readonly<Record<Who, string>> = {
  floor: 'floor, by hand',
  ours: 'Tillgate',
  usual: 'usual stack',
  express: 'usual, express',
};

const WIDTH = 760;
const LEFT = 130;
const BAR = 11;
const GAP = 22;

/** An SVG that reads on a light and on a dark page. */
export function chart(cold: ColdReport, warm: WarmReport): string {
  const coldOf = (name: Compared, who: Who) =>
    cold.rows.find((row) => row.name === name && row.stack === who)?.feltMs ?? 0;
  const warmOf = (name: Compared, who: Who) => (warm.costs[name][who] ?? 0) / warm.signUs;
  const first = panel('Cold start: what a till waits for, ms of CPU', coldOf, (value) => value.toFixed(0), 46);
  const second = panel(
    'Warm request: CPU in RSA-2048 signatures',
    warmOf,
    (value) => value.toFixed(1),
    first.bottom + 34,
  );
  const legend = (Object.keys(COLORS) as Who[]).map((who, i) => {
    const x = LEFT + i * 145;
    return `<rect x="${x}" y="10" width="11" height="11" fill="${COLORS[who]}"/><text x="${x + 17}" y="20">${NAMES[who]}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${second.bottom + 8}" font-family="system-ui, sans-serif" font-size="12" fill="#777" role="img" aria-label="CPU of cold starts and of warm requests">`,
    ...legend,
    ...first.lines,
    ...second.lines,
    '</svg>',
    '',
  ].join('\n');
}

function panel(title: string, of: (name: Compared, who: Who) => number, show: (value: number) => string, top: number) {
  const whos = Object.keys(COLORS) as Who[];
  const largest = Math.max(...COMPARED.flatMap((name) => whos.map((who) => of(name, who))));
  const lines = [`<text x="0" y="${top}" font-weight="600" font-size="13">${title}</text>`];
  let y = top + 12;
  for (const name of COMPARED) {
    lines.push(`<text x="${LEFT - 8}" y="${y + BAR * 2 + 4}" text-anchor="end">${TITLES[name]}</text>`);
    for (const who of whos) {
      const value = of(name, who);
      const width = Math.max(1, (value / largest) * (WIDTH - LEFT - 60));
      lines.push(`<rect x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR - 2}" fill="${COLORS[who]}"/>`);
      lines.push(`<text x="${(LEFT + width + 6).toFixed(1)}" y="${y + BAR - 2}" font-size="10">${show(value)}</text>`);
      y += BAR;
    }
    y += GAP - BAR;
  }
  return { lines, bottom: y };
}
