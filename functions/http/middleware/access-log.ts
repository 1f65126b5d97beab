import type { Operation } from '../../contract/operation.ts';
import type { HttpMiddleware } from './request-context.ts';

/** Counts each request, and leaves one line of it in the log: who called, what came of it, how long it took. */
export function accessLog({ name }: Operation): HttpMiddleware {
  const tell: HttpMiddleware['after'] = ({ event, context, response }) => {
    const { services: s, startedAt, caller, problemCode } = context;
    if (!response?.statusCode) return;
    const { merchantId, keyid } = caller ?? {};
    s.metrics.count('requests');
    s.log.info('answered', {
      requestId: event.requestContext.requestId,
      operation: name,
      status: response.statusCode,
      ...(problemCode && { code: problemCode }),
      ms: s.now() - startedAt,
      ...(merchantId && { merchantId }),
      ...(keyid && { keyid }),
    });
  };
  return { after: tell, onError: tell };
}
