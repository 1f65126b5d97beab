/** What generated clients are given to parse, by the name of its schema: every example of the document, and answers of a stack. */

export interface Case {
  readonly schema: string;
  readonly value: unknown;
}

type Json = Readonly<Record<string, unknown>>;

/** More than 32 bits hold, in minor units. */
export const LARGE = 3_000_000_000;

/** Bodies, answers and refusals; the first answer that has an amount once more with a large one. */
export function casesIn(document: Json): Case[] {
  const cases = [...mediaIn(document.paths)];
  const { examples } = document.components as { examples: Record<string, { value: unknown }> };
  const refusals = Object.values(examples).map(({ value }) => ({ schema: 'Problem', value }));
  const large = ['Order', 'LiveTotals', 'LinePage'].flatMap((name) => {
    const one = cases.find(({ schema }) => schema === name);
    return one ? [JSON.parse(JSON.stringify(one).replace(/:1234\b/g, `:${LARGE}`)) as Case] : [];
  });
  return [...cases, ...refusals, ...large];
}

/** What the document calls the JSON of an answer. @throws Error if it knows no such answer */
export function schemaOf(document: Json, method: string, path: string, response: Response): string {
  const type = response.headers.get('content-type') ?? '';
  const template = Object.keys(document.paths as Json)
    .filter((it) => new RegExp(`^${it.replace(/\{\w+\}/g, '[^/]+')}$`).test(path))
    .sort((a, b) => a.split('{').length - b.split('{').length)[0];
  const told = ['paths', template ?? '', method.toLowerCase(), 'responses', String(response.status), 'content', type];
  const media = told.reduce<unknown>((at, name) => (at as Json | undefined)?.[name], document);
  const { $ref } = ((media as Json | undefined)?.schema ?? {}) as { $ref?: string };
  if ($ref === undefined) throw new Error(`the document has no ${response.status} ${type} of ${method} ${path}`);
  return $ref.split('/').at(-1) ?? '';
}

/** Every example in JSON that stands beside the name of its schema. What a channel reads of an answer has none. */
function* mediaIn(value: unknown): Generator<Case> {
  if (typeof value !== 'object' || value === null) return;
  const media = (value as Json)['application/json'] as { schema: { $ref?: string }; example: unknown } | undefined;
  if (media?.schema.$ref) yield { schema: media.schema.$ref.split('/').at(-1) ?? '', value: media.example };
  else if (!media) for (const member of Object.values(value)) yield* mediaIn(member);
}

/**
 * `value` as all languages write it: instants to the millisecond, and without members that `other` lacks and that say
 * nothing or the default, because a class has them all.
 */
export function plain(value: unknown, other: unknown): unknown {
  if (Array.isArray(value)) return value.map((one, i) => plain(one, Array.isArray(other) ? other[i] : undefined));
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  const there = (typeof other === 'object' && other !== null ? other : {}) as Json;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, member]) => name in there || (member !== null && DEFAULTS[name] !== member))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, plain(member, there[name])]),
  );
}

const DEFAULTS: Json = { expiresInSeconds: 180, qrCode: true, svg: false, attempt: 1 };
