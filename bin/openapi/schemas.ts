/**
 * From the contract's schemas to schemas that generators understand: every object has a name, what may be null is a list of
 * types or a `oneOf` of names, integers say how many bits they have, and a format is not repeated as a pattern.
 */
import * as z from 'zod';
import { MEMBERS, SMALL } from './names.ts';
import { memberWords } from './words/members.ts';
import { schemaWords } from './words/schemas.ts';

export type Json = Record<string, unknown>;

export class Schemas {
  /** `components.schemas`. */
  readonly named: Record<string, Json> = {};
  /** Keys of words and names that something was described by. */
  readonly used = new Set<string>();
  /** What has no words, as `Schema` or `Schema.member`. */
  readonly missing: string[] = [];

  /**
   * The schema of a body or an answer. An object that has no name in the contract is called `name`.
   * @throws Error if an object has no name, or one name has two shapes
   */
  of(schema: z.ZodType, io: 'input' | 'output', name: string): Json {
    const { $schema: _, $defs = {}, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
    for (const [id, one] of Object.entries($defs as Record<string, Json>)) this.name(id, one);
    return this.shaped(json, name);
  }

  /** Of a path or a query: its members and which of them must be there. They have words of their own. */
  parameters(schema: z.ZodType): { properties: Record<string, Json>; required: readonly string[] } {
    const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    const shaped = Object.entries(properties).map(([name, json]) => [name, this.shaped(json as Json, name, name)]);
    return { properties: Object.fromEntries(shaped), required };
  }

  /** Keeps `json` under `name`, with words. */
  name(name: string, json: Json): Json {
    const { id: _, ...rest } = json;
    const { properties, ...others } = rest;
    const described: Json = { description: this.wordsOf(schemaWords, name), ...this.plain(others, name) };
    if (properties) described.properties = this.members(properties as Record<string, Json>, name);
    const before = this.named[name];
    if (before && JSON.stringify(before) !== JSON.stringify(described))
      throw new Error(`two shapes are called ${name}`);
    this.named[name] = described;
    return { $ref: `#/components/schemas/${name}` };
  }

  private members(properties: Record<string, Json>, owner: string): Json {
    return Object.fromEntries(
      Object.entries(properties).map(([member, json]) => {
        const path = `${owner}.${member}`;
        const known = MEMBERS[path];
        if (known !== undefined) this.used.add(path);
        const description = this.wordsOf(memberWords, path, member);
        return [member, { description, ...this.shaped(json, known ?? path, member) }];
      }),
    );
  }

  private wordsOf(words: Readonly<Record<string, string>>, ...keys: string[]): string {
    const key = keys.find((it) => words[it] !== undefined);
    if (key === undefined) this.missing.push(keys[0] ?? '');
    else this.used.add(key);
    return words[key ?? ''] ?? '';
  }

  /** `name` is for an object; `member` tells a small integer from a large one. */
  private shaped(json: Json, name: string, member = ''): Json {
    if (typeof json.$ref === 'string') return { $ref: json.$ref.replace('#/$defs/', '#/components/schemas/') };
    if (Array.isArray(json.anyOf)) return nullable(this.shaped(theOther(json.anyOf), name, member));
    if (json.type === 'array') return { ...json, items: this.shaped(json.items as Json, name, member) };
    if (json.properties) {
      if (name.includes('.')) throw new Error(`${name} is an object without a name`);
      return this.name(name, json);
    }
    return this.plain(json, member);
  }

  private plain(json: Json, member: string): Json {
    const { const: only, pattern, propertyNames: _, ...rest } = json;
    if (typeof rest.additionalProperties === 'object')
      rest.additionalProperties = this.shaped(rest.additionalProperties as Json, member);
    if (rest.type === 'integer') return integer(rest, SMALL.has(member));
    return {
      ...rest,
      ...(only !== undefined && { enum: [only] }),
      ...(isText(json) && { pattern: WITHOUT_CONTROLS }),
      // A client that has parsed an instant cannot hold it against a pattern of its text any more.
      ...(pattern !== undefined && rest.format === undefined && { pattern }),
    };
  }
}

/**
 * What a person writes, which is told by its bounds alone. Of what functions/text.ts asks for, a pattern can say that no
 * control character is in it, in words that the regular expressions of all languages know; the rest is in `x-rules`.
 */
const WITHOUT_CONTROLS = '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$';
const isText = ({ type, minLength, maxLength, pattern, format }: Json) =>
  type === 'string' &&
  minLength !== undefined &&
  maxLength !== undefined &&
  pattern === undefined &&
  format === undefined;

function integer({ minimum, maximum, ...rest }: Json, isSmall: boolean): Json {
  return {
    ...rest,
    format: isSmall ? 'int32' : 'int64',
    ...(minimum !== undefined && minimum !== Number.MIN_SAFE_INTEGER && { minimum }),
    ...(maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER && { maximum }),
  };
}

/** @throws Error for a union of anything but something and null */
function theOther(union: Json[]): Json {
  const [one, ...others] = union.filter(({ type }) => type !== 'null');
  if (!one || others.length > 0 || union.length !== 2) throw new Error(`a union: ${JSON.stringify(union)}`);
  return one;
}

function nullable(json: Json): Json {
  if (json.$ref) return { oneOf: [json, { type: 'null' }] };
  if (json.enum) throw new Error('an enumeration that may be null needs a name');
  return { ...json, type: [json.type, 'null'] };
}
