/** What makes a test weak, found in its syntax tree: it cannot fail, or it is right whatever the code does. */
import {
  childrenOf,
  isCall,
  isFunction,
  isTree,
  lineOf,
  memberOf,
  resolve,
  rootOf,
  type Source,
  type Tree,
  testsOf,
  within,
} from './tree.ts';

export const RULES = {
  anything: 'expect.anything() fits anything but nothing: write the value down, or its kind',
  matcher: 'such a matcher fits almost anything: compare with a value (a throw fails the test without a matcher)',
  unsure: 'each assertion is in a branch, a catch or a callback that may never run',
  none: 'nothing is asserted',
  crossDay: 'what is expected comes from the code under test: write it down',
} as const;
export type Rule = keyof typeof RULES;

export interface Weakness {
  readonly rule: Rule;
  readonly line: number;
  /** The matcher or the name that it is about; empty where it is the whole test. */
  readonly what: string;
}

const WEAK = ['toBeDefined', 'toBeTruthy', 'toBeFalsy'];
const WEAK_IF_NOT = ['toBeNull', 'toBeUndefined', 'toThrow', 'toThrowError'];

export function weaknessesOf(source: Source): Weakness[] {
  return [...inMatchers(source), ...inTests(source), ...inExpectations(source)].sort((a, b) => a.line - b.line);
}

function inMatchers(source: Source): Weakness[] {
  return source.nodes.flatMap((it): Weakness[] => {
    const member = memberOf(it);
    if (member === undefined || rootOf(it) !== 'expect') return [];
    const line = lineOf(source, it);
    if (member === 'anything') return [{ rule: 'anything', line, what: '' }];
    const isNot = memberOf(it.object) === 'not';
    if (!(isNot ? WEAK_IF_NOT : WEAK).includes(member)) return [];
    return [{ rule: 'matcher', line, what: isNot ? `not.${member}` : member }];
  });
}

function inTests(source: Source): Weakness[] {
  return testsOf(source).flatMap(({ call, run }): Weakness[] => {
    const found = [...assertionsIn(run.body as Tree, source, true)];
    if (found.includes(true)) return [];
    return [{ rule: found.length > 0 ? 'unsure' : 'none', line: lineOf(source, call), what: '' }];
  });
}

/** Of each assertion: whether the code cannot come to its end without it. */
function* assertionsIn(tree: Tree, source: Source, isSure: boolean): Generator<boolean> {
  if (isCall(tree) && isAssertion(tree, source)) yield isSure;
  if (tree.type === 'IfStatement' && isTree(tree.alternate)) {
    const [yes, no] = [tree.consequent as Tree, tree.alternate].map((it) => [...assertionsIn(it, source, isSure)]);
    yield* assertionsIn(tree.test as Tree, source, isSure);
    yield* [...(yes ?? []), ...(no ?? [])].map((it) => it && !!yes?.includes(true) && !!no?.includes(true));
    return;
  }
  for (const [member, child] of childrenOf(tree)) {
    // A function is a matter of the call that it is given to.
    const goesOn = isFunction(child) ? isCall(tree) && runsAlways(tree, child, source) : !isBranch(tree, member);
    yield* assertionsIn(child, source, isSure && goesOn);
  }
}

function isBranch({ type, handler }: Tree, member: string): boolean {
  switch (type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return member !== 'test';
    case 'LogicalExpression':
      return member === 'right';
    case 'TryStatement':
      return member === 'block' && isTree(handler);
    case 'SwitchCase':
    case 'CatchClause':
      return true;
    default:
      return false;
  }
}

/** A property's function, and one that is given to a helper of the tests which calls it. */
function runsAlways(call: Tree, given: Tree, source: Source): boolean {
  const root = rootOf(call.callee as Tree);
  if (root === 'fc') return true;
  const helper = root === undefined ? undefined : resolve(source, root);
  const place = (call.arguments as Tree[]).indexOf(given);
  const parameter = helper && isFunction(helper.tree) ? (helper.tree.params as Tree[])[place] : undefined;
  if (!helper || parameter?.type !== 'Identifier') return false;
  return within(helper.tree.body as Tree).some(
    (it) => isCall(it) && (it.callee as Tree).type === 'Identifier' && rootOf(it) === parameter.name,
  );
}

const asserting = new Map<Tree, boolean>();

/** What a page never comes to fails the test that waits for it. */
const WAITS = /^(waitFor[A-Z]\w*|shows)$/;

/** `expect(…)`, a page that is waited for, or a helper of the tests that expects something or throws. */
function isAssertion(call: Tree, source: Source): boolean {
  if (WAITS.test(memberOf(call.callee) ?? '')) return true;
  const root = rootOf(call.callee as Tree);
  if (root === undefined) return false;
  if (root === 'expect') return true;
  const helper = resolve(source, root);
  if (!helper || !isFunction(helper.tree)) return false;
  const known = asserting.get(helper.tree);
  if (known !== undefined) return known;
  asserting.set(helper.tree, false);
  const does = within(helper.tree).some(
    (it) => it.type === 'ThrowStatement' || (isCall(it) && isAssertion(it, helper.source)),
  );
  asserting.set(helper.tree, does);
  return does;
}

/** Durations, whose values are written down in a test of their own (deadlines.test.ts). */
const WRITTEN_DOWN = ['functions/time.ts', 'functions/deadlines.ts'];

/** Functions and classes to be thrown are no answers of the code. */
function inExpectations(source: Source): Weakness[] {
  return source.nodes.flatMap((call): Weakness[] => {
    const matcher = isCall(call) && rootOf(call) === 'expect' ? memberOf(call.callee) : undefined;
    if (!matcher?.startsWith('to') || ['toThrow', 'toThrowError', 'toBeInstanceOf'].includes(matcher)) return [];
    return (call.arguments as Tree[])
      .flatMap((expected) => within(expected))
      .filter((it) => it.type === 'Identifier' && isBorrowed(it, source))
      .map((it) => ({ rule: 'crossDay', line: lineOf(source, it), what: String(it.name) }));
  });
}

function isBorrowed(it: Tree, source: Source): boolean {
  const from = source.imports.get(String(it.name));
  if (!from || !/^(functions|lib|bin|web)\//.test(from.file) || WRITTEN_DOWN.includes(from.file)) return false;
  const parent = source.parentOf.get(it);
  if (!parent || parent.type.startsWith('TS')) return false;
  if (parent.type === 'NewExpression' || (isCall(parent) && parent.callee === it)) return false;
  // `{ name: … }` and `.name` are no uses of it.
  if (parent.type === 'Property') return parent.value === it;
  return !(parent.type === 'MemberExpression' && parent.property === it && !parent.computed);
}
