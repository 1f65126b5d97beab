import { Problem } from '../../contract/problem.ts';
import { BadCursor } from '../../table/table.ts';
import { logFault } from '../../telemetry.ts';
import type { HttpMiddleware } from './request-context.ts';

/** Counts and logs what is thrown and is no refusal: a fault of ours. What is answered then, others say. */
export function faults(): HttpMiddleware {
  return {
    onError({ error, context: { services: s } }) {
      if (!s || error instanceof Problem || error instanceof BadCursor) return;
      s.metrics.count('faults');
      logFault(s, 'request_failed', error);
    },
  };
}
