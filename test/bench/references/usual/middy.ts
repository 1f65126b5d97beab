/** The usual stack behind middy with its usual set of middlewares; one handler per request. */
import middy from '@middy/core';
import httpCors from '@middy/http-cors';
import httpErrorHandler from '@middy/http-error-handler';
import httpEventNormalizer from '@middy/http-event-normalizer';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import type { Event } from '../floor/caller.ts';
import * as service from './service.ts';

type Result = Promise<{ status: number; body: unknown }>;

const wrapped = (run: (event: Event, body: unknown, original: Event) => Result, json: boolean) => {
  // biome-ignore lint/suspicious/noExplicitAny: the usual way to type an event that middlewares change
  const handler = middy<any>(async (event: any) => {
    const { status, body } = await run(event, event.body, event.original);
    return { statusCode: status, body: typeof body === 'string' ? body : JSON.stringify(body) };
  });
  // The signature covers the text that was sent.
  handler.before(({ event }) => {
    event.original = { ...event };
  });
  handler.use(httpHeaderNormalizer()).use(httpEventNormalizer());
  if (json) handler.use(httpJsonBodyParser());
  return handler.use(httpCors()).use(httpErrorHandler());
};

export const createOrder = wrapped((_, body, original) => service.createOrder(original, body), true);
export const getOrder = wrapped(
  (event, _, original) => service.getOrder(original, event.pathParameters?.orderId ?? ''),
  false,
);
export const createRefund = wrapped(
  (event, body, original) => service.createRefund(original, event.pathParameters?.orderId ?? '', body),
  true,
);
export const alipayNotification = wrapped((event) => {
  const text = Buffer.from(event.body ?? '', 'base64').toString();
  return service.takeNotification(Object.fromEntries(new URLSearchParams(text)));
}, false);
