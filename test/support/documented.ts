/**
 * Holds every answer of the API that passes through a test against what the contract says of its operation: status, schema,
 * and for a refusal its code and its members. The set-up file hangs it into each test; an answer that the documents do not
 * know fails the test that got it.
 */

export interface Answered {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

const answered: Answered[] = [];

/** Only handlers name the request: what a gateway or another server of a test answers is none of theirs. */
export function note(answer: Answered): void {
  if (answer.headers['x-request-id'] !== undefined) answered.push(answer);
}

/** @throws Error with every answer since the last call that the contract does not know */
export async function mustBeDocumented(): Promise<void> {
  if (answered.length === 0) return;
  const { faultOf } = await import('./documented-answers.ts');
  const faults = new Set(answered.splice(0).flatMap((it) => faultOf(it) ?? []));
  if (faults.size > 0) throw new Error(`The contract does not know ${[...faults].join('; ')}`);
}
