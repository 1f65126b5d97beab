/** What generated clients are given to parse: every example of the document, by the name of its schema. */

export interface Case {
  readonly schema: string;
  readonly value: unknown;
}

type Json = Readonly<Record<string, unknown>>;

/** More than 32 bits hold, in minor units. */
const LARGE = 3_000_000_000;

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

/** Every example in JSON that stands beside the name of its schema. */
function* mediaIn(value: unknown): Generator<Case> {
  if (typeof value !== 'object' || value === null) return;
  const media = (value as Json)['application/json'] as { schema: { $ref: string }; example: unknown } | undefined;
  if (media) yield { schema: media.schema.$ref.split('/').at(-1) ?? '', value: media.example };
  else for (const member of Object.values(value)) yield* mediaIn(member);
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
