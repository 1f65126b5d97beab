import type { Operation } from '../../contract/operation.ts';
import { Problem } from '../../contract/problem.ts';
import type { HttpMiddleware } from './request-context.ts';

/** Lets those pass whose credential has the operation's scope; an operation without one has checked its caller. @throws Problem 403 */
export function authorize({ scope }: Operation): HttpMiddleware {
  return {
    before({ context: { caller } }) {
      if (scope && !caller?.scopes?.includes(scope))
        throw new Problem('scope_missing', { detail: `This needs the scope ${scope}.` });
    },
  };
}
