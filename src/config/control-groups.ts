import type { Control } from '../model/index.ts';

/** `a`, `a.b`, `a.b.c`: what names a control, or a group of them. */
function beginningsOf(id: string): readonly string[] {
  const parts = id.split('.');
  return parts.map((_, index) => parts.slice(0, index + 1).join('.'));
}

/** Ids, and beginnings of ids up to a dot, with what each stands for: ids of controls. */
export function controlGroups(controls: readonly Control[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { id, aliases } of controls)
    for (const name of [...beginningsOf(id), ...aliases]) groups.set(name, [...(groups.get(name) ?? []), id]);
  return groups;
}
