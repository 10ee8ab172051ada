import type { Alias, Document, Node, Pair, YAMLMap } from 'yaml';
import type { Json } from '../model/index.ts';
import { yamlPackage } from './packages.ts';
import { type Refuse, shownKey } from './yaml-syntax.ts';

/** A document as values, and what each alias stands for. */
export interface DocumentValue {
  readonly value: Json;
  readonly targets: ReadonlyMap<Alias, Node>;
}

/** How many values all aliases of a file may stand for together. */
const maxExpanded = 10_000;

/** What a walk over the document carries. */
interface Walk {
  readonly refuse: Refuse;
  readonly anchors: Map<string, Node>;
  readonly targets: Map<Alias, Node>;
  /** The values being read, outermost first: an alias to one of them is a circle. */
  readonly open: Set<Node>;
  expanded: number;
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

function resolveAlias(alias: Alias, walk: Walk): Node {
  const target = walk.targets.get(alias) ?? walk.anchors.get(alias.source);
  if (target === undefined) {
    const sentence =
      'expected an anchor above for this alias, got none (a text that begins with * needs quotes)';
    throw walk.refuse(startOf(alias), sentence);
  }
  if (walk.open.has(target))
    throw walk.refuse(startOf(alias), 'expected an alias to something complete, got a circle');
  walk.targets.set(alias, target);
  return target;
}

function readAlias(alias: Alias, walk: Walk, outer: Alias): Json {
  return readNode(resolveAlias(alias, walk), walk, outer);
}

function keyOf(pair: Pair<Node, Node | null>, seen: ReadonlySet<string>, walk: Walk): string {
  const { key } = pair;
  if (!yamlPackage().isScalar(key) || typeof key.value !== 'string')
    throw walk.refuse(startOf(key), 'expected a text as key, got another type (quote it)');
  if (seen.has(key.value))
    throw walk.refuse(startOf(key), `expected each key once, got ${shownKey(key.value)} again`);
  return key.value;
}

function readMap(map: YAMLMap<Node, Node | null>, walk: Walk, outer: Alias | undefined): Json {
  const seen = new Set<string>();
  const entries = map.items.map((pair): readonly [string, Json] => {
    const key = keyOf(pair, seen, walk);
    seen.add(key);
    return [key, pair.value === null ? null : readNode(pair.value, walk, outer)];
  });
  return Object.fromEntries(entries);
}

function readScalar(node: Node, value: unknown, walk: Walk): Json {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  const whole = typeof value === 'number' && Number.isInteger(value);
  if (typeof value !== 'number' || !Number.isFinite(value) || (whole && !Number.isSafeInteger(value)))
    throw walk.refuse(startOf(node), 'expected a number that can be kept exactly, got another (quote it)');
  return value;
}

function countExpanded(walk: Walk, outer: Alias | undefined): void {
  if (outer === undefined) return;
  walk.expanded += 1;
  if (walk.expanded > maxExpanded)
    throw walk.refuse(startOf(outer), `expected aliases for at most ${maxExpanded} values, got more`);
}

/** @param outer the alias of the document through which the node was reached. */
function readNode(node: Node, walk: Walk, outer: Alias | undefined): Json {
  countExpanded(walk, outer);
  if (yamlPackage().isAlias(node)) return readAlias(node, walk, outer ?? node);
  if (node.anchor !== undefined && outer === undefined) walk.anchors.set(node.anchor, node);
  walk.open.add(node);
  const value = readContent(node, walk, outer);
  walk.open.delete(node);
  return value;
}

function readContent(node: Node, walk: Walk, outer: Alias | undefined): Json {
  const { isMap, isScalar, isSeq } = yamlPackage();
  if (isMap<Node, Node | null>(node)) return readMap(node, walk, outer);
  if (isSeq<Node>(node)) return node.items.map((item) => readNode(item, walk, outer));
  return readScalar(node, isScalar(node) ? node.value : undefined, walk);
}

/** Reads a composed document as JSON values; every refusal comes from `refuse`. */
export function readDocument(document: Document.Parsed, refuse: Refuse): DocumentValue {
  const walk: Walk = { refuse, anchors: new Map(), targets: new Map(), open: new Set(), expanded: 0 };
  const { contents } = document;
  return { value: contents === null ? null : readNode(contents, walk, undefined), targets: walk.targets };
}
