/**
 * A statement: the money movements of one merchant up to a business day, a line each, and their sums. Pure: which facts of
 * an order become which lines, and how lines become the sealed document. The store is statements.ts, the protocol seal.ts.
 */
import type { StatementView } from '../contract/answers.ts';
import type { CheckView, TotalsView } from '../contract/totals-answers.ts';
import { type EpochMs, toInstant } from '../time.ts';
import { type Chunk, Chunker, chunksOf, sha256 } from './chunks.ts';
import { compact } from './forms.ts';
import { compareMovements, type Movement } from './lines.ts';
import { Tally } from './totals.ts';

export interface Statement {
  /** `<merchantId>.<day>` */
  readonly statementId: string;
  readonly merchantId: string;
  readonly day: string;
  readonly zone: string;
  readonly sealedAt: EpochMs;
  /** Of the merchant's statement before this one; null on the first. */
  readonly previousHash: string | null;
  readonly hash: string;
  readonly lineCount: number;
  readonly lineChunks: readonly { readonly hash: string; readonly firstLine: number }[];
  /** Of totals per currency, channel and store. */
  readonly totalsChunks: readonly string[];
  /** The text of the only one of `totalsChunks`, where it is small enough to stand here instead of in an item of its own. */
  readonly totalsText?: string;
  /** Of totals per terminal and operator. */
  readonly terminalsChunks: readonly string[];
  /** The identities that this document proves itself by. */
  readonly checks: readonly CheckView[];
}

export function statementIdOf(merchantId: string, day: string): string {
  return `${merchantId}.${day}`;
}

/* From lines to a statement --------------------------------------------------------------------------------------- */

/** What the root may hold of totals, in bytes: a hundred stores or so. */
const ROOT_TOTALS_BYTES = 40_000;

type Frame = Pick<Statement, 'merchantId' | 'day' | 'zone' | 'sealedAt' | 'previousHash'>;

/**
 * Makes the sealed document from movements in the order of their lines ({@link compareMovements}), one after the other,
 * and gives away each chunk as soon as it is full: memory holds one chunk and the sums, however long the day was.
 */
export class StatementMaker {
  private readonly tally = new Tally();
  private readonly chunker = new Chunker();
  private readonly lineChunks: { hash: string; firstLine: number }[] = [];
  private last: Movement | undefined;
  private lineCount = 0;

  /**
   * The next line. Answers the chunk before it, if that is full now.
   * @throws RangeError for one that belongs before the last one
   */
  add(movement: Movement): Chunk | undefined {
    if (this.last && compareMovements(this.last, movement) > 0)
      throw new RangeError(`the fact of ${movement.orderId} comes after a later one`);
    this.last = movement;
    this.lineCount += 1;
    this.tally.add(movement);
    return this.noted(this.chunker.add({ lineNo: this.lineCount, ...compact(movement) }));
  }

  get isEmpty(): boolean {
    return this.lineCount === 0;
  }

  private noted(full: ReturnType<Chunker['add']>): Chunk | undefined {
    if (full) this.lineChunks.push({ hash: full.chunk.hash, firstLine: full.first + 1 });
    return full?.chunk;
  }

  /**
   * The document, and the chunks that were not given away yet. Its hash covers everything but `sealedAt`, which is the
   * clock of whichever run came first.
   * @throws Error if it does not add up: that must not be sealed
   */
  finish(frame: Frame): { statement: Statement; chunks: Chunk[] } {
    const rest = this.noted(this.chunker.end());
    const { totals, terminals, checks } = this.tally;
    const wrong = checks.find(({ holds }) => !holds);
    if (wrong) throw new Error(`the statement does not add up: ${JSON.stringify(wrong)}`);

    const totalsChunks = chunksOf(totals);
    const terminalsChunks = chunksOf(terminals);
    const [small, ...more] = totalsChunks;
    const inRoot = small && more.length === 0 && Buffer.byteLength(small.text) <= ROOT_TOTALS_BYTES;
    const { sealedAt, ...told } = frame;
    const content = {
      statementId: statementIdOf(frame.merchantId, frame.day),
      ...told,
      lineCount: this.lineCount,
      lineChunks: this.lineChunks,
      totalsChunks: totalsChunks.map(({ hash }) => hash),
      terminalsChunks: terminalsChunks.map(({ hash }) => hash),
      checks,
    };
    return {
      statement: { ...content, hash: hashOf(content), sealedAt, ...(inRoot && { totalsText: small.text }) },
      chunks: [...(rest ? [rest] : []), ...(inRoot ? [] : totalsChunks), ...terminalsChunks],
    };
  }
}

/** The document over `movements`, and all chunks that it names. The same movements in any order make the same hash. */
export function makeStatement(frame: Frame, movements: readonly Movement[]): { statement: Statement; chunks: Chunk[] } {
  const maker = new StatementMaker();
  const full = [...movements].sort(compareMovements).flatMap((movement) => maker.add(movement) ?? []);
  const { statement, chunks } = maker.finish(frame);
  return { statement, chunks: [...full, ...chunks] };
}

/**
 * A statement's hash: SHA-256 in hex over its members as JSON without spaces, in this order. Totals are in it by the
 * hashes of their chunks, wherever their text is kept.
 */
export function hashOf(statement: Omit<Statement, 'hash' | 'sealedAt' | 'totalsText'>): string {
  const { statementId, merchantId, day, zone, previousHash, lineCount, totalsChunks, terminalsChunks } = statement;
  // The table gives objects back with their members in any order.
  const lineChunks = statement.lineChunks.map(({ hash, firstLine }) => ({ hash, firstLine }));
  const checks = statement.checks.map(({ currency, check, left, right, holds }) => {
    return { currency, check, left, right, holds };
  });
  const head = { statementId, merchantId, day, zone, previousHash, lineCount };
  return sha256(JSON.stringify({ ...head, lineChunks, totalsChunks, terminalsChunks, checks }));
}

export function statementView(statement: Statement, totals: TotalsView[]): StatementView {
  const { statementId, day, zone, sealedAt, previousHash, hash, lineCount, checks } = statement;
  const shown = { statementId, day, zone, sealedAt: toInstant(sealedAt), previousHash, hash, lineCount };
  return { ...shown, totals, checks: [...checks] };
}
