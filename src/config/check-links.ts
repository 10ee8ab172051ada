import type { Framework, Requirement, RequirementLink } from '../model/index.ts';
import type { ControlFile } from './control-file.ts';
import { refusalOf } from './refusal.ts';
import { didYouMean } from './suggest.ts';

type Trees = ReadonlyMap<string, ReadonlyMap<string, Requirement>>;

const refusal = refusalOf('ERR_CONTROL');

/** What a link must say so that a reader can judge it. */
function checkStrength(link: RequirementLink, place: string): void {
  if (link.strength === 'full' && link.rationale === undefined)
    throw refusal(
      place,
      'expected a rationale for strength full, got none',
      'say why it decides all of the requirement',
    );
  if (link.strength === 'partial' && link.element === undefined)
    throw refusal(
      place,
      'expected the element that strength partial decides, got none',
      'name it, as element: protocol-versions',
    );
}

function checkLink(
  link: RequirementLink,
  place: string,
  framework: string,
  tree: ReadonlyMap<string, Requirement>,
): void {
  const requirement = tree.get(link.id);
  if (requirement === undefined) {
    const sentence = `expected a requirement of ${framework}, got "${link.id}"${didYouMean(link.id, tree.keys())}`;
    throw refusal(place, sentence, `\`assay frameworks show ${framework}\` lists them all`);
  }
  if (requirement.testability === 'rollup')
    throw refusal(
      place,
      `expected a requirement, got the heading "${link.id}"`,
      'name what stands under the heading',
    );
}

function checkControl({ control, at, keyAt }: ControlFile, trees: Trees): void {
  for (const [framework, links] of Object.entries(control.satisfies)) {
    const tree = trees.get(framework);
    if (tree === undefined) {
      const sentence = `expected a known framework, got "${framework}"${didYouMean(framework, trees.keys())}`;
      throw refusal(keyAt(['satisfies', framework]), sentence, `assay knows ${[...trees.keys()].join(', ')}`);
    }
    const seen = new Set<string>();
    links.forEach((link, index) => {
      const place = at(['satisfies', framework, index, 'id']);
      checkLink(link, place, framework, tree);
      checkStrength(link, at(['satisfies', framework, index, 'strength']));
      if (seen.has(`${link.id} ${link.element}`))
        throw refusal(
          place,
          `expected each requirement and element once, got "${link.id}" again`,
          'leave one out',
        );
      seen.add(`${link.id} ${link.element}`);
    });
  }
}

/** An id or alias belongs to one control for ever. */
function checkIds(files: readonly ControlFile[]): void {
  const taken = new Map<string, string>();
  for (const { control, at } of files) {
    const places = [control.id, ...control.aliases].map((id, index) => [id, index] as const);
    for (const [id, index] of places) {
      const place = index === 0 ? at(['id']) : at(['aliases', index - 1]);
      const first = taken.get(id);
      if (first !== undefined)
        throw refusal(
          place,
          `expected an id of its own, got "${id}" (also at ${first})`,
          'ids are never reused: choose another',
        );
      taken.set(id, place);
    }
  }
}

/**
 * Checks controls against each other and against the requirement trees: ids and aliases are taken once, every linked
 * requirement exists and is no heading, `partial` names its element, `full` gives its rationale.
 *
 * @throws AssayError ERR_CONTROL `file:line:column expected …, got …`
 */
export function checkLinks(controls: readonly ControlFile[], frameworks: readonly Framework[]): void {
  const trees: Trees = new Map(
    frameworks.map(({ id, requirements }) => [id, new Map(requirements.map((each) => [each.id, each]))]),
  );
  checkIds(controls);
  for (const control of controls) checkControl(control, trees);
}
