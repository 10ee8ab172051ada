import type { FactDefinition, FactSchema, ParamSpec } from '../model/index.ts';
import { type ASTNode, serialize } from './cel.ts';
import {
  elementOf,
  factPlace,
  mapValue,
  type NameScope,
  other,
  type Place,
  refuseUnknownKeys,
  refuseUnknownTexts,
  rootPlace,
} from './place.ts';
import { AssertionFault, asComprehension, asHas, operandsOf } from './syntax.ts';

const maxNestedComprehensions = 2;
const callable = new Set([
  'size',
  'has',
  'int',
  'string',
  'duration',
  'timestamp',
  'contains',
  'startsWith',
  'endsWith',
  'lowerAscii',
  'getHours',
  'getSeconds',
  'all',
  'exists',
  'filter',
]);

/**
 * The rules that CEL's own type check does not have: only a few functions, bounded nesting, map keys that the schema
 * knows, texts that a field can hold, and no reading of an optional field that no `has()` guards. Returns the facts that the assertion reads.
 */
export function vetAssertion(
  root: ASTNode,
  facts: readonly FactDefinition[],
  params: Readonly<Record<string, ParamSpec>>,
): ReadonlySet<string> {
  const needs = new Set<string>();
  const scope: NameScope = {
    facts: new Map(facts.map((fact) => [fact.name, fact])),
    params,
    bound: new Map(),
    guarded: guardsIn(root),
    depth: 0,
  };
  vet(root, scope, needs);
  return needs;
}

function guardsIn(node: ASTNode): ReadonlySet<string> {
  const guarded = asHas(node);
  const below = operandsOf(node).flatMap((operand) => [...guardsIn(operand)]);
  return new Set(guarded ? [serialize(guarded), ...below] : below);
}

function vet(node: ASTNode, scope: NameScope, needs: Set<string>): Place {
  switch (node.op) {
    case 'value':
      refuseOddLiteral(node);
      return other;
    case 'id':
      return rootPlace(node.args, scope);
    case '.':
      return vetField(node, scope, needs);
    case '[]':
      return vetIndex(node, scope, needs);
    case 'call':
    case 'rcall':
      return vetCall(node, scope, needs);
    case 'in':
      return vetMembership(node, scope, needs);
    case '==':
    case '!=': {
      const [left, right] = node.args;
      refuseUnknownTexts(vetScalar(left, scope, needs), right);
      refuseUnknownTexts(vetScalar(right, scope, needs), left);
      return other;
    }
    case '.?':
    case '[?]':
    case 'map':
      throw new AssertionFault(`expected plain field access, got ${serialize(node)}`, node.start);
    default:
      for (const operand of operandsOf(node)) vetScalar(operand, scope, needs);
      return other;
  }
}

/**
 * A list or map of a fact as a whole may only be run over, counted or searched: compared, joined or chosen, it would
 * be judged without anyone asking whether it was seen whole.
 */
function vetScalar(node: ASTNode, scope: NameScope, needs: Set<string>): Place {
  const place = vet(node, scope, needs);
  const isWhole = place.kind === 'folder' || (place.kind === 'value' && isContainer(place.schema));
  if (!isWhole) return place;
  throw new AssertionFault(
    `expected one value of a fact, or its list in size(), in, all, exists or filter, got ${serialize(node)}`,
    node.start,
  );
}

function isContainer({ type }: FactSchema): boolean {
  return type === 'array' || type === 'map' || type === 'object';
}

/** Bytes and unsigned numbers are in no fact. */
function refuseOddLiteral(node: Extract<ASTNode, { op: 'value' }>): void {
  if (typeof node.args !== 'object' || node.args === null) return;
  throw new AssertionFault('expected a text, a number, a bool or null, got another literal', node.start);
}

function vetField(node: Extract<ASTNode, { op: '.' }>, scope: NameScope, needs: Set<string>): Place {
  const [base, field] = node.args;
  if (base.op === 'id' && base.args === 'params' && !scope.bound.has('params')) {
    return { kind: 'param', spec: scope.params[field] };
  }
  if (isObserved(base)) {
    needs.add(`${base.args[1]}.${field}`);
    return other;
  }
  const place = vet(base, scope, needs);
  if (place.kind === 'folder') return factPlace(`${place.folder}.${field}`, scope, needs);
  if (place.kind !== 'value') return other;
  if (place.schema.type === 'map') return mapValue(place.fact, place.schema, field, node.end - field.length);
  const child = place.schema.type === 'object' ? place.schema.properties[field] : undefined;
  if (!child) return other;
  if (child.presence === 'optional' && !scope.guarded.has(serialize(node))) {
    throw new AssertionFault(
      `expected has(${serialize(node)}) beside an optional field, got none`,
      node.end - field.length,
    );
  }
  return { kind: 'value', fact: place.fact, schema: child };
}

function isObserved(node: ASTNode): node is Extract<ASTNode, { op: '.' }> {
  return node.op === '.' && node.args[0].op === 'id' && node.args[0].args === 'observed';
}

function vetIndex(node: Extract<ASTNode, { op: '[]' }>, scope: NameScope, needs: Set<string>): Place {
  const [base, index] = node.args;
  const place = vet(base, scope, needs);
  const indexPlace = vet(index, scope, needs);
  if (place.kind !== 'value' || place.schema.type !== 'map') {
    throw new AssertionFault(`expected an index of a map of a fact, got ${serialize(node)}`, node.start);
  }
  if (index.op === 'value') return mapValue(place.fact, place.schema, String(index.args), index.start);
  if (!isVariableOrField(index)) {
    throw new AssertionFault(
      `expected a literal, a bound variable or a field of it as index, got ${serialize(index)}`,
      index.start,
    );
  }
  if (indexPlace.kind === 'param') refuseUnknownKeys(indexPlace.spec, place.fact, place.schema, index);
  return { kind: 'value', fact: place.fact, schema: place.schema.values };
}

function isVariableOrField(node: ASTNode): boolean {
  return node.op === 'id' || (node.op === '.' && node.args[0].op === 'id');
}

function vetCall(
  node: Extract<ASTNode, { op: 'call' | 'rcall' }>,
  scope: NameScope,
  needs: Set<string>,
): Place {
  const name = node.args[0];
  if (!callable.has(name)) {
    throw new AssertionFault(`expected one of ${[...callable].join(', ')}, got ${name}()`, node.start);
  }
  if (name === 'has') return vetHas(node, scope, needs);
  const comprehension = asComprehension(node);
  if (!comprehension) {
    for (const operand of operandsOf(node)) vetArgument(name, operand, scope, needs);
    return other;
  }
  if (scope.depth >= maxNestedComprehensions) {
    throw new AssertionFault(
      `expected at most ${maxNestedComprehensions} nested comprehensions, got one more`,
      node.start,
    );
  }
  refuseShadowing(comprehension.variable, scope, node);
  const list = vet(comprehension.list, scope, needs);
  const bound = new Map([...scope.bound, [comprehension.variable, elementOf(list, comprehension.list)]]);
  vet(comprehension.predicate, { ...scope, bound, depth: scope.depth + 1 }, needs);
  return comprehension.macro === 'filter' ? list : other;
}

function vetArgument(name: string, node: ASTNode, scope: NameScope, needs: Set<string>): void {
  const isList = name === 'size' && isListPath(node, scope, needs);
  if (!isList) vetScalar(node, scope, needs);
}

/** A list by its path, also filtered; a list put together from others could hide that one was not seen whole. */
function isListPath(node: ASTNode, scope: NameScope, needs: Set<string>): boolean {
  if (node.op !== '.' && node.op !== 'id' && asComprehension(node)?.macro !== 'filter') return false;
  const place = vet(node, scope, needs);
  return place.kind === 'value' && place.schema.type === 'array';
}

function refuseShadowing(variable: string, scope: NameScope, node: ASTNode): void {
  const taken =
    variable === 'params' || variable === 'observed' || rootPlace(variable, scope).kind !== 'other';
  if (taken)
    throw new AssertionFault(
      `expected a variable name of its own, got ${variable}, which is taken`,
      node.start,
    );
}

function vetHas(node: ASTNode, scope: NameScope, needs: Set<string>): Place {
  const argument = asHas(node);
  if (!argument) throw new AssertionFault('expected has(path.field), got something else', node.start);
  const [base, field] = argument.args;
  const place = vet(base, scope, needs);
  const child =
    place.kind === 'value' && place.schema.type === 'object' ? place.schema.properties[field] : undefined;
  if (child?.presence !== 'optional') {
    throw new AssertionFault(
      `expected has() of a field that the schema marks optional, got ${serialize(argument)}`,
      argument.start,
    );
  }
  return other;
}

function vetMembership(node: Extract<ASTNode, { op: 'in' }>, scope: NameScope, needs: Set<string>): Place {
  const [item, container] = node.args;
  const place = vetScalar(item, scope, needs);
  if (container.op === 'list') {
    vetScalar(container, scope, needs);
    for (const member of container.args) {
      refuseUnknownTexts(place, member);
      refuseUnknownTexts(vet(member, scope, needs), item);
    }
  } else if (isListPath(container, scope, needs)) {
    refuseUnknownTexts(elementOf(vet(container, scope, needs), container), item);
  } else vetScalar(container, scope, needs);
  return other;
}
