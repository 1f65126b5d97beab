/** The OpenAPI 3.1 document, made of the contract, its refusals, and the words and examples of this folder. */
import { contract, type OperationName } from '../../functions/contract/contract.ts';
import type { Operation } from '../../functions/contract/operation.ts';
import { problemAnswer } from '../../functions/contract/problem-answer.ts';
import { refusals } from '../../functions/contract/refusals.ts';
import { ANTOM_NOTIFICATION, ANTOM_NOTIFICATION_EXAMPLE } from './antom-notification.ts';
import { answerExamples } from './examples/answers.ts';
import { requestExamples } from './examples/requests.ts';
import { BODIES, MEMBERS } from './names.ts';
import { NOTIFICATION, NOTIFICATION_EXAMPLE } from './notification.ts';
import { parametersOf } from './parameters.ts';
import { GATEWAY_ANSWER, problemExamples, responsesOf } from './responses.ts';
import { type Json, Schemas } from './schemas.ts';
import { memberWords } from './words/members.ts';
import { operationWords, TAGS } from './words/operations.ts';
import { headerWords, parameterWords } from './words/parameters.ts';
import { rules } from './words/rules.ts';
import { schemaWords } from './words/schemas.ts';
import { INTRODUCTION, SCHEMES } from './words/signature.ts';

export interface Made {
  readonly document: Json;
  /** What has no words, and words or names of what there is not. Both must be empty. */
  readonly missing: readonly string[];
  readonly leftOver: readonly string[];
}

/** `address`: where the API is; without it the document names the local stack and a deployment. */
export function makeDocument(address?: string): Made {
  const schemas = new Schemas();
  const paths: Record<string, Json> = {};
  for (const operation of Object.values(contract) as Operation[]) {
    const name = operation.name as OperationName;
    const method = operation.method.toLowerCase();
    paths[operation.path] = { ...paths[operation.path], [method]: operationOf(operation, name, schemas) };
  }
  schemas.of(problemAnswer(), 'output', 'Problem');
  // RFC 9457: a client must ignore members that it does not know.
  Object.assign(schemas.named.Problem ?? {}, { additionalProperties: true });
  schemas.name('GatewayAnswer', GATEWAY_ANSWER);
  schemas.name('AlipayNotification', withoutWords(NOTIFICATION));
  Object.assign(schemas.named.AlipayNotification ?? {}, { properties: NOTIFICATION.properties });
  schemas.name('AntomNotification', withoutWords(ANTOM_NOTIFICATION));
  Object.assign(schemas.named.AntomNotification ?? {}, { properties: ANTOM_NOTIFICATION.properties });
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Tillgate',
      version: '1',
      summary: 'Payments at points of sale',
      description: INTRODUCTION,
      contact: { name: 'The operator of the deployment' },
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: serversAt(address),
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: sorted(schemas.named),
      headers: Object.fromEntries(
        Object.entries(headerWords).map(([name, description]) => [name, { description, schema: HEADERS[name] }]),
      ),
      examples: problemExamples(),
      securitySchemes: SCHEMES,
    },
  };
  return { document, missing: schemas.missing, leftOver: leftOver(schemas.used) };
}

const HEADERS: Readonly<Record<string, Json>> = {
  'x-request-id': { type: 'string' },
  'idempotency-replayed': { type: 'string', enum: ['true'] },
  'retry-after': { type: 'integer', format: 'int32', minimum: 1 },
  link: { type: 'string' },
  'content-disposition': { type: 'string' },
};

function operationOf(operation: Operation, name: OperationName, schemas: Schemas): Json {
  const { tag, summary, description } = operationWords[name];
  const scope = operation.scope && `Needs the scope \`${operation.scope}\`.`;
  return {
    operationId: name,
    tags: [tag],
    summary,
    description: [description, scope].filter(Boolean).join(' '),
    parameters: parametersOf(operation, name, schemas),
    ...requestBodyOf(operation, name, schemas),
    responses: responsesOf(operation, name, schemas, { codes: refusals[name], examples: answerExamples[name] }),
    security: securityOf(operation, name),
    ...(operation.scope && { 'x-scope': operation.scope }),
    ...(rules[name] && { 'x-rules': rules[name] }),
  };
}

function requestBodyOf({ body }: Operation, name: OperationName, schemas: Schemas): Json {
  if (name === 'alipayNotification') {
    const schema = { $ref: '#/components/schemas/AlipayNotification' };
    const content = { 'application/x-www-form-urlencoded': { schema, example: NOTIFICATION_EXAMPLE } };
    return { requestBody: { description: 'A form, signed by Alipay.', required: true, content } };
  }
  if (name === 'antomNotification') {
    const schema = { $ref: '#/components/schemas/AntomNotification' };
    const content = { 'application/json': { schema, example: ANTOM_NOTIFICATION_EXAMPLE } };
    return { requestBody: { description: 'JSON, signed by Antom in the header.', required: true, content } };
  }
  if (!body) return {};
  const schema = schemas.of(body, 'input', BODIES[name] ?? name);
  const description = schemaWords[BODIES[name] ?? ''];
  // Where nothing has to be said, the body may be left out.
  const required = !body.safeParse({}).success;
  const example = requestExamples[name]?.body;
  return { requestBody: { description, required, content: { 'application/json': { schema, example } } } };
}

function securityOf({ scope }: Operation, name: OperationName): Json[] {
  // The scope stands in x-scope: linters know scopes of OAuth only.
  if (scope) return [{ messageSignature: [] }];
  if (name === 'enrolTerminal') return [{ enrolmentSignature: [] }];
  return name === 'rotateKey' ? [{ messageSignature: [], nextKeySignature: [] }] : [];
}

function serversAt(address: string | undefined): Json[] {
  if (address) return [{ url: address, description: 'This very stack.' }];
  return [
    { url: 'http://127.0.0.1:8080', description: 'The local stack (`npm start`).' },
    {
      url: 'https://{api}.execute-api.{region}.amazonaws.com',
      description: 'A deployment; its address is an output of the stack.',
      variables: {
        api: { default: 'a1b2c3d4e5', description: "The API's id." },
        region: { default: 'eu-central-1', description: 'The AWS region.' },
      },
    },
  ];
}

/** The words of the notification's members stand with them: they are Alipay's names, and mean something else there. */
function withoutWords({ properties: _, ...json }: Json): Json {
  return json;
}

function leftOver(used: ReadonlySet<string>): string[] {
  const words = { ...schemaWords, ...memberWords, ...MEMBERS, ...prefixed(parameterWords) };
  return Object.keys(words).filter((key) => !used.has(key));
}

function prefixed(words: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(words).map(([key, value]) => [`?${key}`, value]));
}

function sorted(named: Readonly<Record<string, Json>>): Json {
  return Object.fromEntries(Object.entries(named).sort(([a], [b]) => (a < b ? -1 : 1)));
}
