import { type ASTNode, Environment } from '@marcbachmann/cel-js';

/** The one module that knows which CEL implementation assay uses. */
export type { ASTNode, Environment } from '@marcbachmann/cel-js';

/** What reads an expression recurses: both bounds keep it far from the end of the stack. The longest shipped has 239. */
export const maxCharacters = 4096;
const limits = { maxAstNodes: 1000 };

export function celEnvironment(options: { readonly unlistedVariablesAreDyn?: boolean } = {}): Environment {
  return new Environment({ ...options, limits });
}

type Call = Extract<ASTNode, { op: 'call' | 'rcall' }>;

/**
 * An expression as text that parses to the same tree: every operand in parentheses, because the implementation's own
 * serializer leaves out those that change the meaning (`a - (b - c)`).
 */
export function serialize(node: ASTNode): string {
  switch (node.op) {
    case 'value':
      return literal(node.args);
    case 'id':
      return node.args;
    case '.':
      return `${operand(node.args[0])}.${node.args[1]}`;
    case '[]':
      return `${operand(node.args[0])}[${serialize(node.args[1])}]`;
    case 'call':
    case 'rcall':
      return call(node);
    case 'list':
      return `[${node.args.map(serialize).join(', ')}]`;
    case '?:':
      return `${operand(node.args[0])} ? ${operand(node.args[1])} : ${operand(node.args[2])}`;
    case '!_':
      return `!${operand(node.args)}`;
    case '-_':
      return `-${operand(node.args)}`;
    case '.?':
      return `${operand(node.args[0])}.?${node.args[1]}`;
    case '[?]':
      return `${operand(node.args[0])}[?${serialize(node.args[1])}]`;
    case 'map':
      return `{${node.args.map(([key, value]) => `${serialize(key)}: ${serialize(value)}`).join(', ')}}`;
    default:
      return `${operand(node.args[0])} ${node.op} ${operand(node.args[1])}`;
  }
}

const bare = new Set<ASTNode['op']>(['value', 'id', '.', '[]', 'call', 'rcall', 'list', 'map']);

function operand(node: ASTNode): string {
  return bare.has(node.op) ? serialize(node) : `(${serialize(node)})`;
}

function call(node: Call): string {
  if (node.op === 'call') return `${node.args[0]}(${node.args[1].map(serialize).join(', ')})`;
  const [name, receiver, given] = node.args;
  return `${operand(receiver)}.${name}(${given.map(serialize).join(', ')})`;
}

/** Texts are written as JSON, whose escapes CEL knows; a double keeps a point, or it would be an int. */
function literal(value: Extract<ASTNode, { op: 'value' }>['args']): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return Number.isInteger(value) ? value.toFixed(1) : String(value);
  return String(value);
}
