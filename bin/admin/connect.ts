/** Finds the tables that an operator works on: the local stack's, or in AWS with the operator's own identity. */
import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { Orders } from '../../functions/order/orders.ts';
import { Reconciliations } from '../../functions/reconciliation/reconciliations.ts';
import { documentsOf } from '../../functions/sdk.ts';
import { Statements } from '../../functions/statement/statements.ts';
import { DynamoTable } from '../../functions/table/dynamodb.ts';
import { DIRECTORY, ORDERS, STATEMENTS } from '../../functions/table/table.ts';
import { causeOf, isConnectionRefused, NothingListens, Refused, UsageError } from '../cli/exit.ts';
import { type StackFile, USUAL_STACK_FILE } from '../cli/stack-file.ts';
import type { ChannelAccess } from './channel-check.ts';
import type { Deployment } from './directory-store.ts';

export interface DeploymentOptions {
  readonly local?: boolean;
  readonly 'local-stack'?: string;
  readonly stack?: string;
  readonly 'directory-table'?: string;
  readonly 'statements-table'?: string;
  readonly 'orders-table'?: string;
  readonly region?: string;
}

/** @throws UsageError unless exactly one deployment is named; Refused if it is not to be found */
export async function connect(where: DeploymentOptions): Promise<Deployment> {
  const file = where['local-stack'] ?? (where.local ? USUAL_STACK_FILE : undefined);
  const { stack, 'directory-table': directory, 'statements-table': statements } = where;
  const tables = directory !== undefined || statements !== undefined;
  if ([file !== undefined, stack !== undefined, tables].filter(Boolean).length !== 1)
    throw new UsageError('say where: --local, or --stack NAME, or --directory-table and --statements-table');
  if (file !== undefined) return connectToLocal(file);
  if (stack !== undefined) return connectToStack(stack, where.region);
  if (directory === undefined || statements === undefined)
    throw new UsageError('--directory-table and --statements-table go together');
  const client = new DynamoDBClient(where.region === undefined ? {} : { region: where.region });
  const orders = where['orders-table'];
  return deploymentOf(client, `the table ${directory}`, {
    directory,
    statements,
    ...(orders !== undefined && { orders }),
  });
}

function deploymentOf(
  client: DynamoDBClient,
  name: string,
  tables: { directory: string; statements: string; orders?: string },
): Deployment {
  const calls = documentsOf(client);
  const statements = new DynamoTable(calls, tables.statements, STATEMENTS);
  return {
    name,
    directory: new DynamoTable(calls, tables.directory, DIRECTORY),
    statements: new Statements(statements),
    reconciliations: new Reconciliations(statements),
    ...(tables.orders !== undefined && { orders: new Orders(new DynamoTable(calls, tables.orders, ORDERS)) }),
    now: () => Date.now(),
    close: () => client.destroy(),
  };
}

/** The running local stack, on its clock: where it was turned, codes must not be over when they are made. */
async function connectToLocal(file: string): Promise<Deployment> {
  let stack: StackFile | undefined;
  let ahead: number;
  try {
    stack = JSON.parse(readFileSync(file, 'utf8')) as StackFile;
    const { now } = (await (await fetch(`${stack.api}/__local/clock`)).json()) as { now: string };
    ahead = Date.parse(now) - Date.now();
  } catch (error) {
    // A file that a killed stack has left.
    if (stack && isConnectionRefused(error)) throw new NothingListens(stack.api);
    throw new Refused('no local stack is running here: npm start');
  }
  const access = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const client = new DynamoDBClient({ ...access, endpoint: stack.dynamodb.endpoint });
  const { appId, gateway, secrets, secretId } = stack.alipay;
  return {
    ...deploymentOf(client, 'the local stack', stack.dynamodb.tables),
    now: () => Date.now() + ahead,
    callers: { alipay: appId },
    channel: channelAt(gateway, secretId, { ...access, endpoint: secrets }),
  };
}

async function connectToStack(stack: string, region: string | undefined): Promise<Deployment> {
  const found = await describeStack(stack, region);
  const named = (output: string) => {
    const name = found.outputs.get(output);
    if (name === undefined) throw new Refused(`the stack ${stack} has no output ${output}: is it Tillgate?`);
    return name;
  };
  const tables = {
    directory: named('DirectoryTableName'),
    statements: named('StatementsTableName'),
    orders: named('OrdersTableName'),
  };
  const { region: there, outputs } = found;
  // A stack of a version before has no such output, and everything but a check of the channel works on it.
  const gateway = outputs.get('AlipayGatewayUrl');
  return {
    ...deploymentOf(new DynamoDBClient({ region: there }), `the stack ${stack} in ${there}`, tables),
    ...(gateway !== undefined && { channel: channelAt(gateway, named('AlipaySecretArn'), { region: there }) }),
  };
}

/** The keys are read when they are asked for: most commands need no right to see them. */
function channelAt(gateway: string, SecretId: string, access: SecretsManagerClientConfig): ChannelAccess {
  return {
    gateway,
    async secret() {
      // Loaded for the one command that needs it.
      const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
      const client = new SecretsManagerClient(access);
      try {
        return (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? '';
      } finally {
        client.destroy();
      }
    },
  };
}

/**
 * A stack's outputs. One question to CloudFormation is not worth an SDK of its own: a client of DynamoDB knows the
 * operator's identity and region, and its signer signs for any service.
 */
async function describeStack(stack: string, wanted: string | undefined) {
  const { config } = new DynamoDBClient(wanted === undefined ? {} : { region: wanted });
  const region = await config.region();
  const { AWS_ENDPOINT_URL_CLOUDFORMATION, AWS_ENDPOINT_URL } = process.env;
  const usual = `https://cloudformation.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  const url = new URL(AWS_ENDPOINT_URL_CLOUDFORMATION ?? AWS_ENDPOINT_URL ?? usual);
  const body = new URLSearchParams({ Action: 'DescribeStacks', Version: '2010-05-15', StackName: stack }).toString();
  const signer = await config.signer({
    name: 'sigv4',
    signingName: 'cloudformation',
    signingRegion: region,
    properties: {},
  });
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: '/',
    query: {},
    headers: { host: url.host, 'content-type': 'application/x-www-form-urlencoded' },
    body,
  });
  const answer = await fetch(url, { method: 'POST', headers, body }).catch((error: Error) => {
    throw new Refused(`CloudFormation does not answer at ${url.origin}: ${causeOf(error)}`);
  });
  const xml = await answer.text();
  if (!answer.ok) throw new Refused(`CloudFormation: ${textIn(xml, 'Message') ?? `status ${answer.status}`}`);
  return { region, outputs: outputsIn(xml) };
}

/** What stands between the first `<tag>` and its end. */
function textIn(xml: string, tag: string): string | undefined {
  return new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(xml)?.[1];
}

/** The outputs of the first stack that the answer describes. */
function outputsIn(xml: string): Map<string, string> {
  const members = (textIn(xml, 'Outputs') ?? '').match(/<member>.*?<\/member>/gs) ?? [];
  return new Map(members.map((it) => [textIn(it, 'OutputKey') ?? '', textIn(it, 'OutputValue') ?? '']));
}
