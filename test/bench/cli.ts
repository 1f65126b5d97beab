import { coldBench } from './cold.ts';

const r = await coldBench({ rounds: Number(process.argv[2] ?? 5), roundsOfOthers: Number(process.argv[3] ?? 3) });
for (const row of r.rows)
  console.log(
    row.name.padEnd(32),
    String(row.bytes).padStart(8),
    'wall',
    row.wallMs.toFixed(1).padStart(6),
    'imp',
    row.importMs.toFixed(1).padStart(6),
    'cpu',
    row.cpuMs.toFixed(1).padStart(6),
    'rss',
    (row.rss / 1048576).toFixed(1),
  );
const { rows: _, ...rest } = r;
console.log(JSON.stringify(rest));
