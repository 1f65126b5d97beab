/**
 * Cursors as callers see them: a table's own cursor behind a seal (HMAC-SHA-256, 96 bits) under a key of this deployment, for one
 * operation and one caller's merchant. Where the key is kept, and why there: docs/decisions/0028.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FunctionState } from '../merchant/function-state.ts';
import { reader } from '../table/stored.ts';
import { BadCursor } from '../table/table.ts';
import type { Reply } from './reply.ts';

interface Kept {
  readonly functionState: FunctionState;
}

/** Whose list it is. */
export interface List {
  readonly operation: string;
  readonly merchantId: string;
}

/** The name in the functions' state. */
const NAME = 'cursors';
const readKey = reader<{ readonly key: string }>('directory', 'id', { key: 'text' });
/** Characters of 12 bytes in base64url. */
const SEAL_LENGTH = 16;

/** Makes the deployment's key, unless there is one. The sweep does it, and the seed of the local stack. */
export async function makeCursorKey({ functionState }: Kept): Promise<void> {
  if (await functionState.recent(NAME, readKey)) return;
  await functionState.change(NAME, readKey, (current) =>
    current ? undefined : { key: randomBytes(32).toString('base64url') },
  );
}

/** The table's cursor of a page that the caller names. @throws BadCursor for one that was not sealed for this very list */
export async function openCursor(kept: Kept, list: List, sealed: string): Promise<string> {
  const cursor = sealed.slice(SEAL_LENGTH);
  const told = Buffer.from(sealed.slice(0, SEAL_LENGTH));
  const made = Buffer.from(await sealOf(kept, list, cursor));
  if (told.length !== made.length || !timingSafeEqual(told, made))
    throw new BadCursor('the cursor is not of this list');
  return cursor;
}

/** The reply with its next page's cursor sealed, in the body and in the `Link` header. */
export async function sealCursor(kept: Kept, list: List, { next, ...reply }: Reply): Promise<Reply> {
  if (next) {
    const link = next.link(await sealed(kept, list, next.cursor));
    return { ...reply, headers: { ...reply.headers, link } };
  }
  const { body } = reply;
  const cursor = isPage(body) ? body.nextCursor : null;
  return cursor === null
    ? reply
    : { ...reply, body: { ...(body as object), nextCursor: await sealed(kept, list, cursor) } };
}

function isPage(body: unknown): body is { readonly nextCursor: string | null } {
  return typeof body === 'object' && body !== null && 'nextCursor' in body;
}

async function sealed(kept: Kept, list: List, cursor: string): Promise<string> {
  return `${await sealOf(kept, list, cursor)}${cursor}`;
}

async function sealOf({ functionState }: Kept, { operation, merchantId }: List, cursor: string): Promise<string> {
  // None yet: the first minute of a deployment, before the first sweep. A caller who makes one up then gets a page of its own list.
  const { key = '' } = (await functionState.recent(NAME, readKey)) ?? {};
  const text = JSON.stringify([operation, merchantId, cursor]);
  return createHmac('sha256', key).update(text).digest('base64url').slice(0, SEAL_LENGTH);
}
