/** What can be logged is known to those who read the log: each event has its row in docs/operations.md, and alarms cite theirs. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { textOf } from '../support/pages.ts';
import { ROOT } from './tree.ts';

const source = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const sources = readdirSync(join(ROOT, 'functions'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => source(join('functions', name)));

/** The members of the union `LogEvent`, which is no value. */
const [, union = ''] = /export type LogEvent =([^;]+);/.exec(source('functions/telemetry.ts')) ?? [];
const events = [...union.matchAll(/'([^']+)'/g)].map(([, event = '']) => event);
const [, section = ''] = /### Log events\n([\s\S]*?)\n##/.exec(textOf('docs/operations.md')) ?? [];
const rows = [...section.matchAll(/^\| `(\w+)` \| (.+) \|$/gm)].map(([, event = '', means = '']) => ({ event, means }));

describe('log events', () => {
  test('have a row each in docs/operations.md, in the order of the union', () => {
    expect(events.length).toBeGreaterThan(30);
    expect(rows.map(({ event }) => event)).toEqual(events);
  });

  test('are names in snake_case, and each means one sentence', () => {
    expect(events.filter((event) => !/^[a-z]+(_[a-z]+)*$/.test(event))).toEqual([]);
    expect(rows.filter(({ means }) => !/^[A-Z][^.]*\.$/.test(means))).toEqual([]);
  });

  test('are logged, each of them, and nothing else is', () => {
    const logged = sources.flatMap((text) =>
      [...text.matchAll(/(?:\blog\.(?:info|warn|error)\(|\blogFault\(\s*\w+,)\s*'([^']+)'/g)].map(
        ([, event = '']) => event,
      ),
    );
    expect([...new Set(logged)].sort()).toEqual([...events].sort());
  });
});

describe('an alarm', () => {
  const alarms = [...source('lib/watch.ts').matchAll(/ours\('(\w+)', '\w+'\),([\s\S]*?)\);\n/g)].map(
    ([, metric = '', rest = '']) => {
      const cited = [...rest.matchAll(/cite\(([^)]*)\)/g)].flatMap(([, list = '']) => list.match(/\w+/g) ?? []);
      return { metric, cited };
    },
  );

  test('of what is counted says which events to search for', () => {
    expect(alarms).toHaveLength(16);
    // How long work is overdue is measured, and no event.
    expect(alarms.filter(({ cited }) => cited.length === 0).map(({ metric }) => metric)).toEqual(['oldestDueAge']);
  });

  test.each(alarms.filter(({ cited }) => cited.length > 0))(
    'of $metric cites what is logged where that is counted',
    ({ metric, cited }) => {
      const counting = sources.filter((text) => text.includes(`metrics.count('${metric}'`));
      expect(counting.length).toBeGreaterThan(0);
      expect(counting.filter((text) => cited.some((event) => text.includes(`'${event}'`)))).not.toEqual([]);
    },
  );
});
