import type { Control, EffectiveParam, ParamOverrides, Subject } from '../model/index.ts';

/** Control < profile < system < tag < target; among tags, the later in the file stands. */
const precedence = ['profile', 'system', 'tag', 'target'] as const;

/** The parameters that hold for one control and one subject, with where each comes from. */
export function effectiveParams(
  control: Control,
  subject: Subject,
  { overrides }: ParamOverrides,
): Readonly<Record<string, EffectiveParam>> {
  const effective: Record<string, EffectiveParam> = {};
  for (const [name, spec] of Object.entries(control.params)) {
    effective[name] = { value: spec.default, origin: 'control' };
  }
  for (const origin of precedence) {
    for (const override of overrides) {
      const applies =
        override.origin === origin && override.control === control.id && concerns(override, subject);
      if (applies && Object.hasOwn(effective, override.param)) {
        effective[override.param] = { value: override.value, origin };
      }
    }
  }
  return effective;
}

function concerns(override: ParamOverrides['overrides'][number], subject: Subject): boolean {
  switch (override.origin) {
    case 'profile':
    case 'system':
      return true;
    case 'tag':
      return subject.tags.includes(override.of);
    case 'target':
      return subject.targetId === override.of;
  }
}
