import type { EffectiveParam, Finding, Json, ParamSpec, Scope } from '../model/index.ts';
import type { ReportInput } from './report-input.ts';

const mostMembers = 8;

/** `the profile mozilla-modern-6.0`: who gave a parameter its value. Of several profiles no finding says which. */
export function originWords(origin: EffectiveParam['origin'], { tailoring }: Scope): string {
  const [profile, ...others] = tailoring?.selects ?? [];
  if (origin !== 'profile' || profile === undefined || others.length > 0) return `the ${origin}`;
  return `the profile ${profile.profile}`;
}

/**
 * `by the profile mozilla-modern-6.0: refused = TLSv1.0, TLSv1.1, TLSv1.2`: what a finding was judged by that is not
 * the default; titles and fixes are written for the default. Undefined where all of it is.
 */
export function changedParamsWords(
  finding: Finding,
  { assessment, controls }: ReportInput,
): string | undefined {
  const specs = controls.get(finding.controlId)?.params ?? {};
  const byOrigin = new Map<string, string[]>();
  for (const [name, { value, origin }] of Object.entries(finding.params)) {
    if (origin === 'control' || isDefault(specs[name], value)) continue;
    const whose = originWords(origin, assessment.scope);
    byOrigin.set(whose, [...(byOrigin.get(whose) ?? []), `${name} = ${valueWords(value)}`]);
  }
  if (byOrigin.size === 0) return undefined;
  const parts = [...byOrigin].map(([whose, values]) => `by ${whose}: ${values.join('; ')}`);
  return `${parts.join('; ')} (title and fix are written for the default)`;
}

/** Profiles give some parameters the value that they have anyway. */
function isDefault(spec: ParamSpec | undefined, value: Json): boolean {
  return spec !== undefined && JSON.stringify(spec.default) === JSON.stringify(value);
}

function valueWords(value: Json): string {
  if (!Array.isArray(value)) return typeof value === 'string' ? value : JSON.stringify(value);
  if (value.length === 0) return 'none';
  const members = value.slice(0, mostMembers).map((member) => valueWords(member));
  const more = value.length > mostMembers ? [`and ${value.length - mostMembers} more`] : [];
  return [...members, ...more].join(', ');
}
