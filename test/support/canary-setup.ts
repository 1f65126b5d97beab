/** Hangs the canary into a test file: what has leaked, or was answered against the contract, fails the test. */
import { afterAll, afterEach } from 'vitest';
import { mustHaveKept } from './canary.ts';
// Files without a process of their own share it.
import './canary-watch.ts';
import { mustBeDocumented } from './documented.ts';

afterEach(mustHaveKept);
afterAll(mustHaveKept);
afterEach(mustBeDocumented);
afterAll(mustBeDocumented);
