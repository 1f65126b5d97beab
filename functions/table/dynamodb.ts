/** The table in DynamoDB. */
import { randomInt } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import { said, withinTime } from '../sdk.ts';
import { clock } from '../time.ts';
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

/** The pause before the next round of unprocessed keys is anything up to so many ms, then up to twice as long each time. */
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 400;

export class DynamoTable implements Table {
  private readonly documents: DynamoDBDocumentClient;
  private readonly name: string;
  private readonly shape: TableShape;
  private readonly within: () => AbortSignal;

  /** `within`: how long one call may take, its repeats included. */
  constructor(documents: DynamoDBDocumentClient, name: string, shape: TableShape, within = withinTime) {
    this.documents = documents;
    this.name = name;
    this.shape = shape;
    this.within = within;
  }

  async get(key: string): Promise<Item | undefined> {
    const command = new GetCommand({ TableName: this.name, Key: this.keyOf(key), ConsistentRead: true });
    const { Item } = await said('GetItem', this.documents.send(command, this.bounded()));
    return Item;
  }

  async getMany(keys: readonly string[]): Promise<Item[]> {
    const found = new Map<string, Item>();
    let wanted: readonly Item[] = [...new Set(keys)].map((key) => this.keyOf(key));
    // DynamoDB may answer only a part (16 MB, throttling) and names the rest; each round brings at least one item or throws.
    for (let round = 0; wanted.length > 0; round += 1) {
      if (round > keys.length) throw new Error('the table does not answer all keys');
      if (round > 0) await clock.wait(pauseBefore(round));
      const command = new BatchGetCommand({
        RequestItems: { [this.name]: { Keys: [...wanted], ConsistentRead: true } },
      });
      const { Responses, UnprocessedKeys } = await said('BatchGetItem', this.documents.send(command, this.bounded()));
      for (const item of Responses?.[this.name] ?? []) found.set(String(item[this.shape.key]), item);
      wanted = UnprocessedKeys?.[this.name]?.Keys ?? [];
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
    const after = query.cursor === undefined ? undefined : readCursor(query, shape.sortType);
    let start: Item | undefined = after && {
      [shape.partition]: partition,
      [shape.sort]: after.sort,
      [this.shape.key]: after.key,
    };
    const rows: Item[] = [];
    // DynamoDB may end a page before its limit (1 MB) and names the last key: only a page without one is the end.
    do {
      const command = new QueryCommand({
        TableName: this.name,
        IndexName: index,
        ...keyCondition(shape, partition, range),
        // One more than wanted: DynamoDB names a last key even when nothing follows it.
        Limit: limit + 1 - rows.length,
        ScanIndexForward: !newestFirst,
        ...(start && { ExclusiveStartKey: start }),
      });
      const { Items = [], LastEvaluatedKey } = await said('Query', this.documents.send(command, this.bounded()));
      rows.push(...Items);
      start = LastEvaluatedKey;
    } while (start && rows.length <= limit);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const more = last !== undefined && rows.length > page.length;
    return {
      keys: page.map((row) => String(row[this.shape.key])),
      cursor: more ? writeCursor(query, last[shape.sort], last[this.shape.key]) : undefined,
    };
  }

  private keyOf(key: string): Item {
    return { [this.shape.key]: key };
  }

  private bounded(): { abortSignal: AbortSignal } {
    return { abortSignal: this.within() };
  }

  private async put(input: PutCommandInput): Promise<boolean> {
    try {
      await said('PutItem', this.documents.send(new PutCommand(input), this.bounded()));
      return true;
    } catch (error) {
      if (error instanceof Error && error.cause instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

function pauseBefore(round: number): number {
  return randomInt(Math.min(FIRST_PAUSE_MS * 2 ** (round - 1), LONGEST_PAUSE_MS) + 1);
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
