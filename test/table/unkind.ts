/**
 * DynamoDB as it may be and the local engines never are: batches are answered in part and in any order, pages of an index
 * end early, and a read that does not ask for a consistent one is answered from before the last write.
 */
import type { AwsCall } from '../../functions/aws.ts';

type Attributes = Readonly<Record<string, unknown>>;

interface Input {
  readonly TableName: string;
  readonly Key: Attributes;
  readonly Item: Attributes;
  readonly Limit: number;
  readonly ConsistentRead?: boolean;
  readonly RequestItems: Readonly<
    Record<string, { readonly Keys: readonly Attributes[]; readonly ConsistentRead?: boolean }>
  >;
}

/** `key`: the table's key attribute. How much is answered changes from call to call: one, two, … of what was asked for. */
export function unkind(call: AwsCall, key: string): AwsCall {
  /** What each key held before its last write. */
  const before = new Map<string, unknown>();
  let calls = 0;
  const some = (most: number) => 1 + (calls++ % most);
  const idOf = (attributes: Attributes) => JSON.stringify(attributes[key]);

  async function put(input: Input) {
    const Key = { [key]: input.Item[key] };
    const { Item } = await call('GetItem', { TableName: input.TableName, Key, ConsistentRead: true });
    const answer = await call('PutItem', input);
    before.set(idOf(Key), Item);
    return answer;
  }

  /** At least one key of a batch is answered; those that are not are named. */
  async function batch({ RequestItems }: Input) {
    const [[table, { Keys, ...how }] = ['', { Keys: [] }]] = Object.entries(RequestItems);
    const taken = some(Keys.length);
    const [now, later] = [Keys.slice(0, taken), Keys.slice(taken)];
    const { Responses } = (await call('BatchGetItem', { RequestItems: { [table]: { Keys: now, ...how } } })) as {
      Responses: Record<string, Attributes[]>;
    };
    const items = how.ConsistentRead
      ? (Responses[table] ?? [])
      : now.map((it) => before.get(idOf(it)) as Attributes | undefined).filter((item) => item !== undefined);
    return {
      Responses: { [table]: items.toReversed() },
      UnprocessedKeys: later.length > 0 ? { [table]: { Keys: later, ...how } } : {},
    };
  }

  return async (operation, given) => {
    const input = given as Input;
    switch (operation) {
      case 'GetItem': {
        if (input.ConsistentRead) return call(operation, input);
        const Item = before.get(idOf(input.Key));
        return Item === undefined ? {} : { Item };
      }
      case 'PutItem':
        return put(input);
      case 'BatchGetItem':
        return batch(input);
      case 'Query':
        return call(operation, { ...input, Limit: some(input.Limit) });
      default:
        throw new Error(`the table makes no call ${operation}`);
    }
  };
}
