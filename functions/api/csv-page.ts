import type { Reply } from '../http/reply.ts';
import { type Column, csvHeader, csvRows, fileName } from '../statement/export/csv.ts';
import type { Statement } from '../statement/statement.ts';

/**
 * Rows of one CSV page, where the caller names no limit. An HTTP API does not stream, and what a function answers has 6 MB
 * at the most, escaped as JSON: a line of the longest texts takes 1 KB of them. So a large file comes in pages that
 * concatenate: only the first has the header, and `Link: <…>; rel="next"` (RFC 8288) names the next one.
 */
export const CSV_ROWS = 4_000;

interface CsvPage<Row> {
  readonly path: string;
  readonly query: {
    readonly limit?: number | undefined;
    readonly cursor?: string | undefined;
    readonly excel?: 'true' | undefined;
  };
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly next: string | undefined;
  /** The file's name behind merchant, day and zone. */
  readonly what: string;
}

/** One page of a statement's list as CSV. */
export function csvPage<Row>(statement: Statement, page: CsvPage<Row>): Reply {
  const { path, query, columns, rows, next, what } = page;
  const { limit, cursor, excel } = query;
  const options = { excel: excel === 'true' };
  const isFirst = cursor === undefined;
  const link = (after: string) => {
    const more = new URLSearchParams({
      ...(limit && { limit: String(limit) }),
      ...(excel && { excel }),
      cursor: after,
    });
    return `<${path}?${more}>; rel="next"`;
  };
  return {
    status: 200,
    body: null,
    text: (isFirst ? csvHeader(columns, options) : '') + csvRows(columns, rows, options),
    headers: {
      'content-type': `text/csv; charset=utf-8; header=${isFirst ? 'present' : 'absent'}`,
      'content-disposition': `attachment; filename="${fileName(statement, what)}"`,
      vary: 'accept',
    },
    ...(next !== undefined && { next: { cursor: next, link } }),
  };
}

/** Whether the caller would rather have CSV: it names it, and does not like JSON better. */
export function wantsCsv(accept = ''): boolean {
  const quality = (type: string) =>
    Math.max(
      0,
      ...accept.split(',').map((range) => {
        const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
        const q = parameters.find((parameter) => parameter.startsWith('q='));
        return name === type ? Number(q?.slice(2) ?? 1) || 0 : 0;
      }),
    );
  return quality('text/csv') > 0 && quality('text/csv') >= quality('application/json');
}
