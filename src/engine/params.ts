import type { Control, EffectiveParam, ParamOverrides, Subject } from '../model/index.ts';
import { isLooser } from './looser.ts';
import { overrideInForce } from './override-in-force.ts';

/** The parameters that hold for one control and one subject, with where each comes from. */
export function effectiveParams(
  control: Control,
  subject: Subject,
  overrides: ParamOverrides,
): Readonly<Record<string, EffectiveParam>> {
  const effective: Record<string, EffectiveParam> = {};
  for (const [name, spec] of Object.entries(control.params)) {
    const override = overrideInForce(control.id, name, subject, overrides);
    effective[name] =
      override === undefined
        ? { value: spec.default, origin: 'control' }
        : {
            value: override.value,
            origin: override.origin,
            reason: override.reason,
            ...(isLooser(spec, override.value) ? { looser: true } : {}),
          };
  }
  return effective;
}
