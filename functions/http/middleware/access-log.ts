import type { HttpMiddleware } from './request-context.ts';

/** Counts each request, and leaves one line of it in the log: who called, what came of it, how long it took. */
export function accessLog(): HttpMiddleware {
  const tell: HttpMiddleware['after'] = ({ context, response }) => {
    const { services, startedAt, caller, problemCode } = context;
    if (!response?.statusCode) return;
    const { merchantId, keyid } = caller ?? {};
    services.metrics.count('requests');
    services.log.info('answered', {
      status: response.statusCode,
      ...(problemCode && { code: problemCode }),
      ms: services.now() - startedAt,
      ...(merchantId && { merchantId }),
      ...(keyid && { keyid }),
    });
  };
  return { after: tell, onError: tell };
}
