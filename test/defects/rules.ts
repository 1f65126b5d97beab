/**
 * The rules by which a defect is made of a place in a source: one for each branch, condition, comparison, constant, sum and
 * call. What cannot change an amount is left out: types, log lines and metrics, texts for people, and what is thrown when our
 * own code is wrong (a bare Error, RangeError or TypeError).
 */
import type { Node, Place } from './tree.ts';

export type Kind = 'branch' | 'condition' | 'comparison' | 'constant' | 'arithmetic' | 'dropped call';

/** Replaces the text from `start` to `end`. */
export interface Edit {
  readonly kind: Kind;
  readonly start: number;
  readonly end: number;
  readonly to: string;
  /** What the defect is called; absent: by its old and its new text. */
  readonly says?: string;
  /** The expression whose evaluation reaches the defect; absent: what is replaced. */
  readonly reached?: Node;
}

/** Another text that stands for the same member in the area, and may be taken for this one. */
export type Alternatives = (text: string) => string | undefined;

const COMPARISONS: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
};
const SUMS: Readonly<Record<string, string>> = { '+': '-', '-': '+', '*': '/', '/': '*', '%': '*' };
const SWAPPED: Readonly<Record<string, string>> = { some: 'every', every: 'some', min: 'max', max: 'min' };
const DROPPED = new Set(['filter', 'sort', 'toSorted', 'slice', 'reverse', 'toReversed']);
const UNITS = new Set(['SECOND', 'MINUTE', 'HOUR', 'DAY']);
const FOR_PEOPLE = new Set(['detail', 'message', 'title', 'en', 'zh-CN']);

export function editsAt(place: Place, text: string, alternatives: Alternatives): Edit[] {
  if (place.above.some((node, i) => isNoMoney(node, place.above[i - 1] ?? place.node))) return [];
  const { node } = place;
  const of = (it: Node) => text.slice(it.start, it.end);
  switch (node.type) {
    case 'IfStatement':
      return ifBranches(node, of);
    case 'ConditionalExpression':
      return [
        { ...at(node.test), kind: 'branch', to: 'false', says: `never ${of(node.test)} ? ${of(node.consequent)}` },
        { ...at(node.test), kind: 'branch', to: 'true', says: `always ${of(node.test)} ? ${of(node.consequent)}` },
      ];
    case 'SwitchCase':
      return node.test
        ? [{ ...at(node.test), kind: 'branch', to: "'no such case'", says: `never case ${of(node.test)}` }]
        : [];
    case 'LogicalExpression':
      return operands(node, of);
    case 'UnaryExpression':
      return unary(node, place, of);
    case 'BinaryExpression':
      return binary(node, of);
    case 'AssignmentExpression':
      return node.operator === '+=' || node.operator === '-=' ? assignment(node, place, of) : [];
    case 'Literal':
      return literal(node, place, alternatives, of);
    case 'CallExpression':
      return calls(node, of);
    case 'ExpressionStatement':
      return isCall(node.expression)
        ? [{ ...at(node), kind: 'dropped call', to: ';', says: `without ${of(node)}`, reached: node.expression }]
        : [];
    default:
      return [];
  }
}

type Of = (node: Node) => string;
type As<T extends Node['type']> = Extract<Node, { type: T }>;

const at = ({ start, end }: Node) => ({ start, end });

/** What follows is never done; and what is done otherwise is never done. */
function ifBranches({ test, consequent, alternate }: As<'IfStatement'>, of: Of): Edit[] {
  if (throwsBareError(consequent)) return [];
  const never: Edit = { ...at(test), kind: 'branch', to: 'false', says: `never if (${of(test)})` };
  return alternate ? [never, { ...at(test), kind: 'branch', to: 'true', says: `always if (${of(test)})` }] : [never];
}

function operands(node: As<'LogicalExpression'>, of: Of): Edit[] {
  const { left, right, operator } = node;
  const kept = (side: Node): Edit => ({ ...at(node), kind: 'condition', to: `(${of(side)})` });
  // Without what stands in for an absent value; that the value itself is never taken is another matter.
  return operator === '??' ? [kept(left)] : [kept(left), kept(right)];
}

function unary(node: As<'UnaryExpression'>, { role }: Place, of: Of): Edit[] {
  if (node.operator === '!') return [{ ...at(node), kind: 'condition', to: `(${of(node.argument)})` }];
  const isNegative = node.operator === '-' && role !== 'arguments';
  return isNegative ? [{ ...at(node), kind: 'arithmetic', to: `(${of(node.argument)})` }] : [];
}

function binary(node: As<'BinaryExpression'>, of: Of): Edit[] {
  const { left, right, operator } = node;
  const turned = COMPARISONS[operator] ?? SUMS[operator];
  if (turned === undefined || (operator === '+' && [left, right].some(isText))) return [];
  // A number of hours is a constant, not a product.
  if (operator === '*' && isUnit(right)) return [];
  const kind = operator in COMPARISONS ? 'comparison' : 'arithmetic';
  return [{ ...at(node), kind, to: `(${of(left)} ${turned} ${of(right)})`, says: `${of(node)} as ${turned}` }];
}

function assignment(node: As<'AssignmentExpression'>, { above }: Place, of: Of): Edit[] {
  // A loop that counts the other way has no end.
  if (above[0]?.type === 'ForStatement' || isText(node.right)) return [];
  const turned = node.operator === '+=' ? '-=' : '+=';
  return [{ ...at(node), kind: 'arithmetic', to: `${of(node.left)} ${turned} ${of(node.right)}` }];
}

function literal(node: As<'Literal'>, place: Place, alternatives: Alternatives, of: Of): Edit[] {
  const [parent] = place.above;
  const edit = (to: string): Edit => ({
    ...at(node),
    kind: 'constant',
    to,
    says: `${within(place, node, of)} as ${to}`,
  });
  if (typeof node.value === 'boolean') return [edit(String(!node.value))];
  if (typeof node.value === 'number') {
    const isTime = parent?.type === 'BinaryExpression' && parent.operator === '*' && isUnit(parent.right);
    return [edit(String(isTime ? 2 * node.value : node.value + 1))];
  }
  if (typeof node.value !== 'string') return [];
  const other = alternatives(node.value);
  return other === undefined ? [] : [edit(`'${other}'`)];
}

function calls(node: As<'CallExpression'>, of: Of): Edit[] {
  const { callee } = node;
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return [];
  const { name } = callee.property;
  if (DROPPED.has(name))
    return [
      {
        start: callee.object.end,
        end: node.end,
        kind: 'dropped call',
        to: '',
        says: `without ${short(of, node, callee.object)}`,
        reached: node,
      },
    ];
  const turned = SWAPPED[name];
  if (turned === undefined) return [];
  return [{ ...at(callee.property), kind: 'comparison', to: turned, says: `${of(node)} by ${turned}`, reached: node }];
}

const short = (of: Of, node: Node, object: Node) => of(node).slice(object.end - object.start);

/** The member whose value a text is, where it is one: `name: 'text'`, or what a function returns. */
export function memberOf({ role, above }: Place): string | undefined {
  const [parent] = above;
  if (parent?.type === 'Property' && role === 'value' && !parent.computed)
    return parent.key.type === 'Identifier' ? parent.key.name : undefined;
  return parent?.type === 'ReturnStatement' ? 'return' : undefined;
}

/** What names a constant best: the smallest expression around it. */
function within({ above }: Place, node: As<'Literal'>, of: Of): string {
  const [parent] = above;
  const raw = node.raw ?? String(node.value);
  if (parent?.type === 'Property' && parent.key.type === 'Identifier') return `${parent.key.name}: ${raw}`;
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return `${parent.id.name} = ${raw}`;
  if (parent?.type === 'ReturnStatement') return `return ${raw}`;
  return parent?.type === 'BinaryExpression' || parent?.type === 'MemberExpression' ? `${of(parent)}: ${raw}` : raw;
}

const isText = (node: Node) =>
  node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node.value === 'string');
const isUnit = (node: Node) => node.type === 'Identifier' && UNITS.has(node.name);
const isCall = (node: Node): boolean =>
  (node.type === 'CallExpression' && !isLog(node.callee)) ||
  ((node.type === 'AwaitExpression' || (node.type === 'UnaryExpression' && node.operator === 'void')) &&
    isCall(node.argument));

/** Whether nothing under `node` moves money; `child` is the part of it in which the place is. */
function isNoMoney(node: Node, child: Node): boolean {
  if (node.type.startsWith('TS') && !/^TS(As|NonNull|Satisfies)/.test(node.type)) return true;
  if (node.type === 'ImportDeclaration' || node.type === 'ExportAllDeclaration') return true;
  if (node.type === 'Property') return node.key === child || isForPeople(node.key);
  if (node.type === 'ThrowStatement') return isBareError(node.argument);
  if (node.type === 'ReturnStatement') return node.argument !== null && isBareError(node.argument);
  if (node.type === 'IfStatement') return node.test === child && throwsBareError(node.consequent);
  return node.type === 'CallExpression' && isLog(node.callee);
}

function isForPeople(key: Node): boolean {
  const name = key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : '';
  return FOR_PEOPLE.has(name);
}

function throwsBareError(node: Node): boolean {
  if (node.type === 'BlockStatement') return node.body.length === 1 && node.body.every(throwsBareError);
  return node.type === 'ThrowStatement' && isBareError(node.argument);
}

const isBareError = (node: Node) =>
  node.type === 'NewExpression' && node.callee.type === 'Identifier' && /^(Range|Type)?Error$/.test(node.callee.name);

/** `s.log.warn(…)`, `s.metrics.count(…)`, and the functions that do only that. */
function isLog(callee: Node): boolean {
  if (callee.type === 'Identifier') return /^(noteUnknown|logFault|errorText|mustHold)$/.test(callee.name);
  if (callee.type !== 'MemberExpression') return false;
  const { object } = callee;
  const name = object.type === 'MemberExpression' ? object.property : object;
  return name.type === 'Identifier' && /^(log|metrics)$/.test(name.name);
}
