/**
 * What the middlewares of one invocation tell each other: members of Lambda's context, which is new for each invocation. The
 * event is never changed, because the caller's signature covers it.
 */
import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Operation, Parsed } from '../../contract/operation.ts';
import type { Services } from '../../services.ts';
import type { EpochMs } from '../../time.ts';
import type { Caller } from '../caller.ts';

export type HttpEvent = APIGatewayProxyEventV2;
export type HttpResult = APIGatewayProxyStructuredResultV2;

/** Set by `observability`, before anything else. */
export interface Observed extends Context {
  services: Services;
  startedAt: EpochMs;
}

/** Who calls, as far as the middlewares need to know: a newcomer has a key and no credential yet. */
export type Known = Partial<Omit<Caller, 'keyid'>> & { readonly keyid: string };

export interface RequestContext extends Observed {
  /** The bytes that were sent, set by `rawBody`; absent if there were none. */
  body?: Buffer;
  /** Set by `authenticate`. */
  caller?: Known;
  /** Set by `parse`. */
  input?: Parsed<Operation>;
  /** Why the request was refused, set by `problemDetails`. */
  problemCode?: string;
}

export type HttpMiddleware = MiddlewareObj<HttpEvent, HttpResult, Error, RequestContext>;

/** A function behind HTTP. Its deadlines end it before Lambda does; a timer of middy's would hide that they did not. */
export const httpFunction = () => middy<HttpEvent, HttpResult, Error, RequestContext>({ timeoutEarlyInMillis: 0 });
