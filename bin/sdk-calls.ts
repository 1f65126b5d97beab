/** The functions' tables through the official SDK: an operator's identity may come from a profile, single sign-on or a role. */
import {
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { AwsCall } from '../functions/aws.ts';

const COMMANDS: Readonly<Record<string, new (input: never) => unknown>> = {
  GetItem: GetItemCommand,
  BatchGetItem: BatchGetItemCommand,
  PutItem: PutItemCommand,
  Query: QueryCommand,
};

export function sdkCalls(client: DynamoDBClient): AwsCall {
  const send = client.send.bind(client) as (command: unknown) => Promise<Record<string, unknown>>;
  return async (operation, input) => {
    const Command = COMMANDS[operation];
    if (!Command) throw new Error(`${operation} is no call of a table`);
    return send(new Command(input as never));
  };
}
