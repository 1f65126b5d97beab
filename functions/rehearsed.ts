/** What a function is told to do before its first event: the synthesis writes it, the warm-up reads it. */

/** The operations of DynamoDB that a function may call, beside `GetItem`. */
export type Rehearsed = 'BatchGetItem' | 'PutItem' | 'Query';

/** Who sends a rehearsed request: a terminal, one that brings its first or its next key, or a back office. */
export type Sender = 'terminal' | 'newcomer' | 'rotating' | 'office';

/** A request to the API as a function will get it. */
export interface RehearsedRequest {
  readonly by: Sender;
  readonly method: string;
  readonly path: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: object;
  /** What the tables hold for it, beside a merchant and the keys: plain JSON. Each gets the account by which that merchant sells. */
  readonly items?: readonly object[];
}

/** What a function will need of AWS and of itself. */
export interface Needs {
  /** The channels whose keys it reads. */
  readonly channels: readonly string[];
  /** Calls to the tables. */
  readonly operations: readonly Rehearsed[];
  /** How many of them it makes at the same time. */
  readonly connections: number;
  /** What it rehearses: a request of the API, or another event. */
  readonly request?: RehearsedRequest;
  readonly event?: object;
}

/** Who is there in a rehearsal. */
export const MERCHANT = 'mer_rehearsal';
export const TERMINAL = 'trm_rehearsal';
