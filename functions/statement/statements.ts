/**
 * The store of statements: a head per merchant (how far it is sealed, and when it is due), one item per decided business
 * day, and chunks of content under their own SHA-256. Days and chunks are written once; only heads ever change.
 */
import { hash } from 'node:crypto';
import type { TerminalTotalsView, TotalsView } from '../contract/totals-answers.ts';
import { groupsOf } from '../groups.ts';
import type { Merchant } from '../merchant/merchant.ts';
import {
  BadCursor,
  type Item,
  KEYS_MAX,
  type Query,
  type Range,
  readCursor,
  type Table,
  writeCursor,
} from '../table/table.ts';
import { businessDay, DAY, type EpochMs, endOfDay } from '../time.ts';
import { type Chunk, chunkId, contentOf, found, sha256 } from './chunks.ts';
import { completed } from './forms.ts';
import type { Gathering } from './gathering.ts';
import type { Line, Movement } from './lines.ts';
import { type Statement, statementIdOf } from './statement.ts';
import { type Head, readGathering, readHead, readStatement } from './stored.ts';
import { completedTotals } from './totals.ts';

/** Heads lie in so many partitions, if a deployment does not say otherwise: more, up to 64, and never less than before. */
export const STATEMENT_SHARDS = 16;
export const STATEMENT_SHARDS_MAX = 64;

/** Chunks of 300 KB that are read or written at the same time. */
const CHUNKS_ABREAST = 8;

/** What became of a business day. The first write decides it, for ever. */
export type Decision =
  | { readonly kind: 'sealed'; readonly statement: Statement }
  /** Nothing had happened: there is no statement for this day, and there will be none. */
  | { readonly kind: 'empty' };

interface Page<T> {
  readonly rows: readonly T[];
  readonly cursor: string | undefined;
}

export class Statements {
  /** The partitions of due heads. */
  readonly dueShards: readonly string[];
  private readonly table: Table;

  constructor(table: Table, shardCount = STATEMENT_SHARDS) {
    this.table = table;
    this.dueShards = shardsUpTo(shardCount);
  }

  /** Begins a merchant's statements with the business day of `now`. Safe to repeat: the first head stays. */
  async openHead({ merchantId, zone }: Pick<Merchant, 'merchantId' | 'zone'>, now: EpochMs): Promise<void> {
    const today = businessDay(now, zone);
    const dayBefore = new Date(Date.parse(today) - DAY).toISOString().slice(0, 10);
    await this.table.create({
      id: headId(merchantId),
      merchantId,
      version: 1,
      lastDay: dayBefore,
      lastHash: null,
      dueShard: this.shardOf(merchantId),
      dueAt: endOfDay(today, zone),
    });
  }

  async head(merchantId: string): Promise<Head | undefined> {
    const item = await this.table.get(headId(merchantId));
    return item && readHead(item);
  }

  /** Heads of `shard` that wait for a visit at `now`, the longest waiting first. */
  async dueHeads(shard: string, now: EpochMs): Promise<Head[]> {
    const page = await this.table.query({ index: 'due', partition: shard, range: { to: now }, limit: KEYS_MAX });
    const heads = (await this.table.getMany(page.keys)).map(readHead);
    return heads.filter((head) => head.dueAt <= now);
  }

  /** Every merchant whose statements are open, in no order. For the operator only: no function asks this. */
  async *merchantIds(): AsyncGenerator<string[]> {
    // An operator's machine does not know how many a deployment has chosen.
    for (const shard of shardsUpTo(STATEMENT_SHARDS_MAX)) {
      let cursor: string | undefined;
      do {
        const place = cursor === undefined ? {} : { cursor };
        const page = await this.table.query({ index: 'due', partition: shard, limit: KEYS_MAX, ...place });
        yield (await this.table.getMany(page.keys)).map(({ merchantId }) => String(merchantId));
        cursor = page.cursor;
      } while (cursor !== undefined);
    }
  }

  /** The head with `changes`, or `undefined` if another run has changed it: read it again. */
  async moveHead(seen: Head, changes: Partial<Head>): Promise<Head | undefined> {
    const { failures: _, marked, ...kept } = seen;
    const stays = marked !== undefined && changes.lastDay === undefined && { marked };
    const head: Head = { ...kept, ...stays, ...changes, version: seen.version + 1 };
    const dueShard = this.shardOf(seen.merchantId);
    return (await this.table.replace({ ...head, dueShard }, seen.version)) ? head : undefined;
  }

  /** What `day` came to; `undefined` while it is open. */
  async decision(merchantId: string, day: string): Promise<Decision | undefined> {
    return decisionOf(await this.table.get(statementIdOf(merchantId, day)));
  }

  /** What each of `days` came to, in their order; those that are open are left out. Strongly consistent. */
  async decisions(merchantId: string, days: readonly string[]): Promise<Map<string, Decision>> {
    const decisions = new Map<string, Decision>();
    for (const group of groupsOf(days, KEYS_MAX)) {
      const roots = await this.table.getMany(group.map((day) => statementIdOf(merchantId, day)));
      for (const root of roots) {
        const decision = decisionOf(root);
        if (decision) decisions.set(String(root.id).slice(merchantId.length + 1), decision);
      }
    }
    return decisions;
  }

  /** Seals `statement`, its chunks first: the write of the root is the seal. Returns what became of the day, decided by this run or another. */
  async seal(statement: Statement, chunks: readonly Chunk[]): Promise<Decision> {
    await this.writeChunks(chunks);
    return this.decide({ id: statement.statementId, version: 1, ...statement });
  }

  async writeChunks(chunks: readonly Chunk[]): Promise<void> {
    for (const group of groupsOf(chunks, CHUNKS_ABREAST)) {
      // A chunk that is there already is the same one, since its content is its name.
      await Promise.all(group.map(({ hash, text }) => this.table.create({ id: chunkId(hash), version: 1, text })));
    }
  }

  /** What an earlier sweep has gathered for `day`, if that was too much for it. */
  async gathering(merchantId: string, day: string): Promise<Gathering | undefined> {
    const item = await this.table.get(gatheringId(merchantId, day));
    return item && readGathering(item);
  }

  /** Keeps what comes after `seen`. `undefined`: another run kept something else. */
  async keepGathering(
    merchantId: string,
    day: string,
    seen: Gathering | undefined,
    next: Omit<Gathering, 'version'>,
  ): Promise<Gathering | undefined> {
    const item = { ...next, id: gatheringId(merchantId, day), version: (seen?.version ?? 0) + 1 };
    const isKept = seen ? await this.table.replace(item, seen.version) : await this.table.create(item);
    return isKept ? item : undefined;
  }

  /** A chunk of a sorted run. Not verified against its hash: it is a temporary file, read once, by the run that seals. */
  async movements(hash: string): Promise<Movement[]> {
    return completed(JSON.parse(String(found(hash, await this.table.get(chunkId(hash))).text)));
  }

  /** Decides that `day` has no statement. The item stands where a statement would, and in no list. */
  leaveEmpty(merchantId: string, day: string): Promise<Decision> {
    return this.decide({ id: statementIdOf(merchantId, day), version: 1, merchantId, empty: true });
  }

  private async decide(root: Item): Promise<Decision> {
    await this.table.create(root);
    // Read in any case: another run may have been first, or it was this write and its answer got lost.
    const decision = decisionOf(await this.table.get(String(root.id)));
    if (!decision) throw new Error(`statement ${root.id} is there and is not there`);
    return decision;
  }

  async get(statementId: string): Promise<Statement | undefined> {
    const decision = decisionOf(await this.table.get(statementId));
    return decision?.kind === 'sealed' ? decision.statement : undefined;
  }

  /** A merchant's statements, the newest first. @throws BadCursor for one of another list, or outside of `range` */
  async list(
    merchantId: string,
    { range, limit, cursor }: { range: Range; limit: number; cursor: string | undefined },
  ): Promise<Page<Statement>> {
    const query: Query = { index: 'by-merchant', partition: merchantId, range, limit, newestFirst: true };
    const page = await this.table.query(cursor === undefined ? query : within(range, { ...query, cursor }));
    const roots = await this.table.getMany(page.keys);
    const rows = roots.map(decisionOf).flatMap((it) => (it?.kind === 'sealed' ? [it.statement] : []));
    return { rows, cursor: page.cursor };
  }

  /** The totals per store of each of `statements`, in the same order. */
  async totals(statements: readonly Statement[]): Promise<TotalsView[][]> {
    const inChunks = statements.filter(({ totalsText }) => totalsText === undefined);
    const chunks = await this.readRows<TotalsView>(inChunks.flatMap(({ totalsChunks }) => totalsChunks));
    return statements.map(({ statementId, totalsChunks, totalsText }) => {
      if (totalsText === undefined)
        return completedTotals(totalsChunks.flatMap((hash) => found(hash, chunks.get(hash))));
      if (sha256(totalsText) !== totalsChunks[0]) throw new Error(`the totals of ${statementId} were changed`);
      return completedTotals(JSON.parse(totalsText));
    });
  }

  /** A page of the totals per terminal and operator, in their order. @throws BadCursor for one of another statement */
  async terminals(
    statement: Statement,
    { limit, cursor }: { limit: number; cursor: string | undefined },
  ): Promise<Page<TerminalTotalsView>> {
    const chunks = await this.readRows<TerminalTotalsView>(statement.terminalsChunks);
    const rows = completedTotals(statement.terminalsChunks.flatMap((hash) => found(hash, chunks.get(hash))));
    const list: Query = { index: 'terminals', partition: statement.statementId, limit };
    const after = cursor === undefined ? 0 : rowAfter(rows.length, { ...list, cursor });
    const last = after + limit;
    return {
      rows: rows.slice(after, last),
      cursor: last < rows.length ? writeCursor(list, last, statement.statementId) : undefined,
    };
  }

  private async readRows<Row>(hashes: readonly string[]): Promise<Map<string, Row[]>> {
    const chunks = new Map<string, Row[]>();
    for (const group of groupsOf([...new Set(hashes)], KEYS_MAX)) {
      for (const item of await this.table.getMany(group.map(chunkId))) {
        const { hash, rows } = contentOf<Row>(item);
        chunks.set(hash, rows);
      }
    }
    return chunks;
  }

  /** A page of the lines, in order of their numbers. @throws BadCursor for one of another statement */
  async lines(
    statement: Statement,
    { limit, cursor }: { limit: number; cursor: string | undefined },
  ): Promise<Page<Line>> {
    const list: Query = { index: 'lines', partition: statement.statementId, limit };
    const after = cursor === undefined ? 0 : rowAfter(statement.lineCount, { ...list, cursor });
    const last = Math.min(after + limit, statement.lineCount);
    const wanted = statement.lineChunks.filter(({ firstLine }, i) => {
      const next = statement.lineChunks[i + 1]?.firstLine ?? Number.POSITIVE_INFINITY;
      return firstLine <= last && after + 1 < next;
    });
    const rows: Line[] = [];
    for (const { hash } of wanted) rows.push(...(await this.readLines(hash)));
    return {
      rows: rows.filter(({ lineNo }) => after < lineNo && lineNo <= last),
      cursor: last < statement.lineCount ? writeCursor(list, last, statement.statementId) : undefined,
    };
  }

  /** All lines, a chunk at a time, or those from chunk `first` on, counted from 0. */
  async *linesByChunk(statement: Statement, first = 0): AsyncGenerator<Line[]> {
    for (const { hash } of statement.lineChunks.slice(first)) yield await this.readLines(hash);
  }

  private async readLines(hash: string): Promise<Line[]> {
    return completed(contentOf<Line>(found(hash, await this.table.get(chunkId(hash)))).rows);
  }

  private shardOf(merchantId: string): string {
    return String(hash('sha256', merchantId, 'buffer').readUInt16BE(0) % this.dueShards.length);
  }
}

const headId = (merchantId: string) => `head_${merchantId}`;

/** It stands in no index. */
const gatheringId = (merchantId: string, day: string) => `gat_${merchantId}.${day}`;

const shardsUpTo = (count: number): string[] => [...Array(count).keys()].map(String);

function decisionOf(item: Item | undefined): Decision | undefined {
  if (!item) return undefined;
  if (item.empty === true) return { kind: 'empty' };
  const { id, version, ...statement } = item;
  return { kind: 'sealed', statement: readStatement(statement) };
}

/** The query, unless its cursor points outside of its range: DynamoDB would fail at it. */
function within({ from, to }: Range, query: Query): Query {
  const { sort } = readCursor(query, 'S');
  const inside = (from === undefined || sort >= from) && (to === undefined || sort <= to);
  if (!inside) throw new BadCursor('the cursor is of a list of other days');
  return query;
}

function rowAfter(count: number, query: Query): number {
  const { sort } = readCursor(query, 'N');
  if (typeof sort !== 'number' || sort < 1 || sort >= count) throw new BadCursor('the statement has no such row');
  return sort;
}
