/** Items in the table of statements and the shapes that they must have when they are read back. */
import { optional, reader } from '../table/stored.ts';
import type { EpochMs } from '../time.ts';
import type { Gathering } from './gathering.ts';
import type { Statement } from './statement.ts';

/** How far a merchant's business days are decided. */
export interface Head {
  readonly id: string;
  readonly merchantId: string;
  readonly version: number;
  /** The last business day that was decided, sealed or empty, and whose facts are marked. */
  readonly lastDay: string;
  /** The hash of the last statement, on whichever day that was; null before the first. */
  readonly lastHash: string | null;
  /** When to look at it again: not before the end of the next business day. */
  readonly dueAt: EpochMs;
  /** Visits in a row that failed. */
  readonly failures?: number;
  /** So many chunks of the next day's sealed statement, from the first, have all their facts marked. */
  readonly marked?: number;
}

/** Each one throws WrongItem. */
export const readHead = reader<Head>('statements', 'id', {
  id: 'text',
  merchantId: 'text',
  version: 'integer',
  lastDay: 'text',
  lastHash: 'text or null',
  dueAt: 'integer',
  failures: optional('integer'),
  marked: optional('integer'),
});

export const readStatement = reader<Statement>('statements', 'statementId', {
  statementId: 'text',
  merchantId: 'text',
  day: 'text',
  zone: 'text',
  sealedAt: 'integer',
  previousHash: 'text or null',
  hash: 'text',
  lineCount: 'integer',
  lineChunks: [{ hash: 'text', firstLine: 'integer' }],
  totalsChunks: ['text'],
  totalsText: optional('text'),
  terminalsChunks: ['text'],
  checks: 'list',
});

export const readGathering = reader<Gathering>('statements', 'id', {
  version: 'integer',
  places: ['text or null'],
  runs: [{ chunks: ['text'] }],
  written: 'integer',
});
