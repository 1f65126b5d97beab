import { Problem } from '../../contract/problem.ts';
import type { HttpMiddleware } from './request-context.ts';

const BODY_BYTES_MAX = 16 * 1024;

/** The bytes of the body as they were sent: they are what the caller signed. @throws Problem 413 over 16 KB */
export function rawBody(): HttpMiddleware {
  return {
    before({ event, context }) {
      if (event.body === undefined || event.body === '') return;
      const bytes = Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
      if (bytes.length > BODY_BYTES_MAX) throw new Problem('too_large', { detail: 'A body has 16 KB at the most.' });
      context.body = bytes;
    },
  };
}
