/** S22, S23: what others have written and we run: named to the byte, few of it deployed, none of it fetched by a name that moves. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from './tree.ts';

interface Package {
  readonly integrity?: string;
  readonly inBundle?: boolean;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
  readonly link?: boolean;
}

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const ours = JSON.parse(read('package.json'));
const locked = Object.entries(JSON.parse(read('package-lock.json')).packages as Record<string, Package>).filter(
  ([path]) => path !== '',
);
const nameOf = (path: string) => path.replace(/^.*node_modules\//, '');

describe('S22 packages', () => {
  test('are named by exact versions', () => {
    const versions = Object.entries({ ...ours.dependencies, ...ours.devDependencies } as Record<string, string>);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  test('each have the hash of their content, or come inside one that has', () => {
    const isKnown = ({ integrity, inBundle }: Package) => inBundle === true || /^sha512-/.test(integrity ?? '');
    expect(locked.filter(([, it]) => !isKnown(it) || it.link).map(([path]) => path)).toEqual([]);
  });

  test('that have a script of their own for when they are installed are named in package.json, which says whether it runs', () => {
    const running = new Set(locked.filter(([, it]) => it.hasInstallScript).map(([path]) => nameOf(path)));
    expect([...running].filter((name) => typeof ours.allowScripts[name] !== 'boolean')).toEqual([]);
  });

  test('that are deployed are these, and bring nobody but AWS', () => {
    const deployed = locked.filter(([, it]) => !it.dev).map(([path]) => nameOf(path));
    expect(deployed.filter((name) => !/^@(aws|aws-sdk|smithy)\//.test(name))).toEqual([
      '@aws-lambda-powertools/commons',
      '@aws-lambda-powertools/logger',
      '@aws-lambda-powertools/metrics',
      '@middy/core',
      '@middy/util',
      'bowser',
      'http-message-sig',
      'mnemonist',
      'obliterator',
      'structured-headers',
      'tslib',
      'uqr',
      'zod',
    ]);
  });
});

describe('S23 what CI runs', () => {
  /** Actions that are not named by a commit, and keys of a cloud. */
  const faultsOf = (text: string) => [
    ...text.matchAll(
      /\buses: *(?!\.\/)\S+@(?![0-9a-f]{40}\b)\S+|AKIA[0-9A-Z]{16}|\baws[-_]secret[-_]access[-_]key\b/gi,
    ),
  ];

  test('is named by a commit, and holds no key of a cloud', () => {
    const workflows = join('.github', 'workflows');
    const files = existsSync(join(ROOT, workflows)) ? readdirSync(join(ROOT, workflows)) : [];
    const texts = ['.ci/run', ...files.map((name) => join(workflows, name))].map(read);
    expect(texts.flatMap(faultsOf)).toEqual([]);
  });

  test.each([
    ['- uses: actions/checkout@v5', 1],
    ['- uses: actions/checkout@main # 08c6903cd8c0fde910a37f88322edcfb5dd907a8', 1],
    ['- uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0', 0],
    ['- uses: ./.github/actions/test', 0],
    [`AWS_SECRET_ACCESS_KEY: \${{ secrets.KEY }}`, 1],
  ])('is looked through: %s', (line, faults) => {
    expect(faultsOf(line)).toHaveLength(faults);
  });
});
