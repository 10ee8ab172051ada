import type { FactSchema, Json } from '../model/index.ts';
import type { Clause, CompiledControl } from './assertion.ts';
import type { ASTNode } from './cel.ts';
import type { FactKnowledge } from './evaluate.ts';
import { tokensOf } from './json-pointer.ts';
import { type Bound, type Location, listAt, membersOf, type Reads, readsOf, type View } from './presence.ts';
import { operandsOf } from './syntax.ts';

/** A place of a fact that an assertion reads. */
export interface FieldRead extends Location {
  /** The place without the positions in lists: `tls.leaf.certificates[].notAfter`, `tls.versions["TLSv1.3"]`. */
  readonly field: string;
  readonly schema: FactSchema;
}

/** All that an assertion reads of the facts at hand, also what filters leave out. */
export function fieldReads(
  { clauses }: CompiledControl,
  facts: Readonly<Record<string, Json>>,
  params: Readonly<Record<string, Json>>,
  { definitions }: FactKnowledge,
): readonly FieldRead[] {
  const bound = Object.entries(facts).flatMap(([fact, value]): (readonly [string, Bound])[] => {
    const schema = definitions.get(fact)?.schema;
    const isSeen = value !== 'unseen' && schema !== undefined;
    return isSeen ? [[fact, { value, schema, location: { fact, pointer: '' } }]] : [];
  });
  const budget = { steps: Number.POSITIVE_INFINITY };
  const view: View = { facts: new Map(bound), params, variables: new Map(), budget };
  const places = clauses
    .flatMap((clause) => clauseReads(clause, view))
    .flatMap(({ scalars, lists }) => [...scalars, ...lists]);
  return [...new Map(places.map((place) => [`${place.fact}#${place.pointer}`, place])).values()].flatMap(
    ({ fact, pointer }) => fieldAt(fact, pointer, definitions.get(fact)?.schema),
  );
}

function clauseReads(clause: Clause, view: View): readonly Reads[] {
  if (clause.kind === 'scalar') return [readsOf(clause.predicate.node, view)];
  const { list, reads } = listAt(clause.population.list, view);
  const own = list.location ? { ...reads, lists: [...reads.lists, list.location] } : reads;
  const predicates = [...clause.population.filters, clause];
  return [
    own,
    ...membersOf(list).flatMap((member) =>
      predicates.map(({ variable, predicate }) =>
        readsOf(predicate.node, { ...view, variables: new Map([[variable, member]]) }),
      ),
    ),
  ];
}

function fieldAt(fact: string, pointer: string, root: FactSchema | undefined): readonly FieldRead[] {
  let schema = root;
  let field = fact;
  for (const token of tokensOf(pointer)) {
    field += schema?.type === 'array' ? '[]' : schema?.type === 'map' ? `["${token}"]` : `.${token}`;
    schema = childOf(schema, token);
  }
  return schema === undefined ? [] : [{ fact, pointer, field, schema }];
}

function childOf(schema: FactSchema | undefined, token: string): FactSchema | undefined {
  switch (schema?.type) {
    case 'array':
      return schema.items;
    case 'map':
      return schema.values;
    case 'object':
      return schema.properties[token];
    default:
      return undefined;
  }
}

/** The facts whose time an assertion reads, as `observed.<fact>`. */
export function timesRead({ clauses }: CompiledControl): readonly string[] {
  const nodes = clauses.flatMap((clause): readonly ASTNode[] =>
    clause.kind === 'scalar'
      ? [clause.predicate.node]
      : [clause, ...clause.population.filters].map(({ predicate }) => predicate.node),
  );
  return [...new Set(nodes.flatMap(timesIn))].sort();
}

function timesIn(node: ASTNode): readonly string[] {
  const below = operandsOf(node).flatMap(timesIn);
  if (node.op !== '.' || node.args[0].op !== '.') return below;
  const [base, folder] = node.args[0].args;
  return base.op === 'id' && base.args === 'observed' ? [`observed.${folder}.${node.args[1]}`] : below;
}
