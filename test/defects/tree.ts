/** A source's syntax tree, as the rules of the defects read it. */
import { type Node, parseSync, visitorKeys } from 'oxc-parser';

export type { Node };

/** A node with all that stands above it, the nearest first. */
export interface Place {
  readonly node: Node;
  readonly above: readonly Node[];
  /** The member of the node above in which it stands. */
  readonly role: string;
}

/** @throws Error if the text is no module */
export function placesOf(file: string, text: string): Place[] {
  const { program, errors } = parseSync(file, text, { preserveParens: false });
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const places: Place[] = [];
  const visit = (node: Node, above: readonly Node[], role: string) => {
    places.push({ node, above, role });
    for (const key of visitorKeys[node.type] ?? []) {
      const child = (node as unknown as Record<string, unknown>)[key];
      for (const it of Array.isArray(child) ? child : [child])
        if (it !== null && it !== undefined) visit(it as Node, [node, ...above], key);
    }
  };
  visit(program, [], 'program');
  return places;
}

/** The function of a module in which a place is, as `name` or `Class.method`; the constant's name outside of functions. */
export function functionOf({ above }: Place): string {
  const names: string[] = [];
  for (const node of above.toReversed()) {
    const name = nameOf(node);
    if (name === undefined) continue;
    names.push(name);
    if (node.type !== 'ClassDeclaration') break;
  }
  return names.join('.') || 'module';
}

function nameOf(node: Node): string | undefined {
  if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') return node.id?.name;
  if (node.type === 'MethodDefinition' || node.type === 'PropertyDefinition')
    return node.key.type === 'Identifier' ? node.key.name : undefined;
  if (node.type === 'VariableDeclarator') return node.id.type === 'Identifier' ? node.id.name : undefined;
  return undefined;
}
