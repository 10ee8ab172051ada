import type { ASTNode } from './cel.ts';

export interface Slip {
  readonly word: string;
  readonly known: readonly string[];
}

/** A mistake in an assertion, at an offset of its text; who knows the file turns it into a line and column. */
export class AssertionFault extends Error {
  override readonly name = 'AssertionFault';
  readonly offset: number;
  /** The key of the control file that holds the expression. */
  readonly part: 'expect' | 'applies-when';
  /** A text that is none of those that there are. */
  readonly slip?: Slip | undefined;

  constructor(message: string, offset: number, part: AssertionFault['part'] = 'expect', slip?: Slip) {
    super(message);
    this.offset = offset;
    this.part = part;
    this.slip = slip;
  }
}

const macros = new Set(['all', 'exists', 'filter']);

export interface Comprehension {
  readonly macro: 'all' | 'exists' | 'filter';
  readonly list: ASTNode;
  readonly variable: string;
  readonly predicate: ASTNode;
}

/** `X.all(v, P)` and its kin, or undefined for any other node. */
export function asComprehension(node: ASTNode): Comprehension | undefined {
  if (node.op !== 'rcall' || !macros.has(node.args[0])) return undefined;
  const [macro, list, [variable, predicate]] = node.args;
  if (variable?.op !== 'id' || predicate === undefined) return undefined;
  return { macro: macro as Comprehension['macro'], list, variable: variable.args, predicate };
}

/** The argument of `has(…)`, or undefined for any other node. */
export function asHas(node: ASTNode): Extract<ASTNode, { op: '.' }> | undefined {
  if (node.op !== 'call' || node.args[0] !== 'has') return undefined;
  const [argument] = node.args[1];
  return argument?.op === '.' ? argument : undefined;
}

/** Every direct operand of a node. */
export function operandsOf(node: ASTNode): readonly ASTNode[] {
  const isNode = (value: unknown): value is ASTNode =>
    typeof value === 'object' && value !== null && 'op' in value;
  return ([node.args] as unknown[]).flat(3).filter(isNode);
}

/** The parts of a top-level conjunction, left to right. */
export function conjunctsOf(node: ASTNode): readonly ASTNode[] {
  if (node.op !== '&&') return [node];
  return [...conjunctsOf(node.args[0]), ...conjunctsOf(node.args[1])];
}
