/** What the life of an order costs, as DynamoDB Local counts it: the design's budgets. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Life, lives, open, pollInVain, unitsOf } from '../bench/lives.ts';
import { type Bench, openBench } from '../support/bench.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';

let engine: TestEngine;
let bench: Bench;
beforeAll(async () => {
  engine = await openEngine('dynamodb-local');
  bench = await openBench(engine);
});
afterAll(async () => {
  await bench.stop();
  await engine.stop();
});

describe('units of a life', () => {
  test.each<[string, Life]>(lives.map((life) => [`${life.text}: ${life.budget} write units`, life]))(
    '%s',
    async (_, life) => {
      const { write, read } = await unitsOf(life, bench);
      expect({ write, read }).toEqual({ write: life.budget, read: life.reads });
    },
  );

  test('a poll that learns nothing: one read unit, no write', async () => {
    const order = await open(bench);
    bench.takeUnits();
    for (let poll = 0; poll < 5; poll += 1) await pollInVain(bench, order);
    expect(bench.takeUnits()).toEqual({ write: 0, read: 5, query: 0 });
  });
});
