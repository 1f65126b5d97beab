/** The part of documented.ts that needs the contract: loaded by tests that the API answers, and by no other. */
import { contract, type OperationName } from '../../functions/contract/contract.ts';
import type { Operation } from '../../functions/contract/operation.ts';
import { Problem, type ProblemCode } from '../../functions/contract/problem.ts';
import { problemAnswer } from '../../functions/contract/problem-answer.ts';
import { refusals } from '../../functions/contract/refusals.ts';
import type { Answered } from './documented.ts';

const operations = Object.values(contract) as Operation[];

/** What the contract does not know of an answer; undefined: nothing. */
export function faultOf({ method, url, status, headers, text }: Answered): string | undefined {
  const path = url.split('?')[0] ?? '';
  const operation = operations.filter((it) => it.method === method && matches(it.path, path)).sort(byVariables)[0];
  if (!operation) return `${method} ${path}`;
  const type = String(headers['content-type']);
  const said = `${operation.name} ${status}`;
  if (type.startsWith('text/csv')) return undefined;
  const body: unknown = JSON.parse(text);
  if (type === 'application/problem+json') return refusalFault(operation.name as OperationName, said, status, body);
  const schema = operation.answers()[status]?.schema;
  if (!schema || type !== 'application/json') return `${said} (${type})`;
  const { error } = schema.safeParse(body);
  return error && `${said}: ${error.message}`;
}

function refusalFault(name: OperationName, said: string, status: number, body: unknown): string | undefined {
  const { data, error } = problemAnswer().safeParse(body);
  if (error) return `${said}: ${error.message}`;
  const code = data.code as ProblemCode;
  const isListed = refusals[name].includes(code) && new Problem(code).status === status && data.status === status;
  return isListed ? undefined : `${said} ${code}`;
}

function matches(template: string, path: string): boolean {
  return new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(path);
}

/** A path without variables goes before one with. */
function byVariables(a: Operation, b: Operation): number {
  return a.path.split('{').length - b.path.split('{').length;
}
