/** The table in DynamoDB, through the document client. */
import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import {
  type IndexShape,
  type Item,
  type Page,
  type Query,
  type Range,
  readCursor,
  type Table,
  type TableShape,
  writeCursor,
} from './table.ts';

export class DynamoTable implements Table {
  private readonly client: DynamoDBDocumentClient;
  private readonly name: string;
  private readonly shape: TableShape;

  constructor(client: DynamoDBClient, name: string, shape: TableShape) {
    this.client = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
    this.name = name;
    this.shape = shape;
  }

  async get(key: string): Promise<Item | undefined> {
    const answer = await this.client.send(
      new GetCommand({ TableName: this.name, Key: { [this.shape.key]: key }, ConsistentRead: true }),
    );
    return answer.Item;
  }

  async getMany(keys: readonly string[]): Promise<Item[]> {
    const found = new Map<string, Item>();
    let wanted = [...new Set(keys)];
    // DynamoDB may answer only a part (16 MB, throttling) and names the rest; each round brings at least one item or throws.
    for (let round = 0; wanted.length > 0; round += 1) {
      if (round > keys.length) throw new Error('the table does not answer all keys');
      const answer = await this.client.send(
        new BatchGetCommand({
          RequestItems: {
            [this.name]: { Keys: wanted.map((key) => ({ [this.shape.key]: key })), ConsistentRead: true },
          },
        }),
      );
      for (const item of answer.Responses?.[this.name] ?? []) found.set(String(item[this.shape.key]), item);
      wanted = (answer.UnprocessedKeys?.[this.name]?.Keys ?? []).map((key) => String(key[this.shape.key]));
    }
    return keys.map((key) => found.get(key)).filter((item) => item !== undefined);
  }

  create(item: Item): Promise<boolean> {
    return this.put({
      TableName: this.name,
      Item: item,
      ConditionExpression: 'attribute_not_exists(#key)',
      ExpressionAttributeNames: { '#key': this.shape.key },
    });
  }

  replace(item: Item, seen: number): Promise<boolean> {
    return this.put({
      TableName: this.name,
      Item: item,
      ConditionExpression: '#version = :seen',
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: { ':seen': seen },
    });
  }

  async query(query: Query): Promise<Page> {
    const { index, partition, range, limit, newestFirst } = query;
    const shape = this.shape.indexes[index];
    if (!shape) throw new Error(`no index ${index}`);
    const after = query.cursor === undefined ? undefined : readCursor(query);
    const answer = await this.client.send(
      new QueryCommand({
        TableName: this.name,
        IndexName: index,
        ...keyCondition(shape, query.partition, range),
        // One more than wanted: DynamoDB names a last key even when nothing follows it.
        Limit: limit + 1,
        ScanIndexForward: !newestFirst,
        ...(after && {
          ExclusiveStartKey: { [shape.partition]: partition, [shape.sort]: after.sort, [this.shape.key]: after.key },
        }),
      }),
    );
    const rows = answer.Items ?? [];
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const more = last !== undefined && rows.length > page.length;
    return {
      keys: page.map((row) => String(row[this.shape.key])),
      cursor: more ? writeCursor(query, last[shape.sort], last[this.shape.key]) : undefined,
    };
  }

  private async put(input: ConstructorParameters<typeof PutCommand>[0]): Promise<boolean> {
    try {
      await this.client.send(new PutCommand(input));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

function keyCondition(shape: IndexShape, partition: string, range: Range = {}) {
  const { from, to } = range;
  const names = { '#partition': shape.partition, '#sort': shape.sort };
  const values = {
    ':partition': partition,
    ...(from !== undefined && { ':from': from }),
    ...(to !== undefined && { ':to': to }),
  };
  const sort =
    from !== undefined && to !== undefined
      ? '#sort BETWEEN :from AND :to'
      : from !== undefined
        ? '#sort >= :from'
        : to !== undefined
          ? '#sort <= :to'
          : undefined;
  return {
    KeyConditionExpression: sort ? `#partition = :partition AND ${sort}` : '#partition = :partition',
    ExpressionAttributeNames: sort ? names : { '#partition': shape.partition },
    ExpressionAttributeValues: values,
  };
}
