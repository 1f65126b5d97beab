/** Lines and cells of a file of comma-separated values (RFC 4180), as UTF-8. Pure. */

/** Why a report is not taken: the message says in which line and column, and what is wrong there. */
export class BrokenReport extends Error {
  readonly line: number;
  /** By name; absent where the whole line is wrong. */
  readonly column: string | undefined;

  constructor(line: number, what: string, column?: { readonly name: string; readonly place: number }) {
    super(`line ${line}${column ? `, column ${column.place + 1} (${column.name})` : ''}: ${what}`);
    this.name = 'BrokenReport';
    this.line = line;
    this.column = column?.name;
  }
}

export interface CsvRow {
  /** The line of the file on which it begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** The file's text without its byte order mark. @throws BrokenReport for bytes that are no UTF-8 */
export function textOf(bytes: Uint8Array): string {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b)
    throw new BrokenReport(1, 'the file is XLSX or another zip; take the report as CSV');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new BrokenReport(lineOfFault(bytes), 'it is not in UTF-8');
  }
}

/** The first line whose bytes are no UTF-8. */
function lineOfFault(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for (let begin = 0; begin < bytes.length; line += 1) {
    const feed = bytes.indexOf(0x0a, begin);
    const end = feed === -1 ? bytes.length : feed + 1;
    try {
      decoder.decode(bytes.subarray(begin, end));
    } catch {
      return line;
    }
    begin = end;
  }
  return line;
}

/**
 * Every row that is not empty, in the file's order. A quoted cell may hold commas, quotes written twice, and ends of lines.
 * @throws BrokenReport for a quote that does not end, or that stands inside a cell
 */
export function* csvRows(text: string): Generator<CsvRow> {
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const began = line;
    const cells: string[] = [];
    for (;;) {
      const cell = cellAt(text, at, line);
      cells.push(cell.text);
      line += cell.feeds;
      at = cell.end;
      if (text[at] !== ',') break;
      at += 1;
    }
    // Behind a cell stands a comma, the end of its line, or that of the file.
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line += 1;
    if (cells.length > 1 || cells[0] !== '') yield { line: began, cells };
  }
}

const END_OF_CELL = /,|\r\n|\n|$/g;

function cellAt(text: string, begin: number, line: number): { text: string; end: number; feeds: number } {
  if (text[begin] !== '"') {
    END_OF_CELL.lastIndex = begin;
    const end = END_OF_CELL.exec(text)?.index ?? text.length;
    const plain = text.slice(begin, end);
    if (plain.includes('"')) throw new BrokenReport(line, 'a quote stands inside a cell that does not begin with one');
    return { text: plain, end, feeds: 0 };
  }
  let end = text.indexOf('"', begin + 1);
  while (end !== -1 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
  if (end === -1) throw new BrokenReport(line, 'a quote does not end');
  const quoted = text.slice(begin + 1, end).replaceAll('""', '"');
  const behind = text.slice(end + 1, end + 3);
  if (behind !== '' && !/^(,|\n|\r\n)/.test(behind))
    throw new BrokenReport(line, 'text stands behind the end of a quote');
  return { text: quoted, end: end + 1, feeds: quoted.split('\n').length - 1 };
}
