/** The rights that a template gives to its functions, one by one, and whether one of them allows a call. */
import { isDeepStrictEqual } from 'node:util';
import type { Template } from '../support/template.ts';
import type { Call } from './record.ts';

export interface Right {
  /** As in a `Call`. */
  readonly by: string;
  readonly action: string;
  readonly on: string;
  /** The beginning that keys must have; absent: any. */
  readonly keys?: string;
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** @throws Error at whatever of IAM this does not understand, so that nothing is taken for less than it is */
export function rightsIn({ Resources }: Template): Right[] {
  const of = (type: string) => Object.entries(Resources).filter(([, { Type }]) => Type === type);
  return of('AWS::Lambda::Function').flatMap(([by, { Properties }]) => {
    const role = idOf(Properties.Role);
    return of('AWS::IAM::Policy')
      .filter(([, policy]) => (policy.Properties.Roles as unknown[]).some((it) => idOf(it) === role))
      .flatMap(([, policy]) => (policy.Properties.PolicyDocument as { Statement: Statement[] }).Statement)
      .flatMap((statement) => rightsOf(by, statement));
  });
}

function rightsOf(by: string, { Effect, Action, Resource, Condition, ...more }: Statement): Right[] {
  if (Effect !== 'Allow' || Object.keys(more).length > 0)
    throw new Error(`${by} has a statement of a kind that is not known here`);
  return [Action]
    .flat()
    .flatMap((action) =>
      [Resource].flat().flatMap((on) => keysOf(Condition).map((keys) => ({ by, action, on: placeOf(on), ...keys }))),
    );
}

/** One for each beginning of keys that the condition lets pass. */
function keysOf(condition: unknown): { keys?: string }[] {
  if (condition === undefined) return [{}];
  const { 'ForAllValues:StringLike': like } = condition as {
    'ForAllValues:StringLike'?: Record<string, readonly string[]>;
  };
  const patterns = like?.['dynamodb:LeadingKeys'] ?? [];
  const isKnown = isDeepStrictEqual(condition, { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': patterns } });
  if (!isKnown || patterns.some((pattern) => !/^[a-z]+_\*$/.test(pattern)))
    throw new Error(`the condition ${JSON.stringify(condition)} is not known here`);
  return patterns.map((pattern) => ({ keys: pattern.slice(0, -1) }));
}

/** The logical id, and for an index the rest of its ARN. */
function placeOf(resource: unknown): string {
  const { 'Fn::Join': join } = resource as { 'Fn::Join'?: [string, unknown[]] };
  if (!join) return idOf(resource);
  return join[1].map((part) => (typeof part === 'string' ? part : idOf(part))).join(join[0]);
}

function idOf(reference: unknown): string {
  const { Ref, 'Fn::GetAtt': attribute } = reference as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
  if (Ref !== undefined) return Ref;
  if (attribute?.[1] === 'Arn') return attribute[0];
  throw new Error(`${JSON.stringify(reference)} is no resource of the template`);
}

export function allows({ by, action, on, keys }: Right, call: Call): boolean {
  return by === call.by && action === call.action && on === call.on && (keys === undefined || keys === call.writes);
}

/** Such as `CreateOrder dynamodb:PutItem DirectoryTable cnt_`. `nameOf`: takes the hash from an id. */
export function textOf({ by, action, on, ...more }: Right | Call, nameOf: (id: string) => string): string {
  const keys = 'keys' in more ? more.keys : 'writes' in more ? more.writes : undefined;
  const [table = '', ...index] = on.split('/');
  const place = [nameOf(table), ...index].join('/');
  return [nameOf(by).replace(/Function$/, ''), action, place, ...(keys === undefined ? [] : [keys])].join(' ');
}
