/** The template as the CDK makes it, and the same as people read it: without references, without hashes. */
import { synthesizeTemplate } from '../../bin/app.ts';

export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  Metadata?: Record<string, string>;
  DependsOn?: string[];
}
export interface Template {
  Resources: Record<string, Resource>;
  Outputs: Record<string, { Value: unknown }>;
}

export const synthesize = (settings: Readonly<Record<string, unknown>> = {}) =>
  synthesizeTemplate(settings) as Template;

/**
 * Every resource under its name without the CDK's hash. `{Ref: X}` is `<X>`, `{Fn::GetAtt: [X, Arn]}` is `<X.Arn>`, parts
 * that are joined by nothing are one text; a policy's statements are one line for each right. All else is as it was.
 * @throws Error if two resources have one name without their hashes
 */
export function readable({ Resources, Outputs }: Template): { resources: Record<string, unknown>; outputs: unknown } {
  const ids = new Set(Object.keys(Resources));
  const read = (value: unknown) => readableValue(value, ids);
  const resources: Record<string, unknown> = {};
  for (const [id, resource] of Object.entries(Resources)) {
    const name = nameOf(id);
    if (resources[name] !== undefined) throw new Error(`two resources are named ${name}`);
    const { Type, Properties } = resource;
    const { PolicyDocument } = Properties as { PolicyDocument?: { Statement: Statement[] } };
    resources[name] = read(
      Type === 'AWS::IAM::Policy' && PolicyDocument
        ? { ...resource, Properties: { ...Properties, PolicyDocument: withRights(PolicyDocument, read) } }
        : resource,
    );
  }
  return { resources, outputs: read(Outputs) };
}

/** The name that a resource was given, without the hash of its place: other places, same name. */
export function nameOf(id: string): string {
  return id.replace(/([0-9A-F]{8})+$/, '');
}

function readableValue(value: unknown, ids: ReadonlySet<string>): unknown {
  const read = (inner: unknown) => readableValue(inner, ids);
  if (typeof value === 'string') return ids.has(value) ? `<${nameOf(value)}>` : value;
  if (Array.isArray(value)) return value.map(read);
  if (typeof value !== 'object' || value === null) return value;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join, ...more } = value as Record<string, unknown>;
  if (Object.keys(more).length === 0) {
    if (typeof Ref === 'string') return `<${nameOf(Ref)}>`;
    if (Array.isArray(attribute)) return `<${nameOf(attribute[0])}.${attribute[1]}>`;
    if (Array.isArray(join) && join[0] === '') return join[1].map(read).join('');
  }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, read(member)]));
}

export interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

function withRights({ Statement, ...document }: { Statement: Statement[] }, read: (value: unknown) => unknown): object {
  return { ...document, rights: Statement.flatMap((it) => rightsOf(it, read)).sort() };
}

/** Such as `Allow dynamodb:PutItem on <DirectoryTable.Arn> for keys cnt_*`; what it does not know it shows as it is. */
function rightsOf({ Effect, Action, Resource, Condition, ...more }: Statement, read: (value: unknown) => unknown) {
  const rest = Object.keys(more).length > 0 ? ` ${JSON.stringify(more)}` : '';
  return [Action]
    .flat()
    .flatMap((action) =>
      [Resource].flat().map((on) => `${Effect} ${action} on ${read(on)}${onlyFor(Condition)}${rest}`),
    );
}

function onlyFor(condition: unknown): string {
  if (condition === undefined) return '';
  const { 'ForAllValues:StringLike': like, ...more } = condition as Record<string, Record<string, string[]>>;
  const { 'dynamodb:LeadingKeys': keys, ...others } = like ?? {};
  const isKnown = keys !== undefined && Object.keys({ ...more, ...others }).length === 0;
  return isKnown ? ` for keys ${keys.join(' ')}` : ` if ${JSON.stringify(condition)}`;
}
