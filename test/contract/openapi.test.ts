/** The OpenAPI document: whole in its words, true in its examples, and of a form that generators of clients understand. */
import { describe, expect, test } from 'vitest';
import { makeDocument } from '../../bin/openapi/document.ts';
import { answerExamples } from '../../bin/openapi/examples/answers.ts';
import { requestExamples } from '../../bin/openapi/examples/requests.ts';
import { SMALL } from '../../bin/openapi/names.ts';
import { operationWords } from '../../bin/openapi/words/operations.ts';
import { rules } from '../../bin/openapi/words/rules.ts';
import { contract, type OperationName } from '../../functions/contract/contract.ts';
import type { Operation } from '../../functions/contract/operation.ts';
import { Problem, problemCodes } from '../../functions/contract/problem.ts';
import { problemAnswer } from '../../functions/contract/problem-answer.ts';
import { refusals } from '../../functions/contract/refusals.ts';
import { textFault } from '../../functions/text.ts';

type Json = Record<string, unknown>;
const { document, missing, leftOver } = makeDocument();
const names = Object.keys(contract) as OperationName[];
const operations: Readonly<Record<OperationName, Operation>> = contract;

/** Every object of the document with its path. */
function* objectsIn(value: unknown, path = ''): Generator<[string, Json]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Json];
  for (const [name, member] of Object.entries(value)) yield* objectsIn(member, `${path}/${name}`);
}
const isExample = (path: string) => /\/examples?(\/|$)/.test(path);
const objects = [...objectsIn(document)].filter(([path]) => !isExample(path));
const where = (holds: (it: Json, path: string) => boolean) =>
  objects.filter(([path, it]) => holds(it, path)).map(([path]) => path);

describe('integration M7: words', () => {
  test('no schema, member or parameter lacks its words, and none are left over', () => {
    expect([missing, leftOver]).toEqual([[], []]);
  });

  test('each answer of each operation has words, and no other', () => {
    const said = names.map((name) => [name, Object.keys(operationWords[name].answers)]);
    expect(said).toEqual(names.map((name) => [name, Object.keys(operations[name].answers())]));
  });

  test('whatever may be described is', () => {
    const described = (it: Json) => typeof it.description === 'string' && /^\S.{2,}[.:`]$/s.test(it.description);
    const isSchema = (path: string) => /^\/components\/schemas\/\w+(\/properties\/[\w-]+)?$/.test(path);
    const isAnswer = (path: string) => /\/responses\/\w+$/.test(path);
    const isOperation = (path: string) => /^\/paths\/.+\/(get|post)$/.test(path);
    const isOther = (path: string) =>
      /^\/(info|tags\/\d+|servers\/\d+|components\/(headers|securitySchemes)\/[\w-]+)$/.test(path);
    const some = where(
      (it, path) => isSchema(path) || isAnswer(path) || isOperation(path) || isOther(path) || 'in' in it,
    );
    expect(some.length).toBeGreaterThan(600);
    expect(where((it, path) => some.includes(path) && !described(it))).toEqual([]);
  });
});

describe('integration M5 integration M6: what generators need', () => {
  test('every integer says how many bits it has', () => {
    const isInteger = ({ type }: Json) => type === 'integer' || (Array.isArray(type) && type.includes('integer'));
    const wide = where((it) => isInteger(it) && it.format === 'int64').map((path) => path.split('/').at(-1) ?? '');
    expect(where((it) => isInteger(it) && it.format !== 'int64' && it.format !== 'int32')).toEqual([]);
    expect(wide).toEqual(
      expect.arrayContaining(['value', 'gross', 'fee', 'net', 'netReceivable', 'left', 'clockSkewMs']),
    );
    expect(wide.filter((name) => SMALL.has(name))).toEqual([]);
  });

  test('no pattern stands beside a format', () => {
    expect(where(({ format, pattern }) => format !== undefined && pattern !== undefined)).toEqual([]);
  });

  test('what may be null is a list of types, or a name or null', () => {
    const isNameOrNull = (union: unknown) =>
      /^\[\{"\$ref":"#\/components\/schemas\/\w+"\},\{"type":"null"\}\]$/.test(JSON.stringify(union));
    expect(where((it) => 'anyOf' in it || 'allOf' in it)).toEqual([]);
    expect(where((it) => 'oneOf' in it && !isNameOrNull(it.oneOf))).toEqual([]);
    expect(where((it) => 'oneOf' in it).length).toBeGreaterThan(5);
  });

  test('every object has a name', () => {
    const named = /^\/components\/schemas\/\w+$/;
    expect(where((it, path) => 'properties' in it && !named.test(path) && !path.endsWith('/properties'))).toEqual([]);
  });

  test('every reference leads somewhere, and every schema is referred to', () => {
    const refs = new Set(JSON.stringify(document).match(/#\/components\/[\w/-]+/g));
    const { schemas, headers, examples } = document.components as Record<string, Json>;
    const all = Object.entries({ schemas, headers, examples }).flatMap(([kind, its = {}]) =>
      Object.keys(its).map((name) => `#/components/${kind}/${name}`),
    );
    expect([...refs].sort()).toEqual(all.sort());
  });
});

describe('integration M7: examples', () => {
  test.each(names)('%s: what it is sent and what it answers', (name) => {
    const { params, query, body, answers } = operations[name];
    const sent = requestExamples[name] as Partial<Record<'params' | 'query' | 'body', unknown>>;
    for (const [schema, value] of [
      [params, sent.params ?? {}],
      [query, sent.query ?? {}],
    ] as const)
      expect(schema.safeParse(value).error).toBeUndefined();
    expect(body?.safeParse(sent.body).error).toBeUndefined();
    expect([name, sent.body !== undefined]).toEqual([name, body !== null]);
    const told = answerExamples[name] as Readonly<Record<string, unknown>>;
    expect(Object.keys(told)).toEqual(Object.keys(answers()));
    for (const [status, { schema }] of Object.entries(answers()))
      expect([status, schema.safeParse(told[status]).error]).toEqual([status, undefined]);
  });

  test.each(problemCodes)('%s', (code) => {
    const { examples } = document.components as { examples: Record<string, { value: unknown }> };
    const { value } = examples[code] ?? {};
    expect(problemAnswer().safeParse(value).error).toBeUndefined();
    expect(value).toMatchObject({ code, status: new Problem(code).status });
  });

  test('every body, parameter and answer has one', () => {
    const isMedia = (path: string) => /\/content\/[a-z]+~?\/?[a-z+-]*\/[\w.+-]*$/.test(path);
    const carriers = where((it, path) =>
      'in' in it && !path.includes('securitySchemes') ? true : isMedia(path) && 'schema' in it,
    );
    expect(carriers.length).toBeGreaterThan(200);
    expect(
      where((it, path) => carriers.includes(path) && it.example === undefined && it.examples === undefined),
    ).toEqual([]);
  });
});

describe('integration M7: refusals', () => {
  test('each code is given by an operation, and listed by its status there', () => {
    expect(problemCodes.filter((code) => !names.some((name) => refusals[name].includes(code)))).toEqual([]);
    const paths = document.paths as Record<string, Record<string, { responses: Record<string, Json> }>>;
    const codesOf = (name: OperationName) => {
      const { path, method } = operations[name];
      const { responses = {} } = paths[path]?.[method.toLowerCase()] ?? {};
      return Object.entries(responses).flatMap(([status, it]) =>
        ((it['x-codes'] as string[] | undefined) ?? []).map((code) => `${status} ${code}`),
      );
    };
    const given = (name: OperationName) => refusals[name].map((code) => `${new Problem(code).status} ${code}`);
    const differs = (name: OperationName) => codesOf(name).sort().join() !== given(name).sort().join();
    expect(names.filter(differs)).toEqual([]);
  });
});

describe('integration M7: rules that no schema can say', () => {
  /** What breaks each of them; the details without a pointer are held against the product by the tests of their operations. */
  const BREAKS: Readonly<Record<string, unknown>> = {
    'must be text without control characters': 'a\nb',
    'must be text without invisible characters': 'a\u200Bb',
    'must not be blank': '\u3000',
    'must not hold a card number': '4111111111111111',
    'must be an ISO 4217 code such as CNY': 'QQQ',
    'auto_ is reserved for automatic refunds': 'auto_1',
    'merchantOrderNo and tradeNo stand alone': { merchantOrderNo: 'a', day: '2026-03-01' },
  };
  const told = names.flatMap((name) => (rules[name] ?? []).map((rule) => ({ name, pointer: '', ...rule })));
  /** By their handlers, which know the merchant and read the key. */
  const byHandler = ({ name, pointer, detail }: (typeof told)[number]) =>
    pointer === '' ||
    pointer === '/publicKey' ||
    (name === 'createOrder' && pointer === '/reference' && /card/.test(detail));

  test('each is told in the words of the refusal', () => {
    const ofSchema = told.filter((it) => !byHandler(it));
    const refusedWith = ({ name, pointer, detail }: (typeof told)[number]) => {
      const { query, body } = operations[name];
      if (pointer === '/query') return query.safeParse(BREAKS[detail]).error?.issues.map(({ message }) => message);
      const whole = structuredClone(requestExamples[name].body) as Record<string, unknown>;
      const [, first = '', second] = pointer.split('/');
      if (second === undefined) whole[first] = BREAKS[detail];
      else (whole[first] as Json)[second] = BREAKS[detail];
      return body?.safeParse(whole).error?.issues.map(({ path, message }) => [path.join('/'), message].join(': '));
    };
    expect(ofSchema.length).toBeGreaterThan(20);
    expect(ofSchema.map(refusedWith)).toEqual(
      ofSchema.map(({ pointer, detail }) => [pointer === '/query' ? detail : `${pointer.slice(1)}: ${detail}`]),
    );
  });

  test('of control characters the pattern says what the product says, character by character', () => {
    const { schemas } = document.components as { schemas: Record<string, { properties: Record<string, Json> }> };
    const pattern = new RegExp(String(schemas.CloseRequest?.properties.operatorId?.pattern), 'u');
    const characters = Array.from({ length: 0xd800 }, (_, code) => String.fromCharCode(code));
    const refused = characters.filter((it) => textFault(`a${it}b`) === 'must be text without control characters');
    expect(refused.length).toBe(67);
    expect(characters.filter((it) => !pattern.test(`a${it}b`))).toEqual(refused);
  });

  test('each stands at its operation', () => {
    const paths = document.paths as Record<string, Record<string, Json>>;
    const at = (name: OperationName) =>
      paths[operations[name].path]?.[operations[name].method.toLowerCase()]?.['x-rules'];
    expect(at('listOrders')).toEqual([
      { pointer: '/query', detail: 'merchantOrderNo and tradeNo stand alone' },
      { detail: 'terminal=self is for terminals.' },
    ]);
    expect(names.filter((name) => at(name) !== undefined)).toEqual([
      'createOrder',
      'payWithTillCode',
      'listOrders',
      'closeOrder',
      'createRefund',
      'listStatements',
      'getTotals',
      'enrolTerminal',
      'rotateKey',
      'closeShift',
      'listShifts',
      'getShift',
    ]);
  });
});
