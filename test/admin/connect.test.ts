/** How the operator's command line finds the tables in AWS: it asks CloudFormation, signed, and works where it is told. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startAlipaySimulator } from '../../bin/local/alipay-simulator/simulator.ts';
import { close, createTable, listen, startEngine } from '../../bin/local/aws.ts';
import { DIRECTORY, STATEMENTS } from '../../functions/table/table.ts';
import { inputOf } from '../support/engine.ts';
import { rsaPair } from '../support/keys.ts';
import { APP, runLine, SELLER } from '../support/office.ts';

let server: Server;
let engine: Awaited<ReturnType<typeof startEngine>>;
let asked: { request: IncomingMessage; body: string }[];
let answer: { status: number; xml: string };
const before = { ...process.env };

beforeAll(async () => {
  engine = await startEngine('dynalite', undefined);
  server = createServer(async (request, response) => {
    asked.push({ request, body: await text(request) });
    response.writeHead(answer.status).end(answer.xml);
  });
  Object.assign(process.env, {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'operator',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
    AWS_ENDPOINT_URL_CLOUDFORMATION: await listen(server),
  });
  const client = new DynamoDBClient({});
  await createTable(client, inputOf('Till-Directory', DIRECTORY));
  await createTable(client, inputOf('Till-Statements', STATEMENTS));
  client.destroy();
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  process.env = before;
  await close(server);
  await engine.stop();
});

/** As CloudFormation answers: outputs beside parameters and tags, which are members, too. */
const described = (
  outputs: Record<string, string>,
) => `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
  <DescribeStacksResult><Stacks><member><StackName>Till</StackName>
    <Parameters><member><ParameterKey>BootstrapVersion</ParameterKey><ParameterValue>/cdk</ParameterValue></member></Parameters>
    <Outputs>${Object.entries(outputs)
      .map(([key, value]) => `<member><OutputKey>${key}</OutputKey>\n<OutputValue>${value}</OutputValue></member>`)
      .join('')}</Outputs>
    <Tags><member><Key>OutputKey</Key><Value>x</Value></member></Tags>
  </member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;

const TABLES = {
  ApiUrl: 'https://x',
  DirectoryTableName: 'Till-Directory',
  StatementsTableName: 'Till-Statements',
  OrdersTableName: 'Till-Orders',
};

test('the tables are those of the stack, asked for under the identity of the operator', async () => {
  answer = { status: 200, xml: described(TABLES) };
  expect(await runLine('merchant create Tea --stack Till --json')).toMatchObject({ code: 0 });
  const byName = '--directory-table Till-Directory --statements-table Till-Statements';
  const { out } = await runLine(`merchant list --json ${byName}`);
  expect(JSON.parse(out)).toMatchObject({ data: [{ name: 'Tea' }] });
  expect(asked.map(({ body }) => Object.fromEntries(new URLSearchParams(body)))).toEqual([
    { Action: 'DescribeStacks', Version: '2010-05-15', StackName: 'Till' },
  ]);
  expect(asked[0]?.request.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=operator\/\d{8}\/eu-central-1\/cloudformation\/aws4_request, SignedHeaders=content-type;host;/,
  );
});

describe('channel check', () => {
  const SECRET = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:Alipay';
  const { privateKeyPem, publicKeyPem } = rsaPair();
  const stored = { apps: { [APP]: { privateKeyPem, alipayPublicKeyPems: [rsaPair().publicKeyPem] } } };

  test('reads the secret of the stack under the identity of the operator, and asks the gateway of the stack', async () => {
    const merchantApp = { appId: APP, sellerId: SELLER, merchantName: 'Tea', appPublicKeyPem: publicKeyPem };
    const apps = [{ ...merchantApp, alipayPrivateKeyPem: rsaPair().privateKeyPem }];
    const simulator = await startAlipaySimulator({ port: 0, now: Date.now, apps });
    const seen: { request: IncomingMessage; body: string }[] = [];
    const secrets = createServer(async (request, response) => {
      seen.push({ request, body: await text(request) });
      response.end(JSON.stringify({ SecretString: JSON.stringify(stored) }));
    });
    process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = await listen(secrets);
    const gateway = { AlipaySecretArn: SECRET, AlipayGatewayUrl: `${simulator.url}/gateway.do` };
    answer = { status: 200, xml: described({ ...TABLES, ...gateway }) };
    const create = `merchant create Checked --acquirer Alipay --seller-id ${SELLER} --app-id ${APP} --stack Till`;
    expect(await runLine(create)).toMatchObject({ code: 0, err: '' });
    const { code, out, err } = await runLine('channel check Checked --stack Till');
    expect([code, out, err]).toEqual([
      1,
      // The stored key of Alipay is not the simulator's.
      expect.stringMatching(
        /\n {2}wrong: an answer came, and its signature does not verify by the Alipay key of the secret: /,
      ),
      'Something is wrong.\n',
    ]);
    expect(seen.map(({ body }) => JSON.parse(body))).toEqual([{ SecretId: SECRET }]);
    expect(seen[0]?.request.headers).toMatchObject({
      'x-amz-target': 'secretsmanager.GetSecretValue',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=operator\/\d{8}\/eu-central-1\/secretsmanager\//,
      ),
    });
    await Promise.all([simulator.stop(), close(secrets)]);
  });

  test('of a stack whose secret may not be read: refused, and nothing is asked', async () => {
    const secrets = createServer((_, response) => {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end('{"__type":"AccessDeniedException","message":"not authorized"}');
    });
    process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = await listen(secrets);
    const gateway = { AlipaySecretArn: SECRET, AlipayGatewayUrl: 'http://127.0.0.1:1/gateway.do' };
    answer = { status: 200, xml: described({ ...TABLES, ...gateway }) };
    expect(await runLine('channel check Checked --stack Till')).toEqual({
      ...{ code: 1, out: '' },
      err: 'not authorized\nThe same command finishes what was begun.\n',
    });
    await close(secrets);
  });

  test('of a stack of a version before, which does not say whom it asks', async () => {
    answer = { status: 200, xml: described(TABLES) };
    expect(await runLine('channel check Checked --stack Till')).toEqual({
      ...{ code: 1, out: '' },
      err: 'channel check reads the secret and asks the channel as the stack does: --local, or --stack NAME of this version\n',
    });
  });
});

test('what cannot be undone is asked with the name of the stack', async () => {
  answer = { status: 200, xml: described(TABLES) };
  const { err } = await runLine('merchant set Tea --zone UTC --stack Till --region eu-west-1', { typed: 'no\n' });
  expect(err).toMatch(/^At the stack Till in eu-west-1: The business days of "Tea" are cut by UTC/);
});

test.each([
  [
    400,
    '<ErrorResponse><Error><Message>Stack with id Till does not exist</Message></Error></ErrorResponse>',
    /^CloudFormation: Stack with id Till does not exist\n$/,
  ],
  [503, 'busy', /^CloudFormation: status 503\n$/],
  [200, described({ ApiUrl: 'https://x' }), /^the stack Till has no output DirectoryTableName: is it Tillgate\?\n$/],
  [
    200,
    described({ ...TABLES, DirectoryTableName: 'None' }),
    /^Requested resource not found\nThe same command finishes what was begun\.\n$/,
  ],
])('a stack that is none is refused: %i %s', async (status, xml, why) => {
  answer = { status, xml };
  const result = await runLine('merchant show Tea --stack Till');
  expect(result).toEqual({ code: 1, out: '', err: expect.stringMatching(why) });
});

describe('what does not answer', () => {
  let gone: string;
  beforeAll(async () => {
    const nothing = createServer();
    gone = await listen(nothing);
    await close(nothing);
  });
  const byName = '--directory-table Till-Directory --statements-table Till-Statements';
  const withEnvironment = async (more: Record<string, string | undefined>, line: string) => {
    const kept = { ...process.env };
    Object.assign(process.env, more);
    for (const [name, value] of Object.entries(more)) if (value === undefined) delete process.env[name];
    try {
      return await runLine(line);
    } finally {
      process.env = kept;
    }
  };

  test('CloudFormation: refused, and nothing was looked at', async () => {
    const { host, origin } = new URL(gone);
    expect(await withEnvironment({ AWS_ENDPOINT_URL_CLOUDFORMATION: gone }, 'merchant list --stack Till')).toEqual({
      code: 1,
      out: '',
      err: `CloudFormation does not answer at ${origin}: connect ECONNREFUSED ${host}\n`,
    });
  });

  test("CloudFormation's own address comes before that of all services, which is good enough without it", async () => {
    answer = { status: 200, xml: described(TABLES) };
    const here = process.env.AWS_ENDPOINT_URL_CLOUDFORMATION;
    for (const more of [
      { AWS_ENDPOINT_URL: gone },
      { AWS_ENDPOINT_URL: here, AWS_ENDPOINT_URL_CLOUDFORMATION: undefined },
    ])
      expect((await withEnvironment(more, 'merchant show Nobody --stack Till')).err).toBe(
        'there is no merchant Nobody; merchant list shows all\n',
      );
  });

  test('a fault of ours, as a process of its own: 3, and nothing is said to be refused', async () => {
    const clock = createServer((_, response) => response.end('{"now":"2026-03-01T04:00:00.000Z"}'));
    const folder = mkdtempSync(join(tmpdir(), 'tillgate-connect-'));
    const file = join(folder, 'stack.json');
    // No stack of ours writes a file without its tables.
    writeFileSync(file, JSON.stringify({ api: await listen(clock) }));
    const program = join(import.meta.dirname, '..', '..', 'bin', 'admin.ts');
    const failed = promisify(execFile)(process.execPath, [program, 'merchant', 'list', '--local-stack', file]);
    await expect(failed).rejects.toMatchObject({
      ...{ code: 3, stdout: '' },
      stderr: expect.stringMatching(/^A fault of this program; what was asked for may be done or not\.\nTypeError: /),
    });
    rmSync(folder, { recursive: true });
    await close(clock);
  });

  test('DynamoDB: what was done is not known', async () => {
    const more = { AWS_ENDPOINT_URL_DYNAMODB: gone, AWS_MAX_ATTEMPTS: '1' };
    expect(await withEnvironment(more, `merchant create Coffee ${byName}`)).toEqual({
      code: 3,
      out: '',
      err: expect.stringMatching(/ECONNREFUSED.*\nWhat was done is not known: repeat the command\.\n$/),
    });
  });

  test('a table that is not there: refused', async () => {
    expect(await runLine('merchant create Coffee --directory-table None --statements-table None')).toEqual({
      code: 1,
      out: '',
      err: 'Requested resource not found\nThe same command finishes what was begun.\n',
    });
  });
});
