/** What the contract lets in and out, over all of its operations: nothing that is not named, nothing without a bound. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { contract, type OperationName } from '../../functions/contract/contract.ts';
import type { Operation } from '../../functions/contract/operation.ts';
import { MAX_VALUE } from '../../functions/money.ts';

const operations: readonly Operation[] = Object.values(contract);
const named = operations.map((it) => [it.name as OperationName, it] as const);
const ROOT = join(import.meta.dirname, '..', '..');

type Json = { readonly [member: string]: unknown };
interface Found {
  readonly at: string;
  readonly json: Json;
}

/** Every schema in a schema, with its place. */
function schemasIn(schema: z.ZodType, io: 'input' | 'output'): Found[] {
  const visit = (json: unknown, at: string): Found[] => {
    if (typeof json !== 'object' || json === null) return [];
    const inner = Object.entries(json).flatMap(([name, member]) => visit(member, `${at}/${name}`));
    return 'type' in json || 'enum' in json || 'const' in json ? [{ at, json: json as Json }, ...inner] : inner;
  };
  return visit(z.toJSONSchema(schema, { io, unrepresentable: 'any' }), '');
}

const sentTo = ({ params, query, body }: Operation) => [params, query, ...(body ? [body] : [])];
/** Whose members are named by currencies; what each one holds is a schema of its own. */
const isByCurrency = ({ propertyNames }: Json) => (propertyNames as Json | undefined)?.pattern === '^[A-Z]{3}$';
const isOpen = ({ json }: Found) =>
  json.type === 'object' && json.additionalProperties !== false && !isByCurrency(json);

describe('F67 S8 requests', () => {
  test.each(named)('%s: every object is closed, every text, number and list has a bound', (_, operation) => {
    const schemas = sentTo(operation).flatMap((schema) => schemasIn(schema, 'input'));
    expect(schemas.filter(isOpen)).toEqual([]);
    const bounded: Readonly<Record<string, (json: Json) => boolean>> = {
      string: (json) => ['maxLength', 'pattern', 'format', 'enum', 'const'].some((name) => name in json),
      number: () => false,
      integer: ({ minimum, maximum }) => minimum !== undefined && maximum !== undefined,
      array: ({ maxItems }) => maxItems !== undefined,
    };
    const isFree = ({ json }: Found) => bounded[String(json.type)]?.(json) === false;
    expect(schemas.filter(isFree)).toEqual([]);
  });

  test.each(named)('F71 %s takes no address to call and no name of who asks', (_, operation) => {
    const names = sentTo(operation).flatMap((schema) =>
      schemasIn(schema, 'input').flatMap(({ json }) => Object.keys((json.properties ?? {}) as Json)),
    );
    expect(
      names.filter((name) => /url|uri|host|notify|callback|redirect|merchantId|terminalId|keyid/i.test(name)),
    ).toEqual([]);
  });

  const bodies = named.filter(([, { body }]) => body);
  test.each(bodies)('F67 %s refuses members that nobody asked for, wherever they stand', (_, { body }) => {
    for (const member of ['state', 'status', 'paid', 'version', 'merchantId', 'orderId', 'constructor', '__proto__']) {
      const parsed = body?.safeParse(JSON.parse(`{"${member}":"x"}`));
      const told = parsed?.error?.issues.filter(({ code }) => code === 'unrecognized_keys') ?? [];
      expect([member, told.flatMap((it) => (it as { keys?: string[] }).keys)]).toEqual([member, [member]]);
    }
  });

  test.each(named.filter(([, { scope }]) => scope))('S8 %s: its handler is made of its schemas', (name, { entry }) => {
    const source = readFileSync(join(ROOT, 'functions', entry), 'utf8');
    expect(source).toMatch(new RegExp(`export const handler = endpoint\\(\\w+Operations\\.${name}, `));
  });
});

describe('F67 answers', () => {
  test.each(named)('%s: every object is closed, so that nothing of an item passes through', (_, { answers }) => {
    const schemas = Object.values(answers()).flatMap(({ schema }) => schemasIn(schema, 'output'));
    expect(schemas.filter(isOpen)).toEqual([]);
    const names = schemas.flatMap(({ json }) => Object.keys((json.properties ?? {}) as Json));
    expect(
      names.filter((name) => /merchantId|buyer|payer|secret|privateKey|tillCode|sellerId|appId|dueAt/i.test(name)),
    ).toEqual(
      // A merchant may learn its own id from what it reads of itself.
      names.filter((name) => name === 'merchantId'),
    );
  });
});

describe('F75', () => {
  const { shape } = contract.createOrder.body;
  /** As JSON says it: in every way in which a number may be written, and as what is none. */
  const written = fc.oneof(
    fc.integer({ min: -5, max: MAX_VALUE + 5 }).map(String),
    fc.constantFrom(1, MAX_VALUE).chain((at) => fc.integer({ min: -3, max: 3 }).map((by) => String(at + by))),
    fc.double().map((it) => (Number.isFinite(it) ? String(it) : 'null')),
    fc.tuple(fc.nat({ max: 99_999 }), fc.integer({ min: -8, max: 400 })).map(([it, exponent]) => `${it}e${exponent}`),
    fc.tuple(fc.nat({ max: 9_999 }), fc.nat({ max: 99 })).map(([whole, part]) => `${whole}.${part}`),
    fc.bigInt({ min: 0n, max: 2n ** 70n }).map(String),
    fc.constantFrom(
      '-0',
      '0',
      '0.0',
      '-0.0',
      '1e400',
      '-1e400',
      '1E0',
      '1e-400',
      '"1"',
      '"1e1"',
      'true',
      '[1]',
      '{}',
      'null',
    ),
  );

  test('20,000 amounts: whole minor units from 1 to 10^10 are money, whatever else is written is not', () => {
    let taken = 0;
    const property = fc.property(written, (text) => {
      const value = JSON.parse(text);
      const isMoney = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 10_000_000_000;
      const result = shape.amount.safeParse({ currency: 'CNY', value });
      expect(result.success).toBe(isMoney);
      if (isMoney) expect(result.data).toEqual({ currency: 'CNY', value });
      taken += isMoney ? 1 : 0;
    });
    fc.assert(property, { numRuns: 20_000, seed: 1 });
    expect(taken).toBeGreaterThan(2_000);
  });

  test('texts: what is taken is one line of whole characters that one sees, and comes out as it went in, in one spelling', () => {
    const odd = fc.constantFrom(
      '\r\n',
      '\u0000',
      '\u001b[31m',
      '\u0085',
      '\u2028',
      '\u2029',
      '\ud800',
      '\udfff',
      '\u007f',
      '\t',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 128 }),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
      fc.tuple(fc.string({ maxLength: 20 }), odd, fc.string({ maxLength: 20 })).map((parts) => parts.join('')),
    );
    let refused = 0;
    const property = fc.property(text, (subject) => {
      const result = shape.subject.safeParse(subject);
      const isPlain = subject.isWellFormed() && ![...subject].some((char) => isControl(char.codePointAt(0) ?? 0));
      if (!isPlain || subject.length > 128) {
        refused += 1;
        expect(result.success).toBe(false);
      } else if (result.success) expect(result.data).toBe(subject.normalize('NFC'));
      else expect(REFUSED).toContain(result.error.issues[0]?.message);
    });
    fc.assert(property, { numRuns: 5_000, seed: 2 });
    expect(refused).toBeGreaterThan(1_000);
  });

  test('ids: nothing but plain characters gets into a key or an expression', () => {
    const { params } = contract.getRefund;
    const property = fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (id) => {
      const taken = params.safeParse({ orderId: id, refundNo: id }).success;
      expect(taken).toBe(/^[A-Za-z0-9._~-]{1,128}$/.test(id));
    });
    fc.assert(property, { numRuns: 5_000, seed: 3 });
    for (const id of ['a#b', 'a:b', 'a$b', "a'b", 'a b', 'a\n', '../a', 'a%2F', '\uff41'])
      expect(params.safeParse({ orderId: id, refundNo: 'r' }).success).toBe(false);
  });
});

const REFUSED = ['must not hold a card number', 'must be text without invisible characters', 'must not be blank'];
const isControl = (code: number) => code < 0x20 || (code >= 0x7f && code <= 0x9f) || code === 0x2028 || code === 0x2029;
