/** Of a marked copy: each test file writes down which defects it reaches, and how long it took. */
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';

/** Reached when a module was loaded, by this file or by one before it in the same process. */
let whenLoaded = globalThis.reachedDefects;
const began = performance.now();
globalThis.reachedDefects = new Set(whenLoaded);

beforeAll(() => {
  whenLoaded = new Set(globalThis.reachedDefects);
});

afterAll(() => {
  const notes = process.env.TILLGATE_REACHED;
  const file = relative(process.cwd(), expect.getState().testPath ?? '');
  const ms = Math.round(performance.now() - began);
  if (notes !== undefined)
    appendFileSync(notes, `${JSON.stringify({ file, ms, reached: [...(globalThis.reachedDefects ?? [])] })}\n`);
  globalThis.reachedDefects = whenLoaded;
});
