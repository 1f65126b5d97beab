/** What a deployment may choose for its largest day: more shards, more schedules that share them, more memory, more requests. */
import { beforeAll, describe, expect, test } from 'vitest';
import { synthesizeTemplate } from '../../bin/app.ts';
import { type LocalTemplate, readTemplate } from '../../bin/local/template.ts';
import { handler } from '../../functions/jobs/sweep.ts';

const PLACES = { apiUrl: 'http://127.0.0.1', secretArn: (id: string) => id };

describe('with 256 shards in 8 groups', () => {
  let template: LocalTemplate;
  let raw: { Resources: Record<string, { Type: string; Properties: Record<string, unknown> }> };
  beforeAll(() => {
    raw = synthesizeTemplate({
      dueShards: 256,
      statementShards: 64,
      sweepGroups: 8,
      sweepPerSecond: 400,
      sweepMemoryMb: 1_769,
      requestsPerSecond: 120_000,
    }) as typeof raw;
    template = readTemplate(raw, PLACES);
  });

  test('every function puts orders and heads into that many', () => {
    for (const { environment } of template.functions)
      expect(environment).toMatchObject({ DUE_SHARDS: '256', STATEMENT_SHARDS: '64', SWEEP_PER_SECOND: '400' });
  });

  test('eight schedules call the sweep every minute, each for its group', () => {
    expect(template.schedules.map(({ everyMs, event }) => ({ everyMs, event }))).toEqual(
      Array.from({ length: 8 }, (_, group) => ({ everyMs: 60_000, event: { group, of: 8 } })),
    );
  });

  test('the sweep has its memory, the others have theirs, and the API takes more', () => {
    const sizes = template.functions.map(({ entry, memoryMb }) => [entry.includes('sweep'), memoryMb]);
    expect(sizes.filter(([isSweep, memory]) => memory !== (isSweep ? 1_769 : 512))).toEqual([]);
    const stage = Object.values(raw.Resources).find(({ Type }) => Type === 'AWS::ApiGatewayV2::Stage');
    expect(stage?.Properties.DefaultRouteSettings).toMatchObject({
      ThrottlingRateLimit: 120_000,
      ThrottlingBurstLimit: 240_000,
    });
  });
});

test.each([{ group: 0 }, { of: 2 }, { group: 2, of: 2 }, { group: -1, of: 2 }, { group: '0', of: 2 }])(
  'half a message of a schedule does not hide half the work: %j',
  async (event) => {
    await expect(handler(event, {} as never)).rejects.toThrow('there is no group');
  },
);
