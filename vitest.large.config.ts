import { defineConfig } from 'vitest/config';
import { shared } from './vitest.config.ts';

// Whole days, kills of a running stack, and the template with its bundles: each takes longer than all else of its kind together.
export default defineConfig({ test: { ...shared, include: ['test/large/**/*.test.ts'] } });
