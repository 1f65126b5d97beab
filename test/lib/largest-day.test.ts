/** Schedules that share the shards of a large day. What else a deployment may choose for it: stack.test.ts. */
import { expect, test } from 'vitest';
import { readTemplate } from '../../bin/local/template.ts';
import { handler } from '../../functions/jobs/sweep.ts';
import { synthesize } from '../support/template.ts';

test('eight schedules call the sweep every minute, each for its group', () => {
  const template = readTemplate(synthesize({ sweepGroups: 8 }), { apiUrl: 'http://x', secretArn: (id) => id });
  expect(template.schedules.map(({ everyMs, event }) => ({ everyMs, event }))).toEqual(
    Array.from({ length: 8 }, (_, group) => ({ everyMs: 60_000, event: { group, of: 8 } })),
  );
});

test.each([{ group: 0 }, { of: 2 }, { group: 2, of: 2 }, { group: -1, of: 2 }, { group: '0', of: 2 }])(
  'half a message of a schedule does not hide half the work: %j',
  async (event) => {
    await expect(handler(event, {} as never)).rejects.toThrow('there is no group');
  },
);
