import type { Operation, Parsed } from '../../contract/operation.ts';
import { type List, openCursor } from '../cursor-seal.ts';
import type { HttpMiddleware, RequestContext } from './request-context.ts';

/** Whose list the operation tells this caller. */
export function listOf({ name }: Operation, { caller }: RequestContext): List {
  return { operation: name, merchantId: caller?.merchantId ?? '' };
}

/** Opens the cursor that the caller was given with the page before. @throws BadCursor for one of another list */
export function cursor(operation: Operation): HttpMiddleware {
  return {
    async before({ context }) {
      const { input, services } = context;
      const query = input?.query as { readonly cursor?: string } | undefined;
      if (!input || query?.cursor === undefined) return;
      const opened = await openCursor(services, listOf(operation, context), query.cursor);
      context.input = { ...input, query: { ...query, cursor: opened } } as Parsed<Operation>;
    },
  };
}
