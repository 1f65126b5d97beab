/** DynamoDB and Secrets Manager by hand: one signed POST each. No retries, no regions, no credential chain. */
import { createHash, createHmac } from 'node:crypto';
import { transportTo } from './transport.ts';

const env = process.env;
const { agent, request } = transportTo(env.AWS_ENDPOINT_URL_DYNAMODB);

export type Item = Record<string, unknown>;
type Value = { S: string } | { N: string } | { BOOL: boolean } | { NULL: true } | { L: Value[] } | { M: Values };
type Values = { [name: string]: Value };

const sha256 = (data: string) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();

const keys = new Map<string, Buffer>();
function signingKey(day: string, service: string): Buffer {
  const id = `${day}/${service}`;
  let key = keys.get(id);
  if (!key) {
    const region = hmac(hmac(`AWS4${env.AWS_SECRET_ACCESS_KEY}`, day), String(env.AWS_REGION));
    key = hmac(hmac(region, service), 'aws4_request');
    keys.set(id, key);
  }
  return key;
}

function post(url: URL, service: string, target: string, contentType: string, content: unknown): Promise<unknown> {
  const body = JSON.stringify(content);
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${time.slice(0, 8)}/${env.AWS_REGION}/${service}/aws4_request`;
  const signed = 'content-type;host;x-amz-date;x-amz-target';
  const headers = `content-type:${contentType}\nhost:${url.host}\nx-amz-date:${time}\nx-amz-target:${target}\n`;
  const canonical = `POST\n/\n\n${headers}\n${signed}\n${sha256(body)}`;
  const signature = hmac(
    signingKey(time.slice(0, 8), service),
    `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`,
  ).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${env.AWS_ACCESS_KEY_ID}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        host: url.hostname,
        port: url.port,
        method: 'POST',
        path: '/',
        headers: {
          host: url.host,
          'content-type': contentType,
          'content-length': Buffer.byteLength(body),
          'x-amz-date': time,
          'x-amz-target': target,
          authorization,
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => (response.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(text))));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const dynamo = new URL(String(env.AWS_ENDPOINT_URL_DYNAMODB));
const secrets = new URL(String(env.AWS_ENDPOINT_URL_SECRETS_MANAGER));
const call = (operation: string, content: unknown) =>
  post(dynamo, 'dynamodb', `DynamoDB_20120810.${operation}`, 'application/x-amz-json-1.0', content);

export async function get(table: string, key: string, value: string): Promise<Item | undefined> {
  const content = { TableName: table, Key: { [key]: { S: value } }, ConsistentRead: true };
  const { Item: item } = (await call('GetItem', content)) as { Item?: Values };
  return item && fromValues(item);
}

/** False: the condition did not hold. `seen` undefined: the item must not be there. */
export async function put(table: string, key: string, item: Item, seen?: number): Promise<boolean> {
  const condition =
    seen === undefined
      ? { ConditionExpression: 'attribute_not_exists(#k)', ExpressionAttributeNames: { '#k': key } }
      : {
          ConditionExpression: '#v = :v',
          ExpressionAttributeNames: { '#v': 'version' },
          ExpressionAttributeValues: { ':v': { N: String(seen) } },
        };
  try {
    await call('PutItem', { TableName: table, Item: toValues(item), ...condition });
    return true;
  } catch (error) {
    if (String(error).includes('ConditionalCheckFailed')) return false;
    throw error;
  }
}

export async function secret(id: string): Promise<string> {
  const content = { SecretId: id };
  const answer = await post(
    secrets,
    'secretsmanager',
    'secretsmanager.GetSecretValue',
    'application/x-amz-json-1.1',
    content,
  );
  return (answer as { SecretString: string }).SecretString;
}

function toValues(item: Item): Values {
  const values: Values = {};
  for (const name in item) if (item[name] !== undefined) values[name] = toValue(item[name]);
  return values;
}

function toValue(value: unknown): Value {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  return Array.isArray(value) ? { L: value.map(toValue) } : { M: toValues(value as Item) };
}

function fromValues(values: Values): Item {
  const item: Item = {};
  for (const name in values) item[name] = fromValue(values[name] as Value);
  return item;
}

function fromValue(value: Value): unknown {
  if ('S' in value) return value.S;
  if ('N' in value) return Number(value.N);
  if ('BOOL' in value) return value.BOOL;
  if ('M' in value) return fromValues(value.M);
  return 'L' in value ? value.L.map(fromValue) : null;
}
