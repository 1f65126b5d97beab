/**
 * The one way to make an API handler: `endpoint(contract.createOrder, run)`. Each middleware does one thing, in this order,
 * and what answers or follows the answer runs in the opposite order. What is thrown and is not a {@link Problem} is a fault
 * of ours: it is logged and leaves as a bare 500.
 */
import type { Operation, Parsed } from '../contract/operation.ts';
import { type Deadline, INVOCATION } from '../deadlines.ts';
import { bounded } from '../invocation.ts';
import type { Services } from '../services.ts';
import { type Caller, callerOf } from './caller.ts';
import { sealCursor } from './cursor-seal.ts';
import { accessLog } from './middleware/access-log.ts';
import { authenticate, type Identify } from './middleware/authenticate.ts';
import { authorize } from './middleware/authorize.ts';
import { cursor, listOf } from './middleware/cursor.ts';
import { faults } from './middleware/faults.ts';
import { lastSeen } from './middleware/last-seen.ts';
import { observability } from './middleware/observability.ts';
import { parse } from './middleware/parse.ts';
import { problemDetails } from './middleware/problem-details.ts';
import { rawBody } from './middleware/raw-body.ts';
import { httpFunction, type Known } from './middleware/request-context.ts';
import { type Reply, resultOf } from './reply.ts';

export type Request<O extends Operation, C = Caller> = Parsed<O> & {
  readonly caller: C;
  /** The media types that the caller would like to get, if it says so. */
  readonly accept?: string;
  readonly deadline: Deadline;
};

export type Run<O extends Operation, C = Caller> = (services: Services, request: Request<O, C>) => Promise<Reply>;

/** `identify`: for callers who are not credentials yet. */
export function openEndpoint<O extends Operation, C extends Known>(
  operation: O,
  run: Run<O, C>,
  identify: Identify<O, C>,
) {
  const handler = httpFunction()
    .use(observability(operation.name))
    .use(accessLog())
    .use(problemDetails())
    .use(faults())
    .use(rawBody())
    .use(authenticate(operation, identify))
    .use(authorize(operation))
    .use(parse(operation))
    .use(cursor(operation))
    .use(lastSeen(operation))
    .handler(async (event, context) => {
      const { services, startedAt, input, caller } = context;
      const { accept } = event.headers;
      const deadline = { endsAt: startedAt + INVOCATION };
      const request: unknown = { ...input, caller, deadline, ...(accept && { accept }) };
      // `authenticate` and `parse` have made it for this very operation.
      const reply = await run(services, request as Request<O, C>);
      return resultOf(await sealCursor(services, listOf(operation, context), reply), event.requestContext.requestId);
    });
  return bounded(handler, INVOCATION);
}

export const endpoint = <O extends Operation>(operation: O, run: Run<O>) => openEndpoint(operation, run, callerOf);
