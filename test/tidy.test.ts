/** A test about the code itself: what the house promises of its own files. Clock, chance, timers, environment and SDK: biome.json. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const files = ['bin', 'functions', 'lib', 'test'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name))),
);
const source = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const importsOf = (file: string) =>
  [...source(file).matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, name = '']) =>
    name.startsWith('.') ? relative(ROOT, join(ROOT, file, '..', name)) : name,
  );
const offenders = (inside: string, isWrong: (file: string) => boolean) =>
  files.filter((file) => file.startsWith(inside) && isWrong(file)).sort();

describe('files', () => {
  test('are under 300 lines', () => {
    expect(offenders('', (file) => source(file).split('\n').length > 300)).toEqual([]);
  });

  test('hold no path of a machine and no secret', () => {
    const marks = /\/(?:work|root|home\/\w+)\/|-----BEGIN [A-Z ]*PRIVATE KEY-----\n/;
    expect(offenders('', (file) => file !== 'test/tidy.test.ts' && marks.test(source(file)))).toEqual([]);
  });
});

describe('imports point one way', () => {
  test('what is deployed knows neither lib nor bin nor the SDK of the channel', () => {
    expect(
      offenders('functions/', (file) => importsOf(file).some((name) => /^(lib|bin|test)\/|^alipay-sdk/.test(name))),
    ).toEqual([]);
  });

  test('lib knows the registry of channels, the contract, the tables, the names of metrics and what is rehearsed, and no handler', () => {
    const known =
      /^functions\/(channel\/(registry|channels|traits)|contract\/(contract|notifications)|merchant\/activation|rehearsed|table\/table|telemetry)\.ts$/;
    expect(
      offenders('lib/', (file) => importsOf(file).some((name) => name.startsWith('functions/') && !known.test(name))),
    ).toEqual([]);
  });

  test('money, orders and fees are pure', () => {
    const pure = files.filter((file) => /^functions\/order\/(?!(orders|stored)\.ts)/.test(file));
    const impure = /^(node:|@aws|@middy|functions\/(services|table\/|telemetry|powertools))/;
    expect(
      [...pure, 'functions/money.ts', 'functions/statement/fee.ts'].filter((file) =>
        importsOf(file).some((name) => impure.test(name)),
      ),
    ).toEqual([]);
  });

  test('a simulator of a channel shares nothing with what it tests, or with another simulator', () => {
    const shared = ['alipay', 'antom'].flatMap((channel) => {
      const own = `bin/local/${channel}-simulator/`;
      return offenders(own, (file) =>
        importsOf(file).some((name) => !name.startsWith('node:') && !name.startsWith(own)),
      );
    });
    expect(shared).toEqual([]);
  });
});

describe('the simulation', () => {
  // These put the product together and ask it; the last compares the channel played there with the product's own adapter.
  const drivers = ['world/product', 'world/shop', 'actors/office', 'actors/onlookers', 'world/channel.test'].map(
    (name) => `test/simulation/${name}.ts`,
  );
  const isJudging = (file: string) => file.startsWith('test/simulation/') && !drivers.includes(file);

  test('knows nothing of the product in its judge, its world and its actors, types included', () => {
    const knows = (file: string) => importsOf(file).some((name) => name.startsWith('functions/'));
    expect(offenders('test/simulation/', (file) => isJudging(file) && knows(file))).toEqual([]);
  });
});

describe('S9 money', () => {
  test('is no float', () => {
    const floats = (file: string) => /parseFloat|toFixed|\* ?100\b|\/ ?100\b/.test(source(file));
    expect(offenders('functions/', floats)).toEqual([]);
  });
});
