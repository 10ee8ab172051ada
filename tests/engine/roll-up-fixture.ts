import { startRollUp } from '../../src/engine/roll-up.ts';
import type {
  Audit,
  AuditResult,
  Control,
  Element,
  Finding,
  Framework,
  JudgeInput,
  Reason,
  Requirement,
  RequirementLink,
  Scope,
  Selection,
  Subject,
  SubjectKind,
} from '../../src/model/index.ts';
import { control, subject } from './fixture.ts';

export const audit: Audit = { framework: 'demo', boundaryTags: [], declared: true };
export const everything: Selection = { frameworks: [], controls: [], tags: [], severity: 'low' };

export function requirementOf(id: string, more: Partial<Requirement> = {}): Requirement {
  return { id, title: id, parent: null, section: '', kind: 'x', testability: 'automated', ...more };
}

export function elementsOf(ids: readonly string[], kinds: readonly string[] = ['tls-endpoint']): Element[] {
  return ids.map((id) => ({ id, title: id, kinds }));
}

export function frameworkOf(requirements: readonly Requirement[], id = 'demo'): Framework {
  return { id, title: 'Demo', version: '1', source: '', copyright: '', requirements };
}

export function subjectOf(id: string, kind: SubjectKind = 'tls-endpoint', tags: string[] = []): Subject {
  return { ...subject, id, kind, tags };
}

/** A test of `kind` with links into one framework; `requirement/element` is partial, `requirement` alone is full. */
export function test(
  id: string,
  links: readonly (string | RequirementLink)[],
  kind: SubjectKind = 'tls-endpoint',
  framework = 'demo',
): Control {
  return control('true', { id, subject: kind, satisfies: { [framework]: links.map(linkOf) } });
}

function linkOf(link: string | RequirementLink): RequirementLink {
  if (typeof link !== 'string') return link;
  const [id = '', element] = link.split('/');
  return element === undefined
    ? { id, strength: 'full', rationale: 'because' }
    : { id, strength: 'partial', element };
}

function findingOf(one: Control, { id: subjectId, kind }: Subject, reason: Reason): Finding {
  return {
    id: `${one.id} ${subjectId}`,
    controlId: one.id,
    controlVersion: 1,
    title: one.title,
    severity: one.severity,
    subjectId,
    targetId: subjectId,
    subjectKind: kind,
    reason,
    message: '',
    population: { items: 1, exceptions: 0, unseen: 0, complete: true, basis: [] },
    exceptions: [],
    unseen: [],
    params: {},
    observations: [],
    evidence: [],
    requirements: Object.entries(one.satisfies).flatMap(([framework, links]) =>
      links.map(({ id, strength, element }) => ({
        framework,
        id,
        strength,
        ...(element === undefined ? {} : { element }),
      })),
    ),
  };
}

const loose = { days: { value: 90, origin: 'system', reason: 'risk', looser: true } } as const;

export interface Tried {
  readonly framework: Framework;
  readonly controls: readonly Control[];
  readonly subjects?: readonly Subject[];
  readonly audit?: Audit;
  readonly selection?: Selection;
  readonly scope?: Partial<Scope>;
  readonly judgedAt?: string;
  /** Ids of controls whose parameters are looser than the default. */
  readonly loosened?: readonly string[];
  /** `pass` where it says nothing. */
  readonly verdict?: (controlId: string, subjectId: string) => Reason;
}

/** What a roll-up says of findings that need no observations. */
export function rolledUp({ framework, controls, verdict = () => 'pass', ...more }: Tried): AuditResult {
  const subjects = more.subjects ?? [subjectOf('web')];
  const own = more.audit ?? { ...audit, framework: framework.id };
  const input = {
    run: {
      judgedAt: more.judgedAt ?? '2026-11-20T00:00:00.000Z',
      selection: more.selection ?? everything,
    },
    scope: { subjects, targets: [], audits: [own], ...more.scope },
    controls: controls.map((one) => ({ file: '', text: '', control: one })),
  } as unknown as JudgeInput;
  const rollUp = startRollUp(own, framework, input);
  for (const each of subjects) {
    const findings = controls
      .filter(({ subject: kind }) => kind === each.kind)
      .map((one) => ({
        ...findingOf(one, each, verdict(one.id, each.id)),
        ...(more.loosened?.includes(one.id) ? { params: loose } : {}),
      }));
    rollUp.add(each, findings);
  }
  return rollUp.result();
}
