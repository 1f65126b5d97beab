/**
 * Which room of functions/ may import which, types included. A room is a folder, or a file on the ground beside the folders. An
 * arrow that is not in this table is a question to answer first: does the type live with its owner?
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const FUNCTIONS = join(import.meta.dirname, '..', '..', 'functions');

/** On the ground: pure, or a seam to the machine. They know nothing of payments. */
const GROUND = [
  'time',
  'money',
  'currencies',
  'exchange',
  'text',
  'words',
  'ids',
  'deadlines',
  'rate-limiter',
  'groups',
  'due-work',
  'invocation',
  'rehearsed',
];

/** From the ground up. Every room may import the ground. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  sdk: [],
  table: ['sdk'],
  channel: [],
  'channel/alipay': ['channel'],
  'channel/antom': ['channel'],
  merchant: ['channel', 'table'],
  contract: ['channel', 'merchant'],
  client: ['contract', 'merchant'],
  order: ['channel', 'contract', 'table'],
  payment: ['channel', 'contract', 'merchant', 'telemetry', 'order', 'table'],
  statement: ['channel', 'contract', 'merchant', 'telemetry', 'order', 'table'],
  'statement/export': ['contract'],
  reconciliation: ['channel', 'merchant', 'telemetry', 'order', 'payment', 'statement', 'table'],
  shift: ['contract', 'merchant', 'order', 'statement', 'table'],
  powertools: ['telemetry'],
  rehearsal: ['channel', 'contract', 'sdk', 'table'],
  books: ['reconciliation', 'shift', 'statement', 'table'],
  services: [
    ...['books', 'channel', 'channel/alipay', 'channel/antom', 'merchant', 'order', 'powertools', 'reconciliation'],
    ...['rehearsal', 'sdk', 'shift', 'statement', 'table', 'telemetry'],
  ],
  http: ['contract', 'merchant', 'telemetry', 'services', 'table'],
  api: [
    ...['channel', 'contract', 'http', 'merchant', 'order', 'payment', 'reconciliation', 'services', 'shift'],
    ...['statement', 'statement/export'],
  ],
  notifications: ['channel', 'contract', 'http', 'order', 'payment', 'services'],
  jobs: ['http', 'telemetry', 'order', 'payment', 'reconciliation', 'services', 'statement'],
};

/** Doors: what AWS calls. Only they, and what they share in http, know how the parts are put together. */
const DOORS = ['api', 'http', 'jobs', 'notifications'];

const files = readdirSync(FUNCTIONS, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => relative(FUNCTIONS, join(entry.parentPath, entry.name)));

/** The middlewares are the stack that the endpoint is: one room. */
const roomOf = (file: string) =>
  file.includes('/') ? dirname(file).replace('http/middleware', 'http') : file.replace(/\.ts$/, '');

/** `from > to`, each once, with the files between which it goes. */
const arrows = new Map<string, string[]>();
for (const file of files)
  for (const [, name = ''] of readFileSync(join(FUNCTIONS, file), 'utf8').matchAll(
    /(?:from|import\()\s*'(\.[^']+|#channel\/[^']+|#books)'/g,
  )) {
    const target = name.startsWith('#')
      ? name.replace(/^#(channel.*)/, '$1/connect.ts').replace(/^#books$/, 'books.ts')
      : relative(FUNCTIONS, join(FUNCTIONS, dirname(file), name));
    const arrow = `${roomOf(file)} > ${roomOf(target)}`;
    if (roomOf(file) !== roomOf(target)) arrows.set(arrow, [...(arrows.get(arrow) ?? []), `${file} > ${target}`]);
  }

const isAllowed = (arrow: string) => {
  const [from = '', to = ''] = arrow.split(' > ');
  if (GROUND.includes(to)) return true;
  return ARROWS[from]?.includes(to) === true;
};

test('arrows between rooms are those of the table', () => {
  expect([...arrows].filter(([arrow]) => !isAllowed(arrow)).flatMap(([, between]) => between)).toEqual([]);
});

test('the table has no arrow that the code does not draw', () => {
  const drawn = Object.entries(ARROWS).flatMap(([from, tos]) => tos.map((to) => `${from} > ${to}`));
  expect(drawn.filter((arrow) => !arrows.has(arrow))).toEqual([]);
});

test('the ground imports the ground', () => {
  const up = [...arrows.keys()].filter((arrow) => {
    const [from = '', to = ''] = arrow.split(' > ');
    return GROUND.includes(from) && !GROUND.includes(to);
  });
  expect(up).toEqual([]);
});

test('rooms form no circle: each one imports only rooms above it in the table', () => {
  const order = Object.keys(ARROWS);
  const below = [...arrows.keys()].filter((arrow) => {
    const [from = '', to = ''] = arrow.split(' > ');
    return order.includes(to) && order.indexOf(to) >= order.indexOf(from);
  });
  expect(below).toEqual([]);
});

test('only doors import the composition root', () => {
  const importers = [...arrows.keys()].flatMap((arrow) =>
    arrow.endsWith(' > services') ? [arrow.split(' > ')[0]] : [],
  );
  expect(importers.toSorted()).toEqual(DOORS);
});

test('files of one room import each other without a circle', () => {
  const imports = new Map(
    files.map((file) => [
      file,
      [...readFileSync(join(FUNCTIONS, file), 'utf8').matchAll(/from '(\.[^']+)'/g)].map(([, name = '']) =>
        relative(FUNCTIONS, join(FUNCTIONS, dirname(file), name)),
      ),
    ]),
  );
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' > '));
    if (done.has(file) || way.includes(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});
