import { stableJson } from '../bundle/json.ts';
import { idIn, type NamedPath } from '../bundle/layout.ts';
import { sha256 } from '../bundle/manifest.ts';
import type { FactDefinition, Framework } from '../model/index.ts';

/** The assay that verifies: its version, and the library that it comes with. */
export interface Shipped {
  readonly version: string;
  readonly controls: readonly { readonly id: string; readonly text: string }[];
  readonly facts: readonly FactDefinition[];
  readonly frameworks: readonly Framework[];
}

/** What a bundle holds of one sort, beside what is shipped under the same ids: compared by digest. */
export interface Comparison {
  readonly same: number;
  /** Ids under which something else is shipped. */
  readonly different: readonly string[];
  /** Ids under which nothing is shipped. */
  readonly unknown: readonly string[];
}

/** Says whose rules a bundle was judged by; none of it is a fault: controls may be one's own, or of another version. */
export interface LibraryComparison {
  readonly controls: Comparison;
  readonly schemas: Comparison;
  readonly frameworks: Comparison;
}

export function compareLibrary(manifest: ReadonlyMap<string, string>, shipped: Shipped): LibraryComparison {
  const { controls, facts, frameworks } = shipped;
  return {
    controls: compare(manifest, 'controls', new Map(controls.map(({ id, text }) => [id, text]))),
    schemas: compare(manifest, 'facts', new Map(facts.map((fact) => [fact.name, stableJson(fact)]))),
    frameworks: compare(
      manifest,
      'frameworks',
      new Map(frameworks.map((tree) => [tree.id, stableJson(tree)])),
    ),
  };
}

function compare(
  manifest: ReadonlyMap<string, string>,
  sort: NamedPath,
  texts: ReadonlyMap<string, string>,
): Comparison {
  const different: string[] = [];
  const unknown: string[] = [];
  let same = 0;
  for (const [path, digest] of manifest) {
    const id = idIn(sort, path);
    if (id === undefined) continue;
    const text = texts.get(id);
    if (text === undefined) unknown.push(id);
    else if (sha256(text) === digest) same += 1;
    else different.push(id);
  }
  return { same, different, unknown };
}
