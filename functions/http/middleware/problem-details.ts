import { Problem } from '../../contract/problem.ts';
import { BadCursor } from '../../table/table.ts';
import { resultOf } from '../reply.ts';
import type { HttpMiddleware } from './request-context.ts';

/** Answers what was thrown by RFC 9457: a refusal says what it is, a fault of ours says only that the outcome is unknown. */
export function problemDetails(): HttpMiddleware {
  return {
    onError(request) {
      const { error, event, context } = request;
      // Without services nothing was tried: the invocation fails, and Lambda says so.
      if (!context.services) return;
      const { requestId } = event.requestContext;
      const problem = problemOf(error);
      const { status, members } = problem;
      context.problemCode = problem.code;
      request.response = resultOf(
        { status, body: problem.body(requestId), ...(members.headers && { headers: members.headers }) },
        requestId,
        'application/problem+json',
      );
    },
  };
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof BadCursor) return new Problem('bad_cursor');
  return new Problem('internal', { detail: 'The outcome is unknown: look it up, or repeat the request unchanged.' });
}
