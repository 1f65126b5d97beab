/** Content of statements in pieces that fit into an item, each kept under its own hash. Pure. */
import { hash } from 'node:crypto';
import type { Item } from '../table/table.ts';

/** A JSON array, kept under the SHA-256 of this very text. */
export interface Chunk {
  readonly hash: string;
  readonly text: string;
}

/** What one item of the table may hold of a statement, in bytes; the table's own limit is 400 KB. */
const CHUNK_BYTES = 300_000;

export function sha256(text: string): string {
  return hash('sha256', text);
}

/** Fills chunks with rows, one after the other; `first` is the place of a chunk's first row, from 0. */
export class Chunker {
  private texts: string[] = [];
  private bytes = 2;
  private first = 0;

  /** Answers the chunk before `row` if there is no room in it any more. */
  add(row: unknown): { chunk: Chunk; first: number } | undefined {
    const text = JSON.stringify(row);
    const more = Buffer.byteLength(text) + 1;
    const full = this.bytes + more > CHUNK_BYTES ? this.end() : undefined;
    this.texts.push(text);
    this.bytes += more;
    return full;
  }

  /** The last chunk, if anything is in it. */
  end(): { chunk: Chunk; first: number } | undefined {
    if (this.texts.length === 0) return undefined;
    const text = `[${this.texts.join(',')}]`;
    const full = { chunk: { hash: sha256(text), text }, first: this.first };
    this.first += this.texts.length;
    this.texts = [];
    this.bytes = 2;
    return full;
  }
}

export function chunksOf(rows: readonly unknown[]): Chunk[] {
  const chunker = new Chunker();
  const full = rows.flatMap((row) => chunker.add(row)?.chunk ?? []);
  const last = chunker.end()?.chunk;
  return last ? [...full, last] : full;
}

export const chunkId = (hash: string) => `chk_${hash}`;

/** @throws Error if the stored text is not the one that was sealed */
export function contentOf<T>({ id, text }: Item): { hash: string; rows: T[] } {
  const hash = sha256(String(text));
  if (id !== chunkId(hash)) throw new Error(`the content of ${id} was changed`);
  return { hash, rows: JSON.parse(String(text)) };
}

export function found<T>(hash: string, chunk: T | undefined): T {
  if (chunk === undefined) throw new Error(`the chunk ${hash} of a sealed statement is missing`);
  return chunk;
}
