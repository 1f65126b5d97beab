/** A test about the pages: what README and docs/ name is there, and each of their commands is run. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { anchorsOf, linksOf, pages, proseOf, shellBlocksOf, textOf, withoutComment } from '../support/pages.ts';
import { ROOT } from './tree.ts';

const source = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** Who runs the commands of a block: the file names the block by this very text. */
const RUN_BY: Readonly<Record<string, string>> = {
  'README.md#a-sale-by-hand': 'test/till.test.ts',
  'README.zh-CN.md#亲手收一笔': 'test/till.test.ts',
  'docs/quick-start.md#a-first-sale-by-hand': 'test/till.test.ts',
  'docs/first-merchant.md#set-up-a-merchant': 'test/admin.test.ts',
  'docs/first-merchant.md#other-currencies-and-a-second-channel': 'test/pages/channels.test.ts',
  'docs/statements.md#statements': 'test/pages/commands.test.ts',
  'docs/statements.md#shifts': 'test/pages/commands.test.ts',
  'docs/alipay-account.md#6-connect-the-merchant': 'test/pages/commands.test.ts',
  'docs/alipay-account.md#7-the-first-real-payment': 'test/pages/commands.test.ts',
  'docs/signing.md#one-request-step-by-step': 'test/story/signing-sample.test.ts',
  'docs/signing.md#samples': 'test/sdk/page.ts',
};
/** Commands that CI itself begins with. */
const RUN_BY_CI = [
  'README.md#two-commands-to-a-paid-sale',
  'README.zh-CN.md#两条命令收到第一笔钱',
  'CONTRIBUTING.md#run-it',
];
/** Why no test runs them as they stand. */
const NOT_RUN: Readonly<Record<string, string>> = {
  'docs/deploying.md#deploying': 'they need an AWS account: CI runs synth, and test:deploy the rest on an emulator',
  'docs/deploying.md#the-screens': 'they need an AWS account: test/lib/site.test.ts has the site, test/web the pages',
};

const blocks = pages.flatMap(shellBlocksOf);
const blocksAt = (at: string) => blocks.filter((block) => block.at === at);
const commandsOf = (page: string) => shellBlocksOf(page).map(({ lines }) => lines.map(withoutComment));

describe('commands', () => {
  test('of every block are run, or it is said why not', () => {
    const known = [...Object.keys(RUN_BY), ...RUN_BY_CI, ...Object.keys(NOT_RUN)];
    expect([...new Set(blocks.map(({ at }) => at))].sort()).toEqual(known.sort());
  });

  test('are run by a test that names their place', () => {
    const forgotten = Object.entries(RUN_BY).filter(([at, file]) => !source(file).includes(`'${at}'`));
    expect(forgotten).toEqual([]);
  });

  test('that CI runs stand in .ci/run', () => {
    const ci = source('.ci/run').split('\n');
    const commands = RUN_BY_CI.flatMap(blocksAt).flatMap(({ lines }) => lines.map(withoutComment));
    expect(
      commands.filter((command) => !ci.some((line) => line === command || line.startsWith(`${command} `))),
    ).toEqual([]);
  });

  test('name scripts of package.json only', () => {
    const scripts = Object.keys((JSON.parse(source('package.json')) as { scripts: object }).scripts);
    const named = pages.flatMap((page) =>
      [...textOf(page).matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name = '']) => name),
    );
    expect([...new Set(named)].filter((name) => !scripts.includes(name))).toEqual([]);
  });
});

describe('links', () => {
  const broken = (page: string) =>
    linksOf(page).filter((link) => {
      if (/^(https?|mailto):/.test(link)) return false;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : normalize(join(dirname(page), path));
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    });

  test('of every page lead somewhere', () => {
    expect(pages.flatMap((page) => broken(page).map((link) => `${page}: ${link}`))).toEqual([]);
  });

  test('lead from README to every page', () => {
    const reached = new Set(['README.md']);
    for (const page of reached)
      for (const link of linksOf(page)) {
        const target = normalize(join(dirname(page), link.split('#')[0] ?? ''));
        if (pages.includes(target)) reached.add(target);
      }
    expect(pages.filter((page) => !reached.has(page))).toEqual([]);
  });

  test('can name each heading: no page has one twice', () => {
    const twice = pages
      .filter((page) => page !== 'CHANGELOG.md')
      .filter((page) => new Set(anchorsOf(page)).size < anchorsOf(page).length);
    expect(twice).toEqual([]);
  });
});

describe('names', () => {
  test('of files and folders exist as the pages write them', () => {
    const named = pages.flatMap((page) =>
      [...proseOf(page).matchAll(/`((?:bin|docs|functions|lib|test|web)\/[\w./-]*)`/g)].map(([, path = '']) => path),
    );
    expect([...new Set(named)].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  test('of the walks are as many as a newcomer needs', () => {
    const walks = proseOf('docs/architecture.md')
      .split(/^## /m)
      .filter((part) => /^\S.* file by file\n/.test(part) || /^A \w+, file by file\n/.test(part));
    const files = walks.map((walk) => new Set(walk.match(/`[\w/-]+\.tsx?`/g)).size);
    expect(files.map((count) => count >= 8)).toEqual([true, true, true]);
  });

  test('of operations are in docs/api.md with their routes', () => {
    const { paths } = JSON.parse(source('functions/contract/openapi.json')) as {
      paths: Record<string, Record<string, { operationId: string }>>;
    };
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => `${operationId} \`${method.toUpperCase()} ${path}\``),
    );
    const rows = [...textOf('docs/api.md').matchAll(/^\| (\w+) \| (`[A-Z]+ [^`]+`) \|/gm)].map(
      ([, name, route]) => `${name} ${route}`,
    );
    expect(rows.sort()).toEqual(routes.sort());
  });

  test('of settings are in docs/configuration.md', () => {
    const [, settings = ''] = /^const SETTINGS = \{\n([\s\S]*?)^\};$/m.exec(source('bin/app.ts')) ?? [];
    const known = [...settings.matchAll(/^ {2}(\w+): \{/gm)].map(([, name = '']) => name);
    const [, table = ''] = textOf('docs/configuration.md').split(/^## .*$/m);
    const rows = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name = '']) => name);
    expect(known.length).toBeGreaterThan(10);
    expect(rows.sort()).toEqual(known.sort());
  });

  test('of alarms are in docs/operations.md', () => {
    const [, table = ''] = textOf('docs/operations.md').split(/^## .*$/m);
    const rows = [...table.matchAll(/`([A-Z]\w+)`/g)].map(([, name = '']) => name);
    const made = source('lib/watch.ts');
    const alarms = [...made.matchAll(/this\.alarm\(\s*'(\w+)'|new Alarm\(this, '(\w+)'/g)].map(
      ([, one, other]) => one ?? other,
    );
    expect(alarms.length).toBeGreaterThan(15);
    expect(rows.sort()).toEqual(alarms.sort());
  });
});

test('a diagram has no semicolon, which would end its line', () => {
  const diagrams = pages.flatMap((page) => [...textOf(page).matchAll(/^```mermaid\n([\s\S]*?)^```$/gm)]);
  const broken = diagrams.flatMap(([, text = '']) => text.split('\n').filter((line) => line.includes(';')));
  expect(diagrams.length).toBeGreaterThan(3);
  expect(broken).toEqual([]);
});

test('a page names who acts', () => {
  // CONTRIBUTING.md lists these words as those that no sentence has; the others are still to be gone through.
  const told = pages.filter((page) => !['CONTRIBUTING.md', 'docs/tests.md', 'docs/faults.md'].includes(page));
  const found = told.flatMap((page) =>
    [...textOf(page).matchAll(/\b(nobody|somebody|whoever|whatever|by itself|all the same|it comes to)\b/gi)].map(
      ([word]) => `${page}: ${word}`,
    ),
  );
  expect(found).toEqual([]);
});

describe('README', () => {
  test('has 150 lines at most, in both languages', () => {
    const lengths = ['README.md', 'README.zh-CN.md'].map((page) => textOf(page).trimEnd().split('\n').length);
    expect(lengths.filter((length) => length > 150)).toEqual([]);
  });

  test('has the same commands, chapters, pictures and links in both languages', () => {
    const shape = (page: string) => ({
      commands: commandsOf(page),
      chapters: anchorsOf(page).length,
      rows: proseOf(page)
        .split('\n')
        .filter((line) => line.startsWith('|')).length,
      links: linksOf(page).filter((link) => !link.startsWith('README')),
    });
    expect(shape('README.zh-CN.md')).toEqual(shape('README.md'));
  });
});

describe('decisions', () => {
  const names = readdirSync(join(ROOT, 'docs/decisions'))
    .filter((name) => name !== 'README.md')
    .sort();

  test('are numbered without a gap and listed with date and status', () => {
    const rows = names.map((name, i) => {
      const [, n, title] = /^# (\d+)\. (.+)$/m.exec(textOf(`docs/decisions/${name}`)) ?? [];
      const [, date] = /^- Date: (\d{4}-\d\d-\d\d)$/m.exec(textOf(`docs/decisions/${name}`)) ?? [];
      const [, status] = /^- Status: (.+)$/m.exec(textOf(`docs/decisions/${name}`)) ?? [];
      expect([n, name.slice(0, 4)]).toEqual([`${i + 1}`, `${i + 1}`.padStart(4, '0')]);
      return `| ${n} | [${title}](${name}) | ${date} | ${status} |`;
    });
    expect(textOf('docs/decisions/README.md').match(/^\| \d.*$/gm)).toEqual(rows);
  });

  test('say context, decision, alternatives and consequences', () => {
    const parts = ['context', 'decision', 'alternatives', 'consequences'];
    const short = names.filter((name) => anchorsOf(`docs/decisions/${name}`).slice(1).join() !== parts.join());
    expect(short).toEqual([]);
  });
});

test('.editorconfig and biome.json agree', () => {
  const { formatter } = JSON.parse(source('biome.json')) as { formatter: object };
  const [, ours = ''] = source('.editorconfig').split('[*]');
  const value = (name: string) => new RegExp(`^${name} = (.+)$`, 'm').exec(ours.split('\n[')[0] ?? '')?.[1];
  expect(formatter).toEqual({
    indentStyle: value('indent_style'),
    indentWidth: Number(value('indent_size')),
    lineWidth: Number(value('max_line_length')),
  });
});

test('CHANGELOG begins with the version of package.json', () => {
  const { version } = JSON.parse(source('package.json')) as { version: string };
  const lock = JSON.parse(source('package-lock.json')) as { version: string; packages: { '': { version: string } } };
  const [, newest] = /^## \[([^\]]+)\]/m.exec(textOf('CHANGELOG.md')) ?? [];
  expect([newest, lock.version, lock.packages[''].version]).toEqual([version, version, version]);
});
