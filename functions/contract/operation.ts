/**
 * What an operation of the contract is: its route, who may call it, and the schemas of what comes and goes. Functions
 * bundle it, so no word for people is in it: those are in bin/openapi.
 */
import * as z from 'zod';
import type { Scope } from '../merchant/key.ts';

// Compiling a parser takes longer than it saves before the thousandth request of an instance.
z.config({ jitless: true });
type Body = z.ZodType | null;

export interface Operation<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends Body = Body,
  A extends z.ZodType = z.ZodType,
> {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** What the caller's credential must allow; `null`: the operation checks its caller itself. */
  readonly scope: Scope | null;
  readonly params: P;
  readonly query: Q;
  /** `null`: the operation takes no body (or, for a notification, not a JSON one). */
  readonly body: B;
  /** Response schemas by status. Lazy: only the OpenAPI document needs them, and building them costs as long as a table's answer. */
  readonly answers: () => Readonly<Record<number, { readonly schema: A }>>;
  /** Where the handler lives, below `functions/`. */
  readonly entry: string;
}

/** What a handler gets of an operation's request, parsed. */
export interface Parsed<O extends Operation> {
  readonly params: z.output<O['params']>;
  readonly query: z.output<O['query']>;
  readonly body: O['body'] extends z.ZodType ? z.output<O['body']> : undefined;
}

/** What a client sends: members with a default may be left out. */
export interface Sent<O extends Operation> {
  readonly params: z.input<O['params']>;
  readonly query: z.input<O['query']>;
  readonly body: O['body'] extends z.ZodType ? z.input<O['body']> : undefined;
}

export const operation = <P extends z.ZodType, Q extends z.ZodType, B extends Body, A extends z.ZodType>(
  it: Operation<P, Q, B, A>,
) => it;

/** A schema that is made when it is asked for first. */
export function once<T extends z.ZodType>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

export type Made<F extends () => z.ZodType> = z.output<ReturnType<F>>;
