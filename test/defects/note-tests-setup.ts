/** Of a marked copy: each test file writes down which defects it reaches, and how long it took. */
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { afterAll, expect } from 'vitest';

globalThis.reachedDefects ??= new Set();
const began = performance.now();

afterAll(() => {
  const notes = process.env.TILLGATE_REACHED;
  if (notes === undefined) return;
  const file = relative(process.cwd(), expect.getState().testPath ?? '');
  const ms = Math.round(performance.now() - began);
  appendFileSync(notes, `${JSON.stringify({ file, ms, reached: [...(globalThis.reachedDefects ?? [])] })}\n`);
});
