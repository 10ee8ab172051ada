import { controlSetSha256 } from '../bundle/manifest.ts';
import type { Bundle } from '../bundle/reader.ts';
import type {
  Audit,
  ControlSource,
  FactDefinition,
  Framework,
  JudgeInput,
  ParamOverrides,
  Selection,
  Tailoring,
} from '../model/index.ts';
import { judgeInputOf } from '../verify/judge-input.ts';
import { orRefused } from '../verify/refused.ts';
import { leaveUnasked } from './asked-for.ts';
import type { Io } from './io.ts';
import { type Library, loadLibrary } from './library.ts';
import { selectAudits } from './selection.ts';
import { applyTailoring, narrowedSelection } from './tailored-selection.ts';
import { readProfiles } from './tailoring.ts';
import { profilesNamed, withProfileParams } from './under-profiles.ts';

/** The grounds of another judgement of the same observations. */
export interface AnotherJudgement {
  readonly input: JudgeInput;
  readonly tailoring: Tailoring;
}

/**
 * A judgement of a bundle's observations by other profiles than the recorded ones, and by nothing else that narrowed
 * the scan: what a scan with those profiles would have judged by, from what this one saw. Controls and schemas are the
 * bundle's; what it does not have is taken from this assay. It is compared with no earlier bundle.
 *
 * @throws AssayError ERR_PROFILE, ERR_CONFIG and their kin for the profiles, ERR_VERIFY_… for the bundle
 */
export async function judgementBy(
  names: readonly string[],
  bundle: Bundle,
  io: Io,
): Promise<AnotherJudgement> {
  const recorded = orRefused('controls that can be judged by', () => judgeInputOf(bundle));
  const known = knownFrom(recorded, await loadLibrary());
  const { tailoring, params } = await readProfiles(
    profilesNamed(names, io),
    known.controls.map(({ control }) => control),
    known.frameworks,
  );
  const { overrides } = recorded.overrides;
  return {
    tailoring,
    input: tailored(recorded, known, tailoring, {
      format: 0,
      overrides: withProfileParams(overrides, params),
    }),
  };
}

interface Known {
  readonly controls: readonly ControlSource[];
  readonly facts: readonly FactDefinition[];
  readonly frameworks: readonly Framework[];
}

/** What the bundle has goes before what assay has by the same name. */
function knownFrom({ controls, facts, frameworks }: JudgeInput, library: Library): Known {
  const shipped = library.controls.map(({ source }) => source);
  return {
    controls: joined(controls, shipped, ({ control }) => control.id),
    facts: joined(facts, library.facts, ({ name }) => name),
    frameworks: joined(frameworks, library.frameworks, ({ id }) => id),
  };
}

function joined<T>(first: readonly T[], second: readonly T[], nameOf: (one: T) => string): readonly T[] {
  const names = new Set(first.map(nameOf));
  return [...first, ...second.filter((one) => !names.has(nameOf(one)))];
}

function tailored(
  { run, scope, frameworks }: JudgeInput,
  known: Known,
  tailoring: Tailoring,
  overrides: ParamOverrides,
): JudgeInput {
  const { tags, probes } = run.selection;
  const selection: Selection = {
    ...{ frameworks: [], controls: [], tags, severity: 'low' },
    ...(probes === undefined ? {} : { probes }),
  };
  const selected = applyTailoring(
    known.controls.map((source) => ({ source })),
    tailoring,
  );
  const { controls: left, notAskedFor } = leaveUnasked(selected, selection, tailoring);
  const controls = left.map(({ source }) => source);
  const narrowed = narrowedSelection(selection, declaredIn(scope.audits), tailoring);
  const reported = narrowed.frameworks.length > 0 ? known.frameworks : frameworks;
  const audits = selectAudits(reported, narrowed, declaredIn(scope.audits));
  const { notAskedFor: _recorded, ...rest } = scope;
  return {
    run: { ...run, selection, controlSetSha256: controlSetSha256(controls) },
    scope: { ...rest, audits, tailoring, ...(notAskedFor.length === 0 ? {} : { notAskedFor }) },
    overrides,
    controls,
    facts: known.facts,
    frameworks: known.frameworks.filter(({ id }) => audits.some(({ framework }) => framework === id)),
  };
}

function declaredIn(audits: readonly Audit[]): readonly Audit[] {
  return audits.filter(({ declared }) => declared === true);
}
