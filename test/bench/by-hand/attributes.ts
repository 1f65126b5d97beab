/** By hand, as it was: DynamoDB's attribute values, and the plain JSON values that items consist of. */

type Value =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly L: readonly Value[] }
  | { readonly M: Attributes };

export type Attributes = { readonly [name: string]: Value };

/** A binary or a set, which we never write: kept as it came and written back. */
class Foreign {
  readonly value: Value;

  constructor(value: Value) {
    this.value = value;
  }
}

/** Members that are `undefined` are left out. @throws TypeError for what is no JSON */
export function toAttributes(item: { readonly [name: string]: unknown }): Attributes {
  const attributes: { [name: string]: Value } = {};
  for (const [name, value] of Object.entries(item)) if (value !== undefined) define(attributes, name, toValue(value));
  return attributes;
}

export function fromAttributes(attributes: Attributes): { [name: string]: unknown } {
  const item: { [name: string]: unknown } = {};
  for (const [name, value] of Object.entries(attributes)) define(item, name, fromValue(value));
  return item;
}

/** `__proto__` is a name like any other. */
function define<T>(object: { [name: string]: T }, name: string, value: T): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

function toValue(value: unknown): Value {
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${value} cannot be stored`);
      return { N: String(value) };
    case 'boolean':
      return { BOOL: value };
    case 'object':
      break;
    default:
      throw new TypeError(`a ${typeof value} cannot be stored`);
  }
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.filter((it) => it !== undefined).map(toValue) };
  if (value instanceof Foreign) return value.value;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError(`a ${value.constructor.name} cannot be stored`);
  return { M: toAttributes(value as { [name: string]: unknown }) };
}

function fromValue(value: Value): unknown {
  if ('S' in value) return value.S;
  if ('N' in value) return fromNumber(value.N);
  if ('M' in value) return fromAttributes(value.M);
  if ('L' in value) return value.L.map(fromValue);
  if ('BOOL' in value) return value.BOOL;
  if ('NULL' in value) return null;
  return new Foreign(value);
}

/** @throws RangeError for a whole number that a JavaScript number cannot hold */
function fromNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) throw new RangeError(`${text} is too large`);
  return number;
}
