import type { OwnControlRow } from './own-control-row.ts';
import { shapeCheck } from './schema-errors.ts';
import { ownControlsSchema } from './schemas/own-controls-schema.ts';
import { parseYaml } from './yaml.ts';

interface RawFile {
  readonly 'own-controls': readonly {
    readonly id: string;
    readonly wording: string;
    readonly owner: string;
    readonly frequency: string;
    readonly requirements?: Readonly<Record<string, readonly string[]>>;
    readonly controls?: readonly string[];
  }[];
}

const check = shapeCheck<RawFile>(ownControlsSchema, 'ERR_OWN_CONTROLS');

/** @throws AssayError ERR_YAML, ERR_OWN_CONTROLS */
export function readYamlRows(file: string, text: string): readonly OwnControlRow[] {
  const source = parseYaml(file, text);
  return check(source)['own-controls'].map((raw, index) => {
    const path = ['own-controls', index];
    const { wording, owner, frequency, requirements = {}, controls = [] } = raw;
    return {
      id: { text: raw.id, place: source.at([...path, 'id']) },
      ...{ wording, owner, frequency },
      requirements: Object.entries(requirements).flatMap(([framework, ids]) =>
        ids.map((id, at) => ({
          framework: { text: framework, place: source.keyAt([...path, 'requirements', framework]) },
          id: { text: id, place: source.at([...path, 'requirements', framework, at]) },
        })),
      ),
      controls: controls.map((name, at) => ({ text: name, place: source.at([...path, 'controls', at]) })),
    };
  });
}
