/** Codes as pictures: crisp at any size, dark on light in every colour scheme. */
import { encode } from 'uqr';
import { widthsOf } from './code-128.ts';

/** What the symbols need around them to be read: modules of nothing (ISO/IEC 18004 and 15417). */
const QUIET_QR = 4;
const QUIET_BARS = 10;

export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_QR });
  const path = data.flatMap((row, y) => runsOf(row).map(([from, to]) => `M${from} ${y}h${to - from}v1H${from}z`));
  return (
    <svg class="code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <path d={path.join('')} />
    </svg>
  );
}

function runsOf(row: readonly boolean[]): [number, number][] {
  const runs: [number, number][] = [];
  for (let x = 0; x < row.length; x += 1) {
    if (!row[x]) continue;
    const from = x;
    while (row[x]) x += 1;
    runs.push([from, x]);
  }
  return runs;
}

export function BarCode({ text, label }: { text: string; label: string }) {
  let x = QUIET_BARS;
  const bars = widthsOf(text).map((width, i) => {
    const bar = i % 2 === 0 ? `M${x} 0h${width}v1H${x}z` : '';
    x += width;
    return bar;
  });
  const all = x + QUIET_BARS;
  return (
    <svg
      class="bars"
      viewBox={`0 0 ${all} 1`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <path d={bars.join('')} />
    </svg>
  );
}
