import type * as z from 'zod';
import type { Operation, Parsed } from '../../contract/operation.ts';
import { Problem } from '../../contract/problem.ts';
import type { HttpEvent, HttpMiddleware } from './request-context.ts';

/** Reads path, query and body by the operation's schemas. @throws Problem 400 that names what is wrong, and where */
export function parse(operation: Operation): HttpMiddleware {
  return {
    before({ event, context }) {
      context.input = parseRequest(operation, event, context.body);
    },
  };
}

export function parseRequest<O extends Operation>(
  operation: O,
  event: HttpEvent,
  bytes: Buffer | undefined,
): Parsed<O> {
  if (bytes && !operation.body) throw new Problem('malformed', { detail: 'This operation takes no body.' });
  const params = parsed(operation.params, event.pathParameters ?? {}, '/path');
  const query = parsed(operation.query, queryOf(event.rawQueryString), '/query');
  const body = operation.body ? parsed(operation.body, bytes ? jsonOf(bytes) : {}, '') : undefined;
  // The schemas are those of this very operation, which the compiler cannot follow through the type parameter.
  return { params, query, body } as Parsed<O>;
}

function queryOf(raw: string): Record<string, string> {
  const values: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(raw)) {
    if (Object.hasOwn(values, name)) throw new Problem('malformed', { detail: `The query names ${name} twice.` });
    values[name] = value;
  }
  return { ...values };
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Problem('malformed', { detail: 'The body is not JSON in UTF-8.' });
  }
}

function parsed(schema: z.ZodType, value: unknown, where: string): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.slice(0, 10).flatMap((issue) => {
    const pointer = `${where}/${issue.path.join('/')}`.replace(/\/$/, '');
    if (issue.code !== 'unrecognized_keys') return [{ pointer, detail: issue.message }];
    return issue.keys
      .slice(0, 10)
      .map((key) => ({ pointer: `${pointer}/${key.slice(0, 64)}`, detail: 'is not known here' }));
  });
  const detail = errors.map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`).join('; ');
  throw new Problem('malformed', { detail, errors });
}
