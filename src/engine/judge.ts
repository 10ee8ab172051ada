import {
  type Assessment,
  byCodeUnit,
  type Control,
  type ControlResult,
  type ControlSource,
  type Finding,
  type Json,
  type Judge,
  type JudgeInput,
  type Reason,
  type Scope,
  type Severity,
  type SubjectKind,
  type SubjectRecord,
} from '../model/index.ts';
import { type CompiledControl, compileControl } from './assertion.ts';
import { evaluate } from './evaluate.ts';
import type { Hydrated } from './fact-types.ts';
import { type FactValidator, factValidators } from './fact-validation.ts';
import { startFollowingUp } from './follow-up.ts';
import { sha256 } from './identity.ts';
import { looserOverrides } from './looser.ts';
import { outcomeOf } from './outcome.ts';
import { effectiveParams } from './params.ts';
import { type RollUp, startRollUp } from './roll-up.ts';
import { startUnproven, type Unproven } from './unproven.ts';

interface Fold {
  readonly counts: Record<Reason, number>;
  readonly failedBySeverity: Record<Severity, number>;
  readonly byControl: Map<string, Record<Reason, number>>;
  readonly systems: Map<string, string[]>;
  readonly unproven: Unproven;
  exceptions: number;
}

/**
 * Judges as the scan did: the same inputs give the same findings and the same assessment, byte for byte.
 *
 * @param compile gives a control of the input compiled, for who has checked it already; asked when a subject of its
 *   kind comes. Absent: all are compiled here.
 * @throws AssertionFault for a control that cannot be judged by
 */
export function createJudge(input: JudgeInput, compile: Compile = compiledAtOnce(input)): Judge {
  const controls = [...input.controls].sort((a, b) => byCodeUnit(a.control.id, b.control.id));
  const compiledOf = byKind(controls, compile);
  const knowledge = {
    definitions: new Map(input.facts.map((fact) => [fact.name, fact])),
    validate: rememberingValidators(factValidators(input.facts)),
  };
  const rollUps = rollUpsOf(input);
  const followingUp = startFollowingUp(input);
  const fold = startFold(input);
  return {
    subject: (record) => {
      noteSystem(fold, record);
      const hydrated: Hydrated = new Map();
      const findings = compiledOf(record.subject.kind).map((one) => {
        const finding = evaluate(one, {
          record,
          params: effectiveParams(one.control, record.subject, input.overrides),
          environment: input.scope.environment ?? '',
          knowledge,
          hydrated,
        });
        return followingUp.follow(finding, one.control, record.subject);
      });
      fold.unproven.add(record, findings);
      for (const finding of findings) count(fold, finding);
      for (const rollUp of rollUps) rollUp.add(record.subject, findings);
      return findings;
    },
    finish: () =>
      assessmentOf(
        input,
        controls,
        fold,
        rollUps.map((rollUp) => rollUp.result()),
        followingUp.changes(),
      ),
  };
}

type Compile = (control: Control) => CompiledControl;

function compiledAtOnce({ controls, facts }: JudgeInput): Compile {
  const compiled = new Map(controls.map(({ control }) => [control, compileControl(control, facts)]));
  return (control) => compiled.get(control) ?? compileControl(control, facts);
}

function byKind(
  controls: readonly ControlSource[],
  compile: Compile,
): (kind: SubjectKind) => readonly CompiledControl[] {
  const known = new Map<SubjectKind, readonly CompiledControl[]>();
  return (kind) => {
    const found = known.get(kind);
    if (found !== undefined) return found;
    const own = controls.filter(({ control }) => control.subject === kind);
    const compiled = own.map(({ control }) => compile(control));
    known.set(kind, compiled);
    return compiled;
  };
}

/** Every control that needs a fact asks for the same value. */
function rememberingValidators(validate: (fact: string) => FactValidator): (fact: string) => FactValidator {
  const known = new Map<string, FactValidator>();
  return (fact) => {
    const found = known.get(fact) ?? remembering(validate(fact));
    known.set(fact, found);
    return found;
  };
}

function remembering(validate: FactValidator): FactValidator {
  let latest: { readonly value: Json; readonly fault: string | undefined } | undefined;
  return (value) => {
    if (latest === undefined || latest.value !== value) latest = { value, fault: validate(value) };
    return latest.fault;
  };
}

function rollUpsOf(input: JudgeInput): readonly RollUp[] {
  return input.scope.audits.flatMap((audit) => {
    const framework = input.frameworks.find(({ id }) => id === audit.framework);
    return framework ? [startRollUp(audit, framework, input)] : [];
  });
}

function startFold(input: JudgeInput): Fold {
  return {
    counts: noCounts(),
    failedBySeverity: { low: 0, medium: 0, high: 0, critical: 0 },
    byControl: new Map(),
    systems: new Map(),
    unproven: startUnproven(input),
    exceptions: 0,
  };
}

function noCounts(): Record<Reason, number> {
  return { pass: 0, fail: 0, unseen: 0, error: 0, 'not-applicable': 0 };
}

/** A primary and its standbys have the identifier of their system in common: they are told apart as nodes of it. */
function noteSystem(fold: Fold, { identity, subject }: SubjectRecord): void {
  const identifier = identity['system-identifier'];
  if (identifier === undefined) return;
  const key = `${subject.kind} ${identifier} ${identity['node'] ?? ''} ${identity['started'] ?? ''}`;
  fold.systems.set(key, [...(fold.systems.get(key) ?? []), subject.id]);
}

function count(fold: Fold, finding: Finding): void {
  fold.counts[finding.reason] += 1;
  const own = fold.byControl.get(finding.controlId) ?? noCounts();
  fold.byControl.set(finding.controlId, own);
  own[finding.reason] += 1;
  fold.exceptions += finding.exceptions.length;
  if (finding.reason === 'fail') fold.failedBySeverity[finding.severity] += 1;
}

function assessmentOf(
  { run, scope, overrides }: JudgeInput,
  controls: readonly ControlSource[],
  fold: Fold,
  audits: Assessment['audits'],
  changes: Assessment['changes'],
): Omit<Assessment, 'digests'> {
  const noSubject = withoutSubject(controls, scope);
  const looser = looserOverrides(controls, overrides, scope.subjects);
  const { counts, failedBySeverity, exceptions } = fold;
  return {
    format: 0,
    run,
    scope,
    counts,
    failedBySeverity,
    exceptions,
    controls: controls.map((source) =>
      controlResult(source, fold.byControl.get(source.control.id) ?? noCounts()),
    ),
    noSubject,
    audits,
    ...(looser.length === 0 ? {} : { looser }),
    ...(changes === undefined ? {} : { changes }),
    sameSystem: [...fold.systems.values()].filter((subjects) => subjects.length > 1),
    outcome: outcomeOf({
      run,
      counts,
      failedBySeverity,
      unproven: fold.unproven.count(),
    }),
  };
}

/** Selected controls of a kind that nothing in scope is of; they count against a scan only where an audit wants them. */
function withoutSubject(controls: readonly ControlSource[], scope: Scope): Assessment['noSubject'] {
  const kinds = new Set(scope.subjects.map(({ kind }) => kind));
  return controls
    .filter(({ control }) => !kinds.has(control.subject))
    .map(({ control }) => ({
      controlId: control.id,
      kind: control.subject,
      inAudit: scope.audits.some(
        ({ declared, framework }) => declared === true && (control.satisfies[framework] ?? []).length > 0,
      ),
    }));
}

function controlResult({ control, text }: ControlSource, reasons: Record<Reason, number>): ControlResult {
  const { id, version, title, severity } = control;
  const subjects = Object.values(reasons).reduce((sum, one) => sum + one, 0);
  return { id, version, title, severity, sha256: sha256(text), subjects, reasons };
}
