import type { FactSchema, Json } from '../model/index.ts';
import { type ASTNode, serialize } from './cel.ts';
import { appendToken } from './json-pointer.ts';
import { asComprehension, asHas, operandsOf } from './syntax.ts';

/** Where a value stands: in which fact, at which JSON pointer. */
export interface Location {
  readonly fact: string;
  readonly pointer: string;
}

/** A value as the walk meets it: the JSON, and where it stands when it comes from a fact. */
export interface Bound {
  readonly value: Json | undefined;
  readonly location?: Location;
  readonly schema?: FactSchema;
}

/** What an assertion can see: facts by name (a fact that is unseen is not there), parameters, bound variables. */
export interface View {
  readonly facts: ReadonlyMap<string, Bound>;
  readonly params: Readonly<Record<string, Json>>;
  readonly variables: ReadonlyMap<string, Bound>;
  readonly budget: Budget;
}

/** Steps that one finding may take: lists within lists of a hostile or huge system must not stop the scan. */
export interface Budget {
  steps: number;
}

/** Thrown when a finding would take more steps than it may. */
export class BudgetSpent extends Error {
  override readonly name = 'BudgetSpent';
}

/** As many scalars are kept as a person would read. */
const scalarLimit = 25;

/** What one evaluation will read: proved present, or missing. */
export interface Reads {
  /** Paths that are not there: what reads them is unseen. */
  readonly missing: Location[];
  /** Lists of facts that are run over, searched or counted: a pass needs them complete. */
  readonly lists: Location[];
  /** Scalars read, the first 25. */
  readonly scalars: (Location & { readonly value: Json })[];
}

type Step = { readonly kind: 'folder'; readonly name: string } | ({ readonly kind: 'bound' } & Bound);
const nothing: Step = { kind: 'bound', value: undefined };

/**
 * Walks an expression over the values it will meet and tells what it reads, without evaluating it: the proof of
 * presence that comes before every evaluation. Every path counts, also one that evaluation might skip; only an
 * optional field that `has()` asks for may be absent.
 */
export function readsOf(node: ASTNode, view: View): Reads {
  const reads: Reads = { missing: [], lists: [], scalars: [] };
  walk(node, view, reads);
  return reads;
}

/** The list that a path stands for, with what had to be read to reach it. */
export function listAt(node: ASTNode, view: View): { readonly list: Bound; readonly reads: Reads } {
  const reads: Reads = { missing: [], lists: [], scalars: [] };
  const step = walk(node, view, reads);
  return { list: step.kind === 'bound' ? step : { value: undefined }, reads };
}

/** The members of a list, each where it stands. */
export function membersOf(list: Bound): readonly Bound[] {
  if (!Array.isArray(list.value)) return [];
  const items = list.schema?.type === 'array' ? list.schema.items : undefined;
  return (list.value as readonly Json[]).map((value, index) => ({
    value,
    ...(list.location
      ? { location: { ...list.location, pointer: appendToken(list.location.pointer, String(index)) } }
      : {}),
    ...(items ? { schema: items } : {}),
  }));
}

function walk(node: ASTNode, view: View, reads: Reads): Step {
  view.budget.steps -= 1;
  if (view.budget.steps < 0) throw new BudgetSpent();
  switch (node.op) {
    case 'id':
      return recordScalar(startOf(node.args, view), reads);
    case '.':
      return walkField(node, view, reads);
    case '[]':
      return walkIndex(node, view, reads);
    case 'in':
      walk(node.args[0], view, reads);
      recordList(walk(node.args[1], view, reads), reads);
      return nothing;
    case 'call':
    case 'rcall':
      return walkCall(node, view, reads);
    default:
      for (const operand of operandsOf(node)) walk(operand, view, reads);
      return nothing;
  }
}

function startOf(name: string, view: View): Step {
  const bound = view.variables.get(name);
  return bound ? { kind: 'bound', ...bound } : { kind: 'folder', name };
}

function walkField(node: Extract<ASTNode, { op: '.' }>, view: View, reads: Reads): Step {
  const [base, field] = node.args;
  const from = walk(base, view, reads);
  if (from.kind === 'bound') return step(from, field, reads);
  if (from.name === 'params') return { kind: 'bound', value: view.params[field] };
  if (from.name === 'observed') return { kind: 'folder', name: `observed.${field}` };
  const fact = `${from.name.replace(/^observed\./, '')}.${field}`;
  const seen = view.facts.get(fact);
  if (!seen) reads.missing.push({ fact, pointer: '' });
  if (from.name.startsWith('observed.')) return nothing;
  return { kind: 'bound', ...(seen ?? {}), value: seen?.value };
}

function walkIndex(node: Extract<ASTNode, { op: '[]' }>, view: View, reads: Reads): Step {
  const base = walk(node.args[0], view, reads);
  const [, index] = node.args;
  const key = index.op === 'value' ? index.args : boundValue(walk(index, view, reads));
  return base.kind === 'bound' ? step(base, String(key), reads) : nothing;
}

function boundValue(from: Step): Json | undefined {
  return from.kind === 'bound' ? from.value : undefined;
}

function step(from: Bound, field: string, reads: Reads): Step {
  const { value, schema, location } = from;
  if (!location || value === undefined) return nothing;
  const child = childSchema(schema, field);
  const at = { fact: location.fact, pointer: appendToken(location.pointer, field) };
  const present = typeof value === 'object' && value !== null && Object.hasOwn(value, field);
  if (!present && child?.presence !== 'optional') reads.missing.push(at);
  const next = present ? (value as Record<string, Json>)[field] : undefined;
  return recordScalar(
    { kind: 'bound', value: next, location: at, ...(child ? { schema: child } : {}) },
    reads,
  );
}

function childSchema(schema: FactSchema | undefined, field: string): FactSchema | undefined {
  if (schema?.type === 'map') return schema.values;
  return schema?.type === 'object' ? schema.properties[field] : undefined;
}

function recordScalar(from: Step, reads: Reads): Step {
  const isScalar = from.kind === 'bound' && from.value !== undefined && !isContainer(from.value);
  if (isScalar && from.location && reads.scalars.length < scalarLimit) {
    reads.scalars.push({ ...from.location, value: from.value });
  }
  return from;
}

function isContainer(value: Json): boolean {
  return typeof value === 'object' && value !== null;
}

function recordList(from: Step, reads: Reads): void {
  if (from.kind === 'bound' && from.location && Array.isArray(from.value)) reads.lists.push(from.location);
}

function walkCall(node: Extract<ASTNode, { op: 'call' | 'rcall' }>, view: View, reads: Reads): Step {
  const guarded = asHas(node);
  if (guarded) {
    walk(guarded.args[0], view, reads);
    return nothing;
  }
  const comprehension = asComprehension(node);
  if (!comprehension) {
    for (const operand of operandsOf(node)) recordList(walk(operand, view, reads), reads);
    return nothing;
  }
  const list = walk(comprehension.list, view, reads);
  recordList(list, reads);
  for (const member of list.kind === 'bound' ? membersOf(list) : []) {
    const variables = new Map([...view.variables, [comprehension.variable, member]]);
    walk(comprehension.predicate, { ...view, variables }, reads);
  }
  return comprehension.macro === 'filter' ? list : nothing;
}

/**
 * The first thing of a fact that an expression reads, by the name people know it: the key for a literal key of a map
 * (`fsync`), else the path. It names the one item of a scalar clause.
 */
export function firstReadOf(node: ASTNode, facts: ReadonlySet<string>): string {
  if (node.op === '[]' && isFactPath(node.args[0], facts)) {
    const [base, index] = node.args;
    return index.op === 'value' ? String(index.args) : serialize(base);
  }
  if (node.op === '.' && isFactPath(node, facts)) return serialize(node);
  for (const operand of operandsOf(node)) {
    const found = firstReadOf(operand, facts);
    if (found) return found;
  }
  return '';
}

function isFactPath(node: ASTNode, facts: ReadonlySet<string>): boolean {
  const text = serialize(node);
  return [...facts].some((fact) => text === fact || text.startsWith(`${fact}.`));
}
