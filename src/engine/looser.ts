import type {
  ControlSource,
  Json,
  LooserOverride,
  ParamOverrides,
  ParamSpec,
  Subject,
} from '../model/index.ts';
import { overrideInForce } from './override-in-force.ts';

const same = (a: Json, b: Json): boolean => JSON.stringify(a) === JSON.stringify(b);

/** True where every member of `inner` is one of `outer`. */
function within(inner: Json, outer: Json): boolean {
  if (!Array.isArray(inner) || !Array.isArray(outer)) return false;
  const members = new Set(outer.map((each: Json) => JSON.stringify(each)));
  return inner.every((each: Json) => members.has(JSON.stringify(each)));
}

/** A value that the order does not name could be anything. */
function notBefore(order: readonly Json[], value: Json, reference: Json): boolean {
  const at = order.findIndex((each) => same(each, value));
  return at >= 0 && at >= order.findIndex((each) => same(each, reference));
}

function atLeastAsStrict({ stricter, default: reference }: ParamSpec, value: Json): boolean {
  if (same(value, reference)) return true;
  switch (stricter) {
    case undefined:
      return false;
    case 'lower':
      return Number(value) <= Number(reference);
    case 'higher':
      return Number(value) >= Number(reference);
    case 'fewer':
      return within(value, reference);
    case 'more':
      return within(reference, value);
    default:
      return notBefore(stricter, value, reference);
  }
}

/** True unless the value is known to be at least as strict as the default. */
export function isLooser(spec: ParamSpec, value: Json): boolean {
  return !atLeastAsStrict(spec, value);
}

/** Overrides of these controls that are looser than the default, in their order, also those that others outrank. */
export function looserOverrides(
  controls: readonly ControlSource[],
  overrides: ParamOverrides,
  subjects: readonly Subject[],
): readonly LooserOverride[] {
  const byId = new Map(controls.map(({ control }) => [control.id, control]));
  return overrides.overrides.flatMap((override) => {
    const control = byId.get(override.control);
    const spec = control?.params[override.param];
    if (control === undefined || spec === undefined || !isLooser(spec, override.value)) return [];
    const held = subjects.filter(
      (subject) =>
        subject.kind === control.subject &&
        overrideInForce(control.id, override.param, subject, overrides) === override,
    );
    return [{ ...override, default: spec.default, subjects: held.length }];
  });
}
