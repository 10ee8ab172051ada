import type { ParamOverride, ParamOverrides, Subject } from '../model/index.ts';

/** Control < profile < system < tag < target; among those of one origin, the later stands. */
const precedence = ['profile', 'system', 'tag', 'target'] as const;

/** The override that holds for one parameter and one subject; undefined where the control's default does. */
export function overrideInForce(
  control: string,
  param: string,
  subject: Subject,
  { overrides }: ParamOverrides,
): ParamOverride | undefined {
  const concerning = overrides.filter(
    (override) => override.control === control && override.param === param && concerns(override, subject),
  );
  const origin = precedence.findLast((each) => concerning.some((override) => override.origin === each));
  return concerning.findLast((override) => override.origin === origin);
}

function concerns(override: ParamOverride, subject: Subject): boolean {
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
