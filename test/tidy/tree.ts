/** The syntax tree of a test file, as ESTree: its tests, its imports, and what each name stands for. */
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseAst } from 'vitest/node';

export const ROOT = join(import.meta.dirname, '..', '..');

export interface Tree {
  readonly type: string;
  readonly start: number;
  readonly [member: string]: unknown;
}

export interface Source {
  /** From the root. */
  readonly file: string;
  readonly text: string;
  readonly tree: Tree;
  /** Every node, outer ones before inner ones, and what each stands in. */
  readonly nodes: readonly Tree[];
  readonly parentOf: ReadonlyMap<Tree, Tree>;
  /** By the name that is used here. */
  readonly imports: ReadonlyMap<string, { readonly file: string; readonly name: string }>;
  /** Functions and constants by name, wherever they stand. */
  readonly named: ReadonlyMap<string, Tree>;
}

export const isTree = (it: unknown): it is Tree => typeof (it as Tree | null)?.type === 'string';

/** With the member that each stands in. Plain loops: all tests together have half a million nodes. */
export function childrenOf(tree: Tree): [member: string, child: Tree][] {
  const children: [string, Tree][] = [];
  for (const member in tree) {
    const it = tree[member];
    if (typeof it !== 'object' || it === null) continue;
    if (!Array.isArray(it)) {
      if (isTree(it)) children.push([member, it]);
    } else for (const child of it) if (isTree(child)) children.push([member, child]);
  }
  return children;
}

const read = new Map<string, Source>();

/** `file` is named from the root. */
export function sourceOf(file: string): Source {
  const known = read.get(file) ?? parsed(readFileSync(join(ROOT, file), 'utf8'), file);
  read.set(file, known);
  return known;
}

export function parsed(text: string, file: string): Source {
  const tree = parseAst(text, { lang: 'ts' }) as unknown as Tree;
  const nodes: Tree[] = [];
  const parentOf = new Map<Tree, Tree>();
  const enter = (it: Tree) => {
    nodes.push(it);
    for (const [, child] of childrenOf(it)) {
      parentOf.set(child, it);
      enter(child);
    }
  };
  enter(tree);
  return { file, text, tree, nodes, parentOf, imports: importsOf(tree, file), named: namedIn(nodes) };
}

const nameOf = (it: unknown): string => String((it as Tree | undefined)?.name);

function importsOf(tree: Tree, file: string): Source['imports'] {
  const imports = (tree.body as Tree[]).filter(
    ({ type, importKind }) => type === 'ImportDeclaration' && importKind !== 'type',
  );
  return new Map(
    imports.flatMap(({ source, specifiers }) => {
      const from = String((source as Tree).value);
      const path = from.startsWith('.') ? relative(ROOT, join(ROOT, dirname(file), from)) : from;
      return (specifiers as Tree[])
        .filter(({ importKind }) => importKind !== 'type')
        .map(({ local, imported }) => [nameOf(local), { file: path, name: nameOf(imported ?? local) }] as const);
    }),
  );
}

function namedIn(nodes: readonly Tree[]): Source['named'] {
  const named = new Map<string, Tree>();
  for (const it of nodes) {
    if (it.type === 'FunctionDeclaration' && isTree(it.id)) named.set(nameOf(it.id), it);
    if (it.type === 'VariableDeclarator' && isTree(it.init) && (it.id as Tree).type === 'Identifier')
      named.set(nameOf(it.id), it.init);
  }
  return named;
}

export const lineOf = ({ text }: Source, { start }: Tree): number => text.slice(0, start).split('\n').length;

const FUNCTIONS = ['ArrowFunctionExpression', 'FunctionExpression', 'FunctionDeclaration'];
export const isFunction = (it: Tree): boolean => FUNCTIONS.includes(it.type);

/** The node and all that is in it. */
export function within(tree: Tree, found: Tree[] = []): Tree[] {
  found.push(tree);
  for (const [, child] of childrenOf(tree)) within(child, found);
  return found;
}

/** `a` of `a`, `a.b` and `a.b(c)(d)`: what a call is of. */
export function rootOf(tree: Tree): string | undefined {
  if (tree.type === 'Identifier') return nameOf(tree);
  const inner = tree.callee ?? tree.object ?? (tree.type === 'AwaitExpression' ? tree.argument : undefined);
  return isTree(inner) ? rootOf(inner) : undefined;
}

/** `b` of `a.b`. */
export function memberOf(tree: unknown): string | undefined {
  if (!isTree(tree) || tree.type !== 'MemberExpression' || tree.computed) return undefined;
  return nameOf(tree.property);
}

export const isCall = (it: Tree): boolean => it.type === 'CallExpression';

/** The functions that `test(…)`, `test.each(…)(…)` and the like run, each with its call. */
export function testsOf({ nodes }: Source): { readonly call: Tree; readonly run: Tree }[] {
  return nodes.flatMap((call) => {
    if (!isCall(call) || rootOf(call) !== 'test') return [];
    const run = (call.arguments as Tree[]).slice(1).find(isFunction);
    return run ? [{ call, run }] : [];
  });
}

/** What a name stands for: a function or constant of this file, or of another one under test/. */
export function resolve(source: Source, name: string): { readonly source: Source; readonly tree: Tree } | undefined {
  const own = source.named.get(name);
  if (own) return { source, tree: own };
  const from = source.imports.get(name);
  return from?.file.startsWith('test/') ? resolve(sourceOf(from.file), from.name) : undefined;
}
