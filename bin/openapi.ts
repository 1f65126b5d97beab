/**
 * Prints the OpenAPI 3.1 document of the API, made from the same schemas that parse requests. `--write` keeps it in
 * functions/http/openapi.json, `--check` fails if what is kept there differs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { problemView } from '../functions/http/answers.ts';
import { contract } from '../functions/http/contract.ts';
import type { Operation } from '../functions/http/operation.ts';
import { problemCodes } from '../functions/http/problem.ts';

/** Operations that answer in CSV, too, if the caller accepts `text/csv`. */
const AS_CSV: ReadonlySet<string> = new Set(['listStatementLines', 'listStatementTotals']);

const FILE = new URL('../functions/http/openapi.json', import.meta.url);

type Json = Record<string, unknown>;

/** Schemas with a name of their own, collected while the operations are written down. */
const named: Json = {};

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, $defs = {}, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  const lift = (value: unknown): Json =>
    JSON.parse(JSON.stringify(value).replaceAll('#/$defs/', '#/components/schemas/'));
  Object.assign(named, lift($defs));
  return lift(json);
}

function parametersOf({ params, query }: Operation): unknown[] {
  const of = (schema: z.ZodType, where: 'path' | 'query') => {
    const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
      properties?: Json;
      required?: string[];
    };
    return Object.entries(properties).map(([name, json]) => ({
      name,
      in: where,
      required: required.includes(name),
      schema: json,
    }));
  };
  return [...of(params, 'path'), ...of(query, 'query')];
}

function operationOf(operation: Operation): Json {
  const answers = Object.entries(operation.answers()).map(([status, { schema, description }]) => [
    status,
    {
      description,
      content: {
        [operation.scope ? 'application/json' : 'text/plain']: { schema: schemaOf(schema, 'output') },
        ...(AS_CSV.has(operation.name) && { 'text/csv': { schema: { type: 'string' } } }),
      },
    },
  ]);
  return {
    operationId: operation.name,
    summary: operation.summary,
    parameters: parametersOf(operation),
    ...(operation.body && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(operation.body, 'input') } } },
    }),
    responses: {
      ...Object.fromEntries(answers),
      default: {
        description: 'A refusal (RFC 9457); switch on its code',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
    security: operation.scope ? [{ messageSignature: [operation.scope] }] : [],
  };
}

export function openApi(): Json {
  const paths: Record<string, Json> = {};
  for (const operation of Object.values(contract)) {
    paths[operation.path] = { ...paths[operation.path], [operation.method.toLowerCase()]: operationOf(operation) };
  }
  schemaOf(problemView(), 'output');
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tillgate',
      version: '1',
      description: 'Payments at points of sale. Amounts are whole minor units.',
    },
    paths,
    components: {
      schemas: { ...named, ProblemCode: { type: 'string', enum: problemCodes } },
      securitySchemes: {
        messageSignature: {
          type: 'apiKey',
          in: 'header',
          name: 'Signature',
          description: 'RFC 9421 HTTP Message Signatures: label sig1, tag tillgate-v1; see the README.',
        },
      },
    },
  };
}

if (import.meta.main) {
  const text = `${JSON.stringify(openApi(), null, 2)}\n`;
  if (process.argv.includes('--write')) writeFileSync(FILE, text);
  else if (!process.argv.includes('--check')) process.stdout.write(text);
  else if (readFileSync(FILE, 'utf8') !== text) {
    console.error('functions/http/openapi.json is not what the contract says: npm run openapi -- --write');
    process.exitCode = 1;
  }
}
