/** What an operation answers, by status: what it gives, and what it refuses. */
import type { OperationName } from '../../functions/contract/contract.ts';
import type { Operation } from '../../functions/contract/operation.ts';
import { Problem, type ProblemCode, problemCodes } from '../../functions/contract/problem.ts';
import { CSV_EXAMPLES } from './examples/csv.ts';
import { problemMembers } from './examples/problems.ts';
import { ANSWERS } from './names.ts';
import type { Json, Schemas } from './schemas.ts';
import { operationWords } from './words/operations.ts';

/** Of the gateway in front; see the introduction. */
export const GATEWAY_ANSWER: Json = {
  type: 'object',
  properties: { message: { type: 'string' } },
  required: ['message'],
  additionalProperties: true,
};

/** Which answers say that a request was carried out before. */
const REPLAYED: Readonly<Partial<Record<OperationName, readonly number[]>>> = {
  createOrder: [200, 202],
  createRefund: [200, 202],
  closeShift: [200],
};

interface Parts {
  readonly codes: readonly ProblemCode[];
  readonly examples: Readonly<Record<number, unknown>>;
}

export function responsesOf(operation: Operation, name: OperationName, schemas: Schemas, parts: Parts): Json {
  const { codes, examples } = parts;
  const isText = name === 'alipayNotification';
  const isJsonText = name === 'antomNotification';
  const isMessage = isText || isJsonText;
  const given = Object.entries(operation.answers()).map(([status, { schema }]) => {
    const given = examples[Number(status)];
    // JSON to the letter, which the contract has as text.
    const example = isJsonText ? JSON.parse(String(given)) : given;
    const json = isJsonText ? { type: 'object', const: example } : schemas.of(schema, 'output', ANSWERS[name] ?? name);
    const csv = CSV_EXAMPLES[name];
    return [
      status,
      {
        description: operationWords[name].answers[Number(status)] ?? '',
        ...(!isMessage && { headers: headersOf(name, Number(status), csv !== undefined) }),
        content: {
          [isText ? 'text/plain' : 'application/json']: { schema: json, example },
          ...(csv && { 'text/csv': { schema: { type: 'string' }, example: csv } }),
        },
      },
    ];
  });
  return { ...Object.fromEntries(given), ...refusedBy(codes), ...(!isMessage && { default: ofTheGateway }) };
}

const header = (name: string) => ({ $ref: `#/components/headers/${name}` });

function headersOf(name: OperationName, status: number, isCsv: boolean): Json {
  return {
    'x-request-id': header('x-request-id'),
    ...(REPLAYED[name]?.includes(status) && { 'idempotency-replayed': header('idempotency-replayed') }),
    ...(isCsv && { link: header('link'), 'content-disposition': header('content-disposition') }),
  };
}

/** One response per status, which names its codes. */
function refusedBy(codes: readonly ProblemCode[]): Json {
  const byStatus = Map.groupBy(codes, (code) => new Problem(code).status);
  const sorted = [...byStatus].sort(([a], [b]) => a - b);
  return Object.fromEntries(
    sorted.map(([status, its]) => [
      status,
      {
        description: its.map((code) => `\`${code}\`: ${new Problem(code).message}.`).join(' '),
        headers: {
          'x-request-id': header('x-request-id'),
          ...(its.includes('too_many_requests') && { 'retry-after': header('retry-after') }),
        },
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            examples: Object.fromEntries(its.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
          },
        },
        'x-codes': its,
      },
    ]),
  );
}

const ofTheGateway = {
  description: 'What the gateway in front answers (400, 404, 413, 429, 431, 500, 503); see the introduction.',
  content: {
    'application/json': {
      schema: { $ref: '#/components/schemas/GatewayAnswer' },
      example: { message: 'Too Many Requests' },
    },
  },
};

/** A refusal of each code, as it leaves the API. */
export function problemExamples(): Json {
  return Object.fromEntries(
    problemCodes.map((code) => {
      const value = new Problem(code, problemMembers[code]).body('0d9c1f5e-6c57-4c0e-9d0f-3f1c2b7a8e21');
      return [code, { summary: new Problem(code).message, value }];
    }),
  );
}
