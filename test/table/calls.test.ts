/** Which calls each method of the table makes, word for word, and what it makes of answers that are no whole ones. */
import { afterEach, expect, test, vi } from 'vitest';
import { STATEMENTS, type Table } from '../../functions/table/table.ts';
import { clock } from '../../functions/time.ts';
import { withoutPauses } from '../support/without-pauses.ts';
import { type Answer, canned } from './canned.ts';

const scripted = (...answers: [Answer, ...Answer[]]) => canned('statements', STATEMENTS, ...answers);

afterEach(() => {
  vi.restoreAllMocks();
});

const id = (name: string) => ({ id: { S: name } });
const row = (name: string, day: string) => ({ ...id(name), merchantId: { S: 'm' }, day: { S: day } });
const batch = (...names: string[]) => ({ statements: { Keys: names.map(id), ConsistentRead: true } });

test('get reads the item as it is now', async () => {
  const { table, calls } = scripted({ Item: { ...id('a'), version: { N: '3' } } }, {});
  expect(await table.get('a')).toEqual({ id: 'a', version: 3 });
  expect(await table.get('b')).toBeUndefined();
  const input = (name: string) => ({ TableName: 'statements', Key: id(name), ConsistentRead: true });
  expect(calls).toEqual([
    ['GetItem', input('a')],
    ['GetItem', input('b')],
  ]);
});

test('getMany reads all items as they are now, each key once, until none is left over', async () => {
  vi.spyOn(clock, 'wait').mockResolvedValue();
  const { table, calls } = scripted(
    { Responses: { statements: [id('c')] }, UnprocessedKeys: batch('b', 'a') },
    { UnprocessedKeys: batch('a') },
    { Responses: { statements: [id('a')] }, UnprocessedKeys: {} },
  );
  expect(await table.getMany(['a', 'b', 'c', 'a'])).toEqual([{ id: 'a' }, { id: 'c' }, { id: 'a' }]);
  expect(calls).toEqual([
    ['BatchGetItem', { RequestItems: batch('a', 'b', 'c') }],
    ['BatchGetItem', { RequestItems: batch('b', 'a') }],
    ['BatchGetItem', { RequestItems: batch('a') }],
  ]);
});

test('getMany asks nothing for no keys, and gives up on a table that answers none', async () => {
  vi.spyOn(clock, 'wait').mockResolvedValue();
  const nothing = scripted({});
  expect([await nothing.table.getMany([]), nothing.calls]).toEqual([[], []]);
  const silent = scripted({ UnprocessedKeys: batch('a', 'b') });
  await expect(silent.table.getMany(['a', 'b'])).rejects.toThrow('the table does not answer all keys');
  expect(silent.calls).toHaveLength(3);
});

test('getMany pauses before each further round, by chance up to 25 ms, then 50, 100, 200 and 400, and never longer', async () => {
  const pauses: number[][] = Array.from({ length: 7 }, () => []);
  const waits = vi.spyOn(clock, 'wait').mockResolvedValue();
  const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  for (let run = 0; run < 40; run += 1) {
    waits.mockClear();
    const { table } = scripted({ UnprocessedKeys: batch(...keys) });
    await expect(table.getMany(keys)).rejects.toThrow('the table does not answer all keys');
    for (const [n, [ms]] of waits.mock.calls.entries()) pauses[n]?.push(ms);
  }
  for (const [n, seen] of pauses.entries()) {
    const bound = Math.min(25 * 2 ** n, 400);
    expect([seen.length, Math.max(...seen) <= bound, Math.max(...seen) > 0.6 * bound]).toEqual([40, true, true]);
    expect(Math.min(...seen)).toBeLessThan(0.4 * bound);
  }
});

const created = {
  TableName: 'statements',
  Item: { ...id('a'), version: { N: '1' } },
  ConditionExpression: 'attribute_not_exists(#key)',
  ExpressionAttributeNames: { '#key': 'id' },
};
const replaced = {
  TableName: 'statements',
  Item: { ...id('a'), version: { N: '8' } },
  ConditionExpression: '#version = :seen',
  ExpressionAttributeNames: { '#version': 'version' },
  ExpressionAttributeValues: { ':seen': { N: '7' } },
};
const writes: [string, object, (table: Table) => Promise<boolean>][] = [
  ['create', created, (table) => table.create({ id: 'a', version: 1 })],
  ['replace', replaced, (table) => table.replace({ id: 'a', version: 8 }, 7)],
];

test.each(writes)(
  '%s writes under its condition, and only a refusal of the condition is a race lost',
  async (...it) => {
    const [, input, write] = it;
    withoutPauses();
    const { table, calls } = scripted({}, 'ConditionalCheckFailedException');
    expect([await write(table), await write(table)]).toEqual([true, false]);
    expect(calls).toEqual([
      ['PutItem', input],
      ['PutItem', input],
    ]);
    for (const name of ['ProvisionedThroughputExceededException', 'AccessDeniedException', 'ResourceNotFoundException'])
      await expect(write(scripted(name).table)).rejects.toMatchObject({ name, status: 400 });
  },
);

const asked = {
  TableName: 'statements',
  IndexName: 'by-merchant',
  KeyConditionExpression: '#partition = :partition',
  ExpressionAttributeNames: { '#partition': 'merchantId' },
  ExpressionAttributeValues: { ':partition': { S: 'm' } },
  ScanIndexForward: true,
};

test('query goes on after a page that ended early, also after an empty one, and asks for no row twice', async () => {
  const { table, calls } = scripted(
    { Items: [row('a', '1')], LastEvaluatedKey: row('a', '1') },
    { Items: [], LastEvaluatedKey: row('between', '2') },
    { Items: [row('b', '3'), row('c', '4')], LastEvaluatedKey: row('c', '4') },
    { Items: [] },
  );
  const query = { index: 'by-merchant', partition: 'm', limit: 2 };
  const { keys, cursor = '' } = await table.query(query);
  expect(keys).toEqual(['a', 'b']);
  await table.query({ ...query, cursor });
  expect(calls).toEqual([
    ['Query', { ...asked, Limit: 3 }],
    ['Query', { ...asked, Limit: 2, ExclusiveStartKey: row('a', '1') }],
    ['Query', { ...asked, Limit: 2, ExclusiveStartKey: row('between', '2') }],
    ['Query', { ...asked, Limit: 3, ExclusiveStartKey: row('b', '3') }],
  ]);
});

test('query ends with the page that names no last key, and its cursor goes on where it ended', async () => {
  const two = scripted({ Items: [row('a', '1'), row('b', '3')], LastEvaluatedKey: row('b', '3') }, { Items: [] });
  expect(await two.table.query({ index: 'by-merchant', partition: 'm', limit: 2 })).toEqual({ keys: ['a', 'b'] });
  const more = scripted({ Items: [row('a', '1'), row('b', '3')] });
  const query = { index: 'by-merchant', partition: 'm', limit: 1, newestFirst: true, range: { from: '0', to: '9' } };
  const { cursor = '' } = await more.table.query(query);
  const next = scripted({});
  expect(await next.table.query({ ...query, cursor })).toEqual({ keys: [] });
  expect(next.calls).toEqual([
    [
      'Query',
      {
        ...asked,
        KeyConditionExpression: '#partition = :partition AND #sort BETWEEN :from AND :to',
        ExpressionAttributeNames: { '#partition': 'merchantId', '#sort': 'day' },
        ExpressionAttributeValues: { ':partition': { S: 'm' }, ':from': { S: '0' }, ':to': { S: '9' } },
        ScanIndexForward: false,
        Limit: 2,
        ExclusiveStartKey: row('a', '1'),
      },
    ],
  ]);
});

test.each([
  [{ from: '3' }, '#sort >= :from', { ':from': { S: '3' } }],
  [{ to: '4' }, '#sort <= :to', { ':to': { S: '4' } }],
])('query takes a range with one end: %j', async (range, condition, values) => {
  const { table, calls } = scripted({});
  await table.query({ index: 'by-merchant', partition: 'm', limit: 100, range });
  const input = {
    ...asked,
    KeyConditionExpression: `#partition = :partition AND ${condition}`,
    ExpressionAttributeNames: { '#partition': 'merchantId', '#sort': 'day' },
    ExpressionAttributeValues: { ':partition': { S: 'm' }, ...values },
    Limit: 101,
  };
  expect(calls).toEqual([['Query', input]]);
});

test('an index that the table does not have is not asked', async () => {
  const { table, calls } = scripted({});
  await expect(table.query({ index: 'by-day', partition: 'm', limit: 1 })).rejects.toThrow('no index by-day');
  expect(calls).toEqual([]);
});
