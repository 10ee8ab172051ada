import type { FactDefinition, FactSchema, MapSchema, ParamSpec } from '../model/index.ts';
import { type ASTNode, serialize } from './cel.ts';
import { splitFactName } from './fact-types.ts';
import { AssertionFault } from './syntax.ts';

/** What a path in an assertion stands for: a folder of facts, a value of a fact, or something outside the facts. */
export type Place =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'value'; readonly fact: string; readonly schema: FactSchema }
  | { readonly kind: 'param'; readonly spec: ParamSpec | undefined }
  | { readonly kind: 'other' };

/** What stands around a node of an assertion. */
export interface NameScope {
  readonly facts: ReadonlyMap<string, FactDefinition>;
  readonly params: Readonly<Record<string, ParamSpec>>;
  readonly bound: ReadonlyMap<string, Place>;
  readonly guarded: ReadonlySet<string>;
  readonly depth: number;
}

export const other: Place = { kind: 'other' };

/** What a name stands for where no path leads to it: a bound variable goes before a folder of facts. */
export function rootPlace(name: string, scope: NameScope): Place {
  const bound = scope.bound.get(name);
  if (bound) return bound;
  const isFolder = [...scope.facts.keys()].some((fact) => splitFactName(fact)[0] === name);
  return isFolder ? { kind: 'folder', folder: name } : other;
}

/** A whole fact, noted among those that the assertion needs. */
export function factPlace(name: string, scope: NameScope, needs: Set<string>): Place {
  const fact = scope.facts.get(name);
  if (!fact) return other;
  needs.add(name);
  return { kind: 'value', fact: name, schema: fact.schema };
}

/** The value under a key that must be one the schema knows. */
export function mapValue(fact: string, schema: MapSchema, key: string, offset: number): Place {
  if (!schema.keys.includes(key)) {
    throw new AssertionFault(`expected a key of ${fact} (${schema.keys.join(', ')}), got ${key}`, offset);
  }
  return { kind: 'value', fact, schema: schema.values };
}

/** A parameter that picks keys of a map may only hold keys that the schema knows. */
export function refuseUnknownKeys(
  spec: ParamSpec | undefined,
  fact: string,
  schema: MapSchema,
  node: ASTNode,
): void {
  const values = [spec?.default ?? []].flat();
  const unknown = values.find((value) => !schema.keys.includes(String(value)));
  if (unknown !== undefined) {
    throw new AssertionFault(
      `expected the parameter to hold keys of ${fact} (${schema.keys.join(', ')}), got ${String(unknown)}`,
      node.start,
    );
  }
}

/** What a field of listed texts is compared with, written out, must be one of them: nothing else ever equals it. */
export function refuseUnknownTexts(place: Place, node: ASTNode): void {
  if (place.kind !== 'value' || place.schema.type !== 'string' || place.schema.enum === undefined) return;
  if (node.op !== 'value' || typeof node.args !== 'string') return;
  const known = place.schema.enum;
  if (known.includes(node.args)) return;
  throw new AssertionFault(`expected one of ${known.join(', ')}, got "${node.args}"`, node.start, 'expect', {
    word: node.args,
    known,
  });
}

/** What a variable stands for that runs over a list. */
export function elementOf(list: Place, node: ASTNode): Place {
  if (list.kind === 'param') return list;
  if (list.kind === 'value' && list.schema.type === 'array') {
    return { kind: 'value', fact: list.fact, schema: list.schema.items };
  }
  throw new AssertionFault(
    `expected a list of a fact or a parameter to run over, got ${serialize(node)}`,
    node.start,
  );
}
