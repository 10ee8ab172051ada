import type { Framework, Requirement, RequirementLink } from '../model/index.ts';
import { checkTexts } from './check-texts.ts';
import type { ControlFile } from './control-file.ts';
import { refusalOf } from './refusal.ts';
import { didYouMean } from './suggest.ts';

type Trees = ReadonlyMap<string, ReadonlyMap<string, Requirement>>;

/** Where a key of the link stands. */
type At = (key: keyof RequirementLink) => string;

const refusal = refusalOf('ERR_CONTROL');

/** What a link must say so that a reader can judge it. */
function checkStrength(link: RequirementLink, at: At): void {
  if (link.strength === 'full' && link.rationale === undefined)
    throw refusal(
      at('strength'),
      'expected a rationale for strength full, got none',
      'say why it decides all of the requirement',
    );
  if (link.strength === 'partial' && link.element === undefined)
    throw refusal(
      at('strength'),
      'expected the element that strength partial decides, got none',
      'name it, as element: protocol-versions',
    );
  if (link.strength !== 'partial' && link.element !== undefined)
    throw refusal(
      at('element'),
      `expected an element for strength partial only, got one for ${link.strength}`,
      'leave it out, or correct the strength',
    );
}

/** A link decides what its requirement consists of, on the kind of system that its control is about. */
function checkElement(link: RequirementLink, { elements = [] }: Requirement, subject: string, at: At): void {
  const own = elements.filter(({ kinds }) => kinds.includes(subject));
  const listed = own.map(({ id }) => id).join(', ');
  if (link.strength === 'full' && own.length === 0)
    throw refusal(
      at('strength'),
      `expected a requirement that is decided on ${subject}, got ${link.id}, which is not`,
      'call it supporting, or correct the requirement',
    );
  if (link.element === undefined) return;
  const element = elements.find(({ id }) => id === link.element);
  const remedy =
    own.length === 0
      ? `none of its elements is decided on ${subject}: call it supporting`
      : `they are ${listed}`;
  if (element === undefined) {
    const meant = didYouMean(
      link.element,
      own.map(({ id }) => id),
    );
    const sentence = `expected an element of ${link.id}, got "${link.element}"${meant}`;
    throw refusal(at('element'), sentence, remedy);
  }
  if (!element.kinds.includes(subject))
    throw refusal(
      at('element'),
      `expected an element that is decided on ${subject}, got "${element.id}" (${element.kinds.join(', ')})`,
      remedy,
    );
}

function requirementOf(
  link: RequirementLink,
  at: At,
  framework: string,
  tree: ReadonlyMap<string, Requirement>,
): Requirement {
  const requirement = tree.get(link.id);
  if (requirement === undefined) {
    const sentence = `expected a requirement of ${framework}, got "${link.id}"${didYouMean(link.id, tree.keys())}`;
    throw refusal(at('id'), sentence, `\`assay frameworks show ${framework}\` lists them all`);
  }
  if (requirement.testability === 'rollup')
    throw refusal(
      at('id'),
      `expected a requirement, got the heading "${link.id}"`,
      'name what stands under the heading',
    );
  return requirement;
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
      const place: At = (key) => at(['satisfies', framework, index, key]);
      const requirement = requirementOf(link, place, framework, tree);
      checkStrength(link, place);
      checkElement(link, requirement, control.subject, place);
      if (seen.has(`${link.id} ${link.element}`))
        throw refusal(
          place('id'),
          `expected each requirement and element once, got "${link.id}" again`,
          'leave one out',
        );
      seen.add(`${link.id} ${link.element}`);
    });
  }
}

/** An id or alias belongs to one control for ever. */
function checkIds(files: readonly ControlFile[]): void {
  const taken = new Map<string, () => string>();
  for (const { control, at } of files) {
    [control.id, ...control.aliases].forEach((id, index) => {
      const place = () => (index === 0 ? at(['id']) : at(['aliases', index - 1]));
      const first = taken.get(id);
      if (first !== undefined)
        throw refusal(
          place(),
          `expected an id of its own, got "${id}" (also at ${first()})`,
          'ids are never reused: choose another',
        );
      taken.set(id, place);
    });
  }
}

/**
 * Checks controls against each other and against the requirement trees: ids and aliases are taken once, every linked
 * requirement exists and is no heading, `partial` names one of its elements that is decided on the control's kind of
 * subject, `full` gives its rationale, no text serves more than three controls.
 *
 * @throws AssayError ERR_CONTROL `file:line:column expected …, got …`
 */
export function checkLinks(controls: readonly ControlFile[], frameworks: readonly Framework[]): void {
  const trees: Trees = new Map(
    frameworks.map(({ id, requirements }) => [id, new Map(requirements.map((each) => [each.id, each]))]),
  );
  checkIds(controls);
  checkTexts(controls);
  for (const control of controls) checkControl(control, trees);
}
