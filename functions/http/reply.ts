import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** What an operation answers. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  /** Sent as it is, in place of `body` as JSON; the headers say what it is. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of a text that comes in pages: the next one, and its `Link` header by its cursor. */
  readonly next?: { readonly cursor: string; readonly link: (cursor: string) => string };
}

/** On every answer: it is kept nowhere, is what its type says, and its host speaks HTTPS only (two years). */
const PROTECTIVE = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=63072000',
} as const;

/** A reply as API Gateway takes it. */
export function resultOf(
  { status, body, text, headers }: Reply,
  requestId: string,
  contentType = 'application/json',
): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: { 'content-type': contentType, ...PROTECTIVE, 'x-request-id': requestId, ...headers },
    body: text ?? JSON.stringify(body),
  };
}
