/**
 * What happened in a step of a flow, line by line. As a snapshot it says what was asked, stored and told, and leaves out how an
 * order is found: `test/order/due.test.ts` and `test/payment/indexes.test.ts` hold what the indexes are made of.
 */
import { expect } from 'vitest';

/** `slice` and `filter` of a trace are one, too. */
export class Trace extends Array<string> {}

const INDEXES = /^-?(dueAt|dueShard|unpostedKey)(=|$)/;

/** A call without an answer is counted and warned of: its three lines are one. */
function fold(lines: readonly string[]): string[] {
  const folded: string[] = [];
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] ?? '';
    const [, operation, why] = /^(\w+) .*→ unknown why=(\S+)$/.exec(line) ?? [];
    const isTold =
      lines[i + 1] === 'counts channelUnknown 1' &&
      lines[i + 2] === `warn: channel_unknown channelOperation=${operation} reason=${why}`;
    folded.push(isTold ? `${line}, counted and warned of` : line);
    if (isTold) i += 2;
  }
  return folded;
}

/** A write that only plans says for when. */
function planned(text: string): string {
  const [, due] = /^(?:.* )?dueAt=(\S+)/.exec(text) ?? [];
  return due === undefined ? 'writes only indexes' : `plans the next visit at ${due}`;
}

/** `writes a.0.b=1 a.0.c=2 d=3`: each object is named once, on a line of its own where there are several. */
function spread(line: string): string {
  const [, verb, text] = /^(writes|opens) (.*)$/.exec(line) ?? [];
  if (verb === undefined || text === undefined) return line;
  const facts = text.split(/ (?=-?[a-z][\w.]*=|-[a-z][\w.]*(?: |$))/).filter((fact) => !INDEXES.test(fact));
  if (facts.length === 0) return planned(text);
  const groups = Map.groupBy(facts, (fact) => /^-?([\w.]+)\.\w+(?:=|$)/.exec(fact)?.[1] ?? '');
  const rows = [...groups].map(([path, own]) =>
    [path, ...own.map((fact) => fact.replace(`${path}.`, ''))].filter((part) => part !== '').join(' '),
  );
  return rows.length === 1 ? `${verb} ${rows[0]}` : [verb, ...rows.map((row) => `  ${row}`)].join('\n');
}

expect.addSnapshotSerializer({
  test: (value) => value instanceof Trace,
  serialize: (value: Trace) => fold(value).map(spread).join('\n'),
});
