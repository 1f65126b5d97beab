/** An operation's parameters, each with its words and an example. */
import type * as z from 'zod';
import type { OperationName } from '../../functions/contract/contract.ts';
import type { Operation } from '../../functions/contract/operation.ts';
import { parameterExamples, requestExamples } from './examples/requests.ts';
import type { Json, Schemas } from './schemas.ts';
import { parameterWords } from './words/parameters.ts';

/** What is a number and travels as digits. */
const NUMBERS: Readonly<Record<string, Json>> = {
  limit: { type: 'integer', format: 'int32', minimum: 1, maximum: 100 },
  since: { type: 'integer', format: 'int64', minimum: 1_000_000_000_000, maximum: 9_999_999_999_999 },
};

export function parametersOf({ params, query }: Operation, operation: OperationName, schemas: Schemas): Json[] {
  const examples = requestExamples[operation];
  const of = (schema: z.ZodType, where: 'path' | 'query', values: Readonly<Record<string, unknown>> = {}) => {
    const { properties, required } = schemas.parameters(schema);
    return Object.entries(properties).map(([name, json]) => ({
      name,
      in: where,
      description: wordsOf(operation, name, schemas),
      required: required.includes(name),
      schema: NUMBERS[name] ?? json,
      example: exampleOf(name, values[name] ?? parameterExamples[name]),
    }));
  };
  return [...of(params, 'path', examples?.params), ...of(query, 'query', examples?.query)];
}

function exampleOf(name: string, value: unknown): unknown {
  return NUMBERS[name] ? Number(value) : value;
}

function wordsOf(operation: OperationName, name: string, { used, missing }: Schemas): string {
  const key = [`${operation}.${name}`, name].find((it) => parameterWords[it] !== undefined);
  if (key === undefined) missing.push(`${operation}.${name}`);
  else used.add(`?${key}`);
  return parameterWords[key ?? ''] ?? '';
}
