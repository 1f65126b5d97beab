import type { Operation } from '../../contract/operation.ts';
import { Problem } from '../../contract/problem.ts';
import { noteFault } from '../../observe.ts';
import { BadCursor } from '../../table/table.ts';
import type { HttpMiddleware } from './request-context.ts';

/** Counts and logs what is thrown and is no refusal: a fault of ours. What is answered then, others say. */
export function faults({ name }: Pick<Operation, 'name'>): HttpMiddleware {
  return {
    onError({ error, event, context: { services: s } }) {
      if (!s || error instanceof Problem || error instanceof BadCursor) return;
      s.metrics.count('faults');
      noteFault(s, 'a fault', error, { requestId: event.requestContext.requestId, operation: name });
    },
  };
}
