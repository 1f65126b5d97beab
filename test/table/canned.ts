/** A DynamoDB that is not there: what the SDK would send to it is written down, and answered with what a test says. */
import { documentsOf, dynamoClient } from '../../functions/sdk.ts';
import { DynamoTable } from '../../functions/table/dynamodb.ts';
import type { TableShape } from '../../functions/table/table.ts';

/** A service's answer in JSON, or the name of what it refuses with. */
export type Answer = object | string;

interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Answers one after the other; the last goes on. `calls`: each operation with its input, in DynamoDB's own JSON. */
export function canned(name: string, shape: TableShape, ...answers: readonly [Answer, ...Answer[]]) {
  const calls: [string, object][] = [];
  async function handle({ headers, body }: Sent) {
    const target = headers['x-amz-target'] ?? headers['X-Amz-Target'] ?? '';
    calls.push([target.replace('DynamoDB_20120810.', ''), JSON.parse(new TextDecoder().decode(body))]);
    const answer = answers[Math.min(calls.length, answers.length) - 1] ?? answers[0];
    const refused = typeof answer === 'string';
    const text = JSON.stringify(
      refused ? { __type: `com.amazonaws.dynamodb.v20120810#${answer}`, message: 'no' } : answer,
    );
    const type = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'REQUEST1' };
    return { response: { statusCode: refused ? 400 : 200, headers: type, body: Buffer.from(text) } };
  }
  const client = dynamoClient({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: { handle },
  });
  return { table: new DynamoTable(documentsOf(client), name, shape), calls };
}
