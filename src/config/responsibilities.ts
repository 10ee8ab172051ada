import type { Alternative, Control, Document, Framework, ThirdParty } from '../model/index.ts';
import type { AssayFile } from './assay-file.ts';
import { isCalendarDate } from './calendar.ts';
import { refusalOf } from './refusal.ts';
import { didYouMean } from './suggest.ts';
import type { YamlPath, YamlSource } from './yaml.ts';

/** A document as the configuration names it: its file is read for the digest, and never bundled. */
export interface DeclaredDocument extends Omit<Document, 'sha256'> {
  readonly file: string;
}

export interface DeclaredThirdParty extends Omit<ThirdParty, 'document'> {
  readonly document: DeclaredDocument;
}

export interface DeclaredAlternative extends Omit<Alternative, 'document'> {
  readonly document: DeclaredDocument;
}

export interface RawResponsibilities {
  readonly 'third-party'?: readonly (Omit<DeclaredThirdParty, 'remaining'> & {
    readonly remaining?: readonly string[];
  })[];
  readonly alternatives?: readonly (Omit<DeclaredAlternative, 'approvedBy'> & {
    readonly 'approved-by': string;
  })[];
}

export interface Responsibilities {
  readonly thirdParties: readonly DeclaredThirdParty[];
  readonly alternatives: readonly DeclaredAlternative[];
}

const refusal = refusalOf('ERR_CONFIG');

/** @throws AssayError ERR_CONFIG for a date that is none, or a document that expires before its date */
export function responsibilitiesOf(raw: RawResponsibilities, source: YamlSource): Responsibilities {
  const { 'third-party': third = [], alternatives = [] } = raw;
  third.forEach(({ document }, index) => {
    checkDates(document, ['third-party', index, 'document'], source);
  });
  alternatives.forEach(({ document }, index) => {
    checkDates(document, ['alternatives', index, 'document'], source);
  });
  return {
    thirdParties: third.map((each) => ({ ...each, remaining: each.remaining ?? [] })),
    alternatives: alternatives.map(({ 'approved-by': approvedBy, ...each }) => ({ ...each, approvedBy })),
  };
}

function checkDates({ date, expires }: DeclaredDocument, path: YamlPath, source: YamlSource): void {
  for (const key of ['date', 'expires'] as const) {
    const day = key === 'date' ? date : expires;
    if (day === undefined || isCalendarDate(day)) continue;
    throw refusal(source.at([...path, key]), 'expected a day that exists, got another', 'correct the date');
  }
  if (expires !== undefined && expires < date)
    throw refusal(
      source.at([...path, 'expires']),
      `expected a day not before ${date}, got ${expires}`,
      'a document is in force from its date to the day on which it expires',
    );
}

interface Named {
  readonly framework: string;
  readonly id: string;
  readonly path: YamlPath;
}

/**
 * Checks what third parties and alternatives name: frameworks, requirements that are no headings, controls; each
 * requirement once.
 *
 * @throws AssayError ERR_CONFIG `file:line:column expected …, got …`
 */
export function checkResponsibilities(
  file: AssayFile,
  controls: readonly Control[],
  frameworks: readonly Framework[],
): void {
  const { thirdParties, alternatives } = file.config;
  const given = thirdParties.flatMap(({ framework, requirements }, index) =>
    requirements.map((id, at) => ({ framework, id, path: ['third-party', index, 'requirements', at] })),
  );
  const otherwise = alternatives.map(({ framework, requirement }, index) => ({
    framework,
    id: requirement,
    path: ['alternatives', index, 'requirement'],
  }));
  checkRequirements(given, file, frameworks);
  checkRequirements(otherwise, file, frameworks);
  for (const each of otherwise) checkAddressable(each, file, frameworks);
  checkRemaining(file, controls);
}

function checkRequirements(named: readonly Named[], file: AssayFile, frameworks: readonly Framework[]): void {
  const seen = new Map<string, string>();
  for (const { framework: frameworkId, id, path } of named) {
    const place = file.at(path);
    const framework = frameworks.find((each) => each.id === frameworkId);
    if (framework === undefined) throw unknownFramework(file, path, frameworkId, frameworks);
    const requirement = framework.requirements.find((each) => each.id === id);
    if (requirement === undefined) {
      const ids = framework.requirements.map((each) => each.id);
      const sentence = `expected a requirement of ${frameworkId}, got "${id}"${didYouMean(id, ids)}`;
      throw refusal(place, sentence, `\`assay frameworks show ${frameworkId}\` lists them all`);
    }
    if (requirement.testability === 'rollup')
      throw refusal(place, `expected a requirement, got the heading "${id}"`, 'name what stands under it');
    const first = seen.get(`${frameworkId} ${id}`);
    if (first !== undefined)
      throw refusal(
        place,
        `expected each requirement once, got "${id}" again (first at ${first})`,
        'leave one out',
      );
    seen.set(`${frameworkId} ${id}`, place);
  }
}

function unknownFramework(file: AssayFile, path: YamlPath, id: string, frameworks: readonly Framework[]) {
  const ids = frameworks.map((each) => each.id);
  const sentence = `expected a known framework, got "${id}"${didYouMean(id, ids)}`;
  return refusal(file.at([...path.slice(0, 2), 'framework']), sentence, `assay knows ${ids.join(', ')}`);
}

/** Only addressable specifications may be met in another way; what is required is required. */
function checkAddressable(
  { framework, id, path }: Named,
  file: AssayFile,
  frameworks: readonly Framework[],
): void {
  const kind = frameworks
    .find((each) => each.id === framework)
    ?.requirements.find((each) => each.id === id)?.kind;
  if (kind === 'addressable') return;
  throw refusal(
    file.at(path),
    `expected an addressable specification, got "${id}" of kind ${kind}`,
    'only what HIPAA calls addressable may be met in another way (45 CFR 164.306(d)(3))',
  );
}

function checkRemaining({ config, at }: AssayFile, controls: readonly Control[]): void {
  const ids = controls.map(({ id }) => id);
  config.thirdParties.forEach(({ remaining }, index) => {
    remaining.forEach((id, place) => {
      if (ids.includes(id)) return;
      const sentence = `expected the id of a control, got "${id}"${didYouMean(id, ids)}`;
      throw refusal(
        at(['third-party', index, 'remaining', place]),
        sentence,
        '`assay controls list` names them all',
      );
    });
  });
}
