/** The loop of payment/ stays one: what is decided is pure, what asks and writes is in one place, and no hand carries too much. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isFunction, lineOf, ROOT, sourceOf, type Tree } from './tree.ts';

const ROOM = join('functions', 'payment');
const PARAMETERS_MAX = 4;
const files = readdirSync(join(ROOT, ROOM)).map((name) => join(ROOM, name));

test('functions of payment/ have four parameters at the most', () => {
  const many = files.flatMap((file) => {
    const source = sourceOf(file);
    return source.nodes
      .filter((it) => isFunction(it) && (it.params as Tree[]).length > PARAMETERS_MAX)
      .map((it) => `${file}:${lineOf(source, it)}`);
  });
  expect(many).toEqual([]);
});

const usersOf = (call: RegExp) => files.filter((file) => call.test(readFileSync(join(ROOT, file), 'utf8')));

test('channel-call.ts alone asks the channel, and record.ts alone applies events to orders', () => {
  expect(usersOf(/services\.channels\b/)).toEqual([join(ROOM, 'channel-call.ts')]);
  expect(usersOf(/services\.orders\.(apply|recordAnomaly)\(/)).toEqual([join(ROOM, 'record.ts')]);
});

test('advance.ts alone calls them: plan and learn import nothing that acts', () => {
  expect(usersOf(/import \{[^}]*\b(ask|store)\b[^}]*\} from '\.\/(channel-call|record)\.ts'/)).toEqual([
    join(ROOM, 'advance.ts'),
  ]);
  const acting = ['plan', 'open-work', 'learn'].filter((name) =>
    /\b(async|await|services)\b/.test(readFileSync(join(ROOT, ROOM, `${name}.ts`), 'utf8')),
  );
  expect(acting).toEqual([]);
});
