import type { Control, FactDefinition } from '../model/index.ts';
import { type ASTNode, celEnvironment, type Environment, maxCharacters, serialize } from './cel.ts';
import { applicabilityEnvironment, assertionEnvironment } from './fact-types.ts';
import { firstReadOf } from './presence.ts';
import { AssertionFault, asComprehension, conjunctsOf, operandsOf } from './syntax.ts';
import { vetAssertion } from './vet.ts';

/** An expression that is ready to run over hydrated values. */
export interface Runnable {
  readonly node: ASTNode;
  run(values: Readonly<Record<string, unknown>>): unknown;
}

/** The population of a quantified clause: a list, narrowed by filters. */
interface PopulationExpression {
  readonly list: ASTNode;
  readonly filters: readonly { readonly variable: string; readonly predicate: Runnable }[];
}

export type Clause =
  | {
      /** `all`: every item must satisfy the predicate; `none`: no item may; `some`: one item must. */
      readonly kind: 'all' | 'none' | 'some';
      readonly population: PopulationExpression;
      readonly variable: string;
      readonly predicate: Runnable;
      readonly about: string;
    }
  | { readonly kind: 'scalar'; readonly predicate: Runnable; readonly about: string };

/** A control whose assertion was checked against the facts' schemas: nothing its author can get wrong is left. */
export interface CompiledControl {
  readonly control: Control;
  readonly needs: readonly string[];
  readonly clauses: readonly Clause[];
  readonly applies?: Runnable;
}

const runtime = celEnvironment({ unlistedVariablesAreDyn: true });

/** @throws AssertionFault with the offset in `expect` (or in `applies-when`, field named) of the first mistake. */
export function compileControl(control: Control, facts: readonly FactDefinition[]): CompiledControl {
  const own = facts.filter((fact) => fact.subject === control.subject);
  const root = checked(assertionEnvironment(own, control.params), control.expect);
  const needs = [...vetAssertion(root, own, control.params)].sort();
  if (needs.length === 0)
    throw new AssertionFault('expected an assertion that reads a fact, got one that reads none', 0);
  const known = new Set(own.map((fact) => fact.name));
  const compiled = { control, needs, clauses: conjunctsOf(root).map((node) => clauseOf(node, known)) };
  return control.appliesWhen
    ? { ...compiled, applies: compileApplicability(control, control.appliesWhen.expression) }
    : compiled;
}

/** @throws AssertionFault with the offset in `applies-when`'s expression. */
function compileApplicability(control: Control, expression: string): Runnable {
  try {
    return runnable(checked(applicabilityEnvironment(control.params), expression));
  } catch (error) {
    if (error instanceof AssertionFault)
      throw new AssertionFault(error.message, error.offset, 'applies-when');
    throw error;
  }
}

function checked(env: Environment, expression: string): ASTNode {
  if (expression.length > maxCharacters)
    throw new AssertionFault(
      `expected an expression of at most ${maxCharacters} characters, got ${expression.length}`,
      maxCharacters,
    );
  const result = env.check(expression);
  if (!result.valid) {
    const { error } = result;
    const summary = (error?.summary ?? 'a valid expression').replace(/\s+/g, ' ');
    throw new AssertionFault(`expected an expression that checks, got: ${summary}`, error?.range?.start ?? 0);
  }
  if (result.type !== 'bool') throw new AssertionFault(`expected bool, got ${result.type ?? 'nothing'}`, 0);
  return env.parse(expression).ast;
}

function clauseOf(node: ASTNode, facts: ReadonlySet<string>): Clause {
  const negated = node.op === '!_' ? asComprehension(node.args) : undefined;
  const comprehension = negated ?? asComprehension(node);
  const about = firstReadOf(node, facts);
  if (!comprehension) {
    refuseHiddenQuantifier(node);
    return { kind: 'scalar', predicate: runnable(node), about };
  }
  return {
    kind: quantifierOf(comprehension.macro, negated !== undefined, node),
    population: populationOf(comprehension.list),
    variable: comprehension.variable,
    predicate: runnable(comprehension.predicate),
    about,
  };
}

function quantifierOf(
  macro: 'all' | 'exists' | 'filter',
  negated: boolean,
  node: ASTNode,
): 'all' | 'none' | 'some' {
  if (macro === 'all' && !negated) return 'all';
  if (macro === 'exists') return negated ? 'none' : 'some';
  throw new AssertionFault(
    `expected X.all(…), !X.exists(…), X.exists(…) or a scalar, got ${serialize(node)}`,
    node.start,
  );
}

/** A quantifier under `||`, `?:` or `==` would be judged as one item and hide which member broke it. */
function refuseHiddenQuantifier(node: ASTNode): void {
  const nodes: ASTNode[] = [node];
  for (let next = nodes.pop(); next; next = nodes.pop()) {
    if (asComprehension(next)) {
      throw new AssertionFault(
        `expected a clause that is X.all(…), !X.exists(…), X.exists(…) or a scalar, got ${serialize(node)}`,
        next.start,
      );
    }
    nodes.push(...operandsOf(next));
  }
}

function populationOf(node: ASTNode): PopulationExpression {
  const comprehension = asComprehension(node);
  if (!comprehension) return { list: node, filters: [] };
  const below = populationOf(comprehension.list);
  const filter = { variable: comprehension.variable, predicate: runnable(comprehension.predicate) };
  return { list: below.list, filters: [...below.filters, filter] };
}

/** Runs the text of the tree, which is proved to be that of the expression as it was checked. */
function runnable(node: ASTNode): Runnable {
  const text = serialize(node);
  const parsed = runtime.parse(text);
  if (serialize(parsed.ast) !== text) {
    throw new AssertionFault(
      `expected an expression that keeps its meaning as ${text}, got another`,
      node.start,
    );
  }
  return { node, run: (values) => parsed(values) };
}
