/**
 * DynamoDB as it may be and the local engines never are: batches are answered in part and in any order, pages of an index
 * end early, and a read that does not ask for a consistent one is answered from before the last write.
 */
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';

type Item = Readonly<Record<string, unknown>>;

/** `key`: the table's key attribute. How much is answered changes from call to call: one, two, … of what was asked for. */
export function unkind(documents: DynamoDBDocumentClient, key: string): DynamoDBDocumentClient {
  /** What each key held before its last write. */
  const before = new Map<unknown, Item | undefined>();
  let calls = 0;
  const some = (most: number) => 1 + (calls++ % most);

  async function put(command: PutCommand) {
    const { TableName, Item } = command.input;
    const id = Item?.[key];
    const held = await documents.send(new GetCommand({ TableName, Key: { [key]: id }, ConsistentRead: true }));
    const answer = await documents.send(command);
    before.set(id, held.Item);
    return answer;
  }

  /** At least one key of a batch is answered; those that are not are named. */
  async function batch({ RequestItems = {} }: BatchGetCommandInput) {
    const [[table, { Keys = [], ...how }] = ['', { Keys: [], ConsistentRead: false }]] = Object.entries(RequestItems);
    const taken = some(Keys.length);
    const [now, later] = [Keys.slice(0, taken), Keys.slice(taken)];
    const { Responses } = await documents.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: now, ...how } } }),
    );
    const items = how.ConsistentRead
      ? (Responses?.[table] ?? [])
      : now.map((it) => before.get(it[key])).filter((item) => item !== undefined);
    return {
      Responses: { [table]: items.toReversed() },
      UnprocessedKeys: later.length > 0 ? { [table]: { Keys: later, ...how } } : {},
    };
  }

  async function send(command: unknown): Promise<unknown> {
    if (command instanceof GetCommand)
      return command.input.ConsistentRead ? documents.send(command) : { Item: before.get(command.input.Key?.[key]) };
    if (command instanceof PutCommand) return put(command);
    if (command instanceof BatchGetCommand) return batch(command.input);
    if (command instanceof QueryCommand)
      return documents.send(new QueryCommand({ ...command.input, Limit: some(command.input.Limit ?? 1) }));
    throw new Error('the table makes no such call');
  }
  return Object.assign(Object.create(documents), { send }) as DynamoDBDocumentClient;
}
