/** Hangs before each test file that may start a stack: the functions are loaded anew for it, as a cold Lambda loads them. */
import { vi } from 'vitest';

vi.resetModules();
