/** A sealed document, down to its bytes: every content under its own hash, and the hash of the whole over the one before. */
import { createHash } from 'node:crypto';
import type { Stores } from '../world/shop.ts';
import { MERCHANT_ID } from '../world/tills.ts';
import type { LinePage } from './pages.ts';
import { checksOf, storesOf, terminalsOf } from './sums.ts';
import { must, mustBe } from './violation.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

interface Frame {
  readonly day: string;
  readonly zone: string;
  readonly previousHash: string | null;
  readonly lines: readonly LinePage[];
  /** By line: which attempt of its order it is of. */
  readonly attempts: readonly number[];
}

interface Root {
  readonly lineChunks: readonly { readonly hash: string; readonly firstLine: number }[];
  readonly totalsChunks: readonly string[];
  readonly totalsText?: string;
  readonly terminalsChunks: readonly string[];
}

/** A line as it is kept: what is the rule, that all was received and at the sale's own till, is left out. */
function kept({ received, saleStoreId, saleTerminalId, settlement: _, ...line }: LinePage): object {
  return {
    ...line,
    ...(received !== line.gross && { received }),
    ...(saleStoreId !== line.storeId && { saleStoreId }),
    ...(saleTerminalId !== line.terminalId && { saleTerminalId }),
  };
}

/** The hash that the document must bear. */
export function checkDocument(stores: Stores, { day, zone, previousHash, lines, attempts }: Frame): string {
  const statementId = `${MERCHANT_ID}.${day}`;
  const what = `the document of ${day}:`;
  const root = stores.statements.get(statementId) as unknown as Root;
  const textOf = (hash: string) => String(stores.statements.get(`chk_${hash}`)?.text);
  const [chunk, ...more] = root.lineChunks;
  must(chunk !== undefined && more.length === 0, 'I12', `${what} so few lines are in one piece`);
  const linesText = textOf(chunk.hash);
  const rows = lines.map((line, i) => ({ ...kept(line), attempt: attempts[i] }));
  mustBe(JSON.parse(linesText), rows, 'I12', `${what} lines`);
  const contents = [
    { hashes: [chunk.hash], text: linesText, rows: undefined },
    { hashes: root.totalsChunks, text: root.totalsText ?? '', rows: storesOf(lines) },
    { hashes: root.terminalsChunks, text: textOf(root.terminalsChunks[0] ?? ''), rows: terminalsOf(lines) },
  ];
  for (const content of contents) {
    mustBe(content.hashes, [sha256(content.text)], 'I12', `${what} the hash of a content`);
    if (content.rows) mustBe(JSON.parse(content.text), content.rows, 'I12', `${what} totals`);
  }
  // Member by member, in the order that is documented.
  return sha256(
    JSON.stringify({
      ...{ statementId, merchantId: MERCHANT_ID, day, zone, previousHash, lineCount: lines.length },
      lineChunks: [{ hash: chunk.hash, firstLine: 1 }],
      totalsChunks: [sha256(root.totalsText ?? '')],
      terminalsChunks: [sha256(contents[2]?.text ?? '')],
      checks: checksOf(lines),
    }),
  );
}
