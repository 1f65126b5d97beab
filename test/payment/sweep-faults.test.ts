/** What the sweep does when something breaks, and when there is more than it has time for. */
import { describe, expect, test } from 'vitest';
import { sweep } from '../../functions/jobs/sweep.ts';
import { ABSENT, CODE, Flow, SILENCE, T1 } from '../support/flow.ts';
import { shown } from '../support/flow-starts.ts';

const BROKEN = () => Promise.reject(new Error('broken'));

describe('request_failed', () => {
  test('F47 at one order puts it off', async () => {
    const flow = await shown();
    expect(await flow.at(225).says(BROKEN).sweep()).toMatchInlineSnapshot(`
      counts oldestDueAge 0
      error: sweep_order_failed (Error: broken)
      writes failures=1
      counts sweptOrders 1
      counts sweepFailures 1
      = orders=1 failures=1
    `);
  });

  test('at putting it off is told, and leaves it due', async () => {
    const flow = await shown();
    expect(await flow.at(225).says(BROKEN).meanwhile(BROKEN).sweep()).toMatchInlineSnapshot(`
      counts oldestDueAge 0
      error: sweep_order_failed (Error: broken)
      error: order_not_postponed (Error: broken)
      counts sweptOrders 1
      counts sweepFailures 1
      = orders=1 failures=1
    `);
    expect((await flow.order()).dueAt).toBe(flow.now);
  });

  test('at reading a shard is told, and the statements have their turn', async () => {
    const flow = await shown();
    flow.at(225).orders.query = BROKEN;
    expect(await flow.sweep()).toMatchInlineSnapshot(`
      error: sweep_shard_failed orderId=undefined reason=0 (Error: broken)
      error: sweep_shard_failed orderId=undefined reason=quarantined (Error: broken)
      counts sweptOrders 0
      counts sweepFailures 2
      = orders=0 failures=2
    `);
  });

  test('that would break an invariant is counted by itself', async () => {
    const flow = await shown();
    const violation = () => Promise.reject(Object.assign(new Error('I2'), { name: 'InvariantViolation' }));
    expect((await flow.at(225).says(violation).sweep()).slice(0, 2)).toMatchInlineSnapshot(`
      counts oldestDueAge 0
      counts invariantViolations 1
    `);
  });
});

describe('many orders', () => {
  /** Another order of the same shop, due like the first. */
  const open = async (flow: Flow, count: number) => {
    for (let n = 1; n <= count; n += 1) {
      flow.merchantOrderNo = String(n);
      await flow.says(CODE).create();
    }
  };

  test('F48 are worked page by page, four abreast', async () => {
    const flow = new Flow();
    await open(flow, 150);
    flow.at(225).says(...Array.from({ length: 150 }, () => ABSENT));
    const lines = await flow.sweep();
    expect(lines.filter((line) => line.startsWith('counts') || line.startsWith('='))).toEqual([
      'counts oldestDueAge 0',
      'counts oldestDueAge 0',
      'counts sweptOrders 150',
      'counts sweepFailures 0',
      '= orders=150 failures=0',
    ]);
  });

  test('are left when the time of the sweep ends: each has the time of one invocation', async () => {
    const flow = new Flow();
    await open(flow, 14);
    // 48 seconds minus the 12 of an invocation is the last moment at which one begins; four begin together, every 16 seconds.
    flow.at(225).says(...Array.from({ length: 14 }, () => flow.takes(4_000, SILENCE)));
    const lines = await flow.sweep();
    expect(lines.filter((line) => /^(counts (swept|sweepF|oldest)|=|an answer)/.test(line))).toEqual([
      'counts oldestDueAge 0',
      'counts sweptOrders 12',
      'counts sweepFailures 0',
      'an answer is left',
      'an answer is left',
      '= orders=12 failures=0',
    ]);
  });

  test('are left with the pages that nobody has looked at', async () => {
    const flow = new Flow();
    await open(flow, 101);
    flow.at(225).says(...Array.from({ length: 100 }, () => flow.takes(361, SILENCE)));
    const lines = await flow.sweep();
    expect(lines.filter((line) => /^(counts (swept|oldest)|=|an answer)/.test(line))).toEqual([
      'counts oldestDueAge 0',
      'counts sweptOrders 100',
      '= orders=100 failures=0',
    ]);
    const inTime = new Flow();
    await open(inTime, 101);
    inTime.at(225).says(...Array.from({ length: 101 }, () => inTime.takes(360, SILENCE)));
    expect((await inTime.sweep()).at(-1)).toEqual('= orders=101 failures=0');
  });

  test('take turns at the pace of the deployment', async () => {
    const flow = new Flow();
    await open(flow, 3);
    let turns = 0;
    const acquire = async () => {
      turns += 1;
      flow.now += 10_000;
      return true;
    };
    Object.assign(flow.s, { rateLimiter: { acquire } });
    flow.at(225).says(ABSENT, ABSENT, ABSENT);
    expect((await flow.sweep()).at(-1)).toEqual('= orders=3 failures=0');
    expect(turns).toBe(3);
  });

  test('F49 that an index names, and that are not due any more, are left alone', async () => {
    const flow = await shown();
    const { orderId } = flow;
    let pages = 0;
    flow.orders.query = async ({ index, partition }) => {
      pages += 1;
      return { keys: index === 'due' && partition === '0' ? [orderId] : [], cursor: undefined };
    };
    expect(await flow.at(224.999).sweep()).toMatchInlineSnapshot(`
      counts oldestDueAge 0
      counts sweptOrders 0
      counts sweepFailures 0
      = orders=0 failures=0
    `);
    await flow.at(9).notified({ paid: T1 });
    expect(await flow.at(225).sweep()).toMatchInlineSnapshot(`
      counts oldestDueAge 0
      counts sweptOrders 0
      counts sweepFailures 0
      = orders=0 failures=0
    `);
    expect(pages).toBe(4);
  });

  test('are visited once in a sweep, whatever the index says', async () => {
    const flow = new Flow();
    await open(flow, 2);
    flow.at(225).says(BROKEN, BROKEN).meanwhile(BROKEN, BROKEN);
    expect((await flow.sweep()).at(-1)).toEqual('= orders=2 failures=2');
  });

  test('of another schedule’s shards are left to it', async () => {
    const flow = await shown();
    const half = (group: number) => flow.step(async () => JSON.stringify(await sweep(flow.s, { group, of: 2 })));
    flow.at(225);
    expect((await half(1)).at(-1)).toBe('= {"orders":0,"failures":0}');
    flow.says(ABSENT);
    expect((await half(0)).at(-1)).toBe('= {"orders":1,"failures":0}');
  });
});
