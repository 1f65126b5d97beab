/** The template as the CDK makes it, for tests that read it. */
import { synthesizeTemplate } from '../../bin/app.ts';

export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  Metadata?: Record<string, string>;
}
export const template = synthesizeTemplate() as { Resources: Record<string, Resource> };
export const all = Object.entries(template.Resources);
export const of = (type: string) => all.filter(([, { Type }]) => Type === type);
/** The logical id that `{Ref}` or `{Fn::GetAtt}` means. */
export function targetOf(value: unknown): string {
  const { Ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
  return Ref ?? attribute?.[0] ?? '';
}

/** The same for a resource of a policy, with what is joined to it, such as `/index/due`. */
export function pathOf(value: unknown): string {
  const join = (value as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join'];
  if (join) return join[1].map((part) => (typeof part === 'string' ? part : targetOf(part))).join(join[0]);
  return typeof value === 'string' ? value : targetOf(value);
}
