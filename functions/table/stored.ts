/**
 * What is read back from a table is checked: a narrow reader, made from the shape of an item, because a schema of zod is as fast
 * once it is warm, and takes tens of milliseconds of a cold start to be built and used first. Members that no shape names stay on the object, so that what a later version wrote is written back.
 */
import type { Item } from './table.ts';

/** An item that this code cannot work with: its table, its id, and the member that is wrong. It says nothing of the value. */
export class WrongItem extends Error {
  constructor(table: string, id: unknown, member: string, expected: string) {
    super(`${table} ${id}: ${member} is no ${expected}`);
    this.name = 'WrongItem';
  }
}

/** How a member is stored. `integer` is a safe one; `list` and `object` are not looked into. */
type Plain = 'text' | 'integer' | 'number' | 'flag' | 'list' | 'object' | 'text or null';

type Kind<V> = [V] extends [string]
  ? 'text'
  : [V] extends [string | null]
    ? 'text or null'
    : [V] extends [number]
      ? 'integer' | 'number'
      : [V] extends [boolean]
        ? 'flag'
        : [V] extends [readonly (infer Row)[]]
          ? 'list' | readonly [Kind<Row>]
          : 'object' | Shape<V>;

/** Absent, or of that kind. */
interface Optional<K> {
  readonly optional: K;
}

/** Every member of `T`: the compiler finds one that was forgotten. */
export type Shape<T> = {
  readonly [M in keyof T]-?: object extends Pick<T, M> ? Optional<Kind<Exclude<T[M], undefined>>> : Kind<T[M]>;
};

export const optional = <const K>(kind: K): Optional<K> => ({ optional: kind });

/** `undefined`: it is as it should be; else the path of the member that is not, and what it should be. */
type Check = (value: unknown, path: string) => readonly [path: string, expected: string] | undefined;

const PLAIN: { readonly [kind in Plain]: (value: unknown) => boolean } = {
  text: (value) => typeof value === 'string',
  integer: Number.isSafeInteger,
  number: Number.isFinite,
  flag: (value) => typeof value === 'boolean',
  list: Array.isArray,
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'text or null': (value) => value === null || typeof value === 'string',
};

/**
 * The reader of items of one kind. `idOf` is the attribute of the table's key.
 * @throws WrongItem by the reader, for an item that has not this shape
 */
export function reader<T>(table: string, idOf: string, shape: Shape<T>): (item: Item) => T {
  const check = checkOfShape(shape as Members);
  return (item) => {
    const wrong = check(item, '');
    if (wrong) throw new WrongItem(table, item[idOf], ...wrong);
    return item as T;
  };
}

type Members = { readonly [member: string]: unknown };

function checkOf(kind: unknown): Check {
  if (typeof kind === 'string') {
    const isRight = PLAIN[kind as Plain];
    return (value, path) => (isRight(value) ? undefined : [path, kind]);
  }
  return Array.isArray(kind) ? checkOfRows(kind[0]) : checkOfShape(kind as Members);
}

function checkOfRows(kind: unknown): Check {
  const check = checkOf(kind);
  return (value, path) => {
    if (!Array.isArray(value)) return [path, 'list'];
    for (let i = 0; i < value.length; i += 1) {
      const wrong = check(value[i], `${path}[${i}]`);
      if (wrong) return wrong;
    }
    return undefined;
  };
}

function checkOfShape(shape: Members): Check {
  const members = Object.entries(shape).map(([name, kind]) => {
    const isOptional = typeof kind === 'object' && kind !== null && 'optional' in kind;
    return { name, isOptional, check: checkOf(isOptional ? kind.optional : kind) };
  });
  return (value, path) => {
    if (!PLAIN.object(value)) return [path, 'object'];
    for (const { name, isOptional, check } of members) {
      const member = (value as Members)[name];
      if (isOptional && member === undefined) continue;
      const wrong = check(member, path === '' ? name : `${path}.${name}`);
      if (wrong) return wrong;
    }
    return undefined;
  };
}
