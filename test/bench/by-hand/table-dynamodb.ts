/** The table in DynamoDB by the client by hand, as it was. */

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
} from '../../../functions/table/table.ts';
import { type Attributes, fromAttributes, toAttributes } from './attributes.ts';
import type { AwsCall } from './aws.ts';

interface GetOutput {
  readonly Item?: Attributes;
}

interface BatchGetOutput {
  readonly Responses?: { readonly [table: string]: readonly Attributes[] };
  readonly UnprocessedKeys?: { readonly [table: string]: { readonly Keys: readonly Attributes[] } };
}

interface QueryOutput {
  readonly Items?: readonly Attributes[];
  readonly LastEvaluatedKey?: Attributes;
}

export class DynamoTable implements Table {
  private readonly call: AwsCall;
  private readonly name: string;
  private readonly shape: TableShape;

  constructor(call: AwsCall, name: string, shape: TableShape) {
    this.call = call;
    this.name = name;
    this.shape = shape;
  }

  async get(key: string): Promise<Item | undefined> {
    const input = { TableName: this.name, Key: this.keyOf(key), ConsistentRead: true };
    const { Item } = (await this.call('GetItem', input)) as GetOutput;
    return Item && fromAttributes(Item);
  }

  async getMany(keys: readonly string[]): Promise<Item[]> {
    const found = new Map<string, Item>();
    let wanted: readonly Attributes[] = [...new Set(keys)].map((key) => this.keyOf(key));
    // DynamoDB may answer only a part (16 MB, throttling) and names the rest; each round brings at least one item or throws.
    for (let round = 0; wanted.length > 0; round += 1) {
      if (round > keys.length) throw new Error('the table does not answer all keys');
      const input = { RequestItems: { [this.name]: { Keys: wanted, ConsistentRead: true } } };
      const { Responses, UnprocessedKeys } = (await this.call('BatchGetItem', input)) as BatchGetOutput;
      for (const item of (Responses?.[this.name] ?? []).map(fromAttributes))
        found.set(String(item[this.shape.key]), item);
      wanted = UnprocessedKeys?.[this.name]?.Keys ?? [];
    }
    return keys.map((key) => found.get(key)).filter((item) => item !== undefined);
  }

  create(item: Item): Promise<boolean> {
    return this.put({
      TableName: this.name,
      Item: toAttributes(item),
      ConditionExpression: 'attribute_not_exists(#key)',
      ExpressionAttributeNames: { '#key': this.shape.key },
    });
  }

  replace(item: Item, seen: number): Promise<boolean> {
    return this.put({
      TableName: this.name,
      Item: toAttributes(item),
      ConditionExpression: '#version = :seen',
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: toAttributes({ ':seen': seen }),
    });
  }

  async query(query: Query): Promise<Page> {
    const { index, partition, range, limit, newestFirst } = query;
    const shape = this.shape.indexes[index];
    if (!shape) throw new Error(`no index ${index}`);
    const after = query.cursor === undefined ? undefined : readCursor(query, shape.sortType);
    let start =
      after && toAttributes({ [shape.partition]: partition, [shape.sort]: after.sort, [this.shape.key]: after.key });
    const rows: Attributes[] = [];
    // DynamoDB may end a page before its limit (1 MB) and names the last key: only a page without one is the end.
    do {
      const { Items = [], LastEvaluatedKey } = (await this.call('Query', {
        TableName: this.name,
        IndexName: index,
        ...keyCondition(shape, partition, range),
        // One more than wanted: DynamoDB names a last key even when nothing follows it.
        Limit: limit + 1 - rows.length,
        ScanIndexForward: !newestFirst,
        ...(start && { ExclusiveStartKey: start }),
      })) as QueryOutput;
      rows.push(...Items);
      start = LastEvaluatedKey;
    } while (start && rows.length <= limit);
    const page = rows.slice(0, limit).map(fromAttributes);
    const last = page.at(-1);
    const more = last !== undefined && rows.length > page.length;
    return {
      keys: page.map((row) => String(row[this.shape.key])),
      cursor: more ? writeCursor(query, last[shape.sort], last[this.shape.key]) : undefined,
    };
  }

  private keyOf(key: string): Attributes {
    return { [this.shape.key]: { S: key } };
  }

  private async put(input: object): Promise<boolean> {
    try {
      await this.call('PutItem', input);
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
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
    ExpressionAttributeValues: toAttributes(values),
  };
}
