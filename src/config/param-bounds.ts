import type { Json, ParamSpec, ParamType } from '../model/index.ts';
import { fitsParam } from './param-value.ts';
import { didYouMean } from './suggest.ts';
import type { YamlPath } from './yaml.ts';

/** What is wrong with a value, and where inside it. */
export interface ParamFault {
  readonly path: YamlPath;
  /** `expected …, got …` */
  readonly sentence: string;
}

const memberTypes: Readonly<Record<ParamType, ParamType>> = {
  string: 'string',
  int: 'int',
  bool: 'bool',
  'list<string>': 'string',
  'list<int>': 'int',
};

const isList = (type: ParamType): boolean => memberTypes[type] !== type;
const listed = (values: readonly Json[]): string => values.map((value) => JSON.stringify(value)).join(', ');
/** Registries are too long for a sentence; `assay controls show` has all of their names. */
const briefly = (values: readonly Json[]): string =>
  values.length <= 20 ? listed(values) : `its ${values.length} registered names`;
const holds = (values: readonly Json[], value: Json): boolean =>
  values.some((each) => JSON.stringify(each) === JSON.stringify(value));

/** Types, then bounds: the first thing that keeps a value from being one of the parameter's. */
export function valueFault(spec: ParamSpec, value: Json): ParamFault | undefined {
  if (!fitsParam(spec.type, value))
    return { path: [], sentence: `expected a value of type ${spec.type}, got another type` };
  return typeof value === 'number' ? rangeFault(spec, value) : choiceFault(spec, value);
}

function rangeFault({ minimum, maximum }: ParamSpec, value: number): ParamFault | undefined {
  if (minimum !== undefined && value < minimum)
    return { path: [], sentence: `expected a number from ${minimum}, got ${value}` };
  if (maximum !== undefined && value > maximum)
    return { path: [], sentence: `expected a number up to ${maximum}, got ${value}` };
  return undefined;
}

function choiceFault({ allowed }: ParamSpec, value: Json): ParamFault | undefined {
  if (allowed === undefined) return undefined;
  const members: readonly Json[] = Array.isArray(value) ? value : [value];
  const at = members.findIndex((member) => !holds(allowed, member));
  if (at < 0) return undefined;
  const got = members[at] ?? null;
  const meant = didYouMean(String(got), allowed.map(String));
  return {
    path: Array.isArray(value) ? [at] : [],
    sentence: `expected one of ${briefly(allowed)}, got ${JSON.stringify(got)}${meant}`,
  };
}

/** What is wrong with a parameter's own declaration: bounds of another type, or a default outside them. */
export function specFault(spec: ParamSpec): ParamFault | undefined {
  return boundsFault(spec) ?? stricterFault(spec) ?? defaultFault(spec);
}

function boundsFault({ type, minimum, maximum, allowed }: ParamSpec): ParamFault | undefined {
  const bounded = minimum !== undefined ? 'minimum' : 'maximum';
  if ((minimum ?? maximum) !== undefined && type !== 'int')
    return { path: [bounded], sentence: `expected bounds of an int, got ${bounded} for ${type}` };
  if (minimum !== undefined && maximum !== undefined && minimum > maximum)
    return { path: ['maximum'], sentence: `expected a maximum from ${minimum}, got ${maximum}` };
  if (allowed === undefined) return undefined;
  if (type === 'int' || type === 'bool')
    return { path: ['allowed'], sentence: `expected allowed for strings and lists, got it for ${type}` };
  const at = allowed.findIndex((value) => !fitsParam(memberTypes[type], value));
  if (at < 0) return undefined;
  return {
    path: ['allowed', at],
    sentence: `expected a value of type ${memberTypes[type]}, got another type`,
  };
}

function directionsOf(type: ParamType): readonly string[] {
  if (isList(type)) return ['fewer', 'more'];
  return type === 'int' ? ['lower', 'higher'] : [];
}

function stricterFault(spec: ParamSpec): ParamFault | undefined {
  const { type, stricter } = spec;
  if (stricter === undefined) return undefined;
  if (typeof stricter !== 'string') return orderFault(spec, stricter);
  const known = directionsOf(type);
  if (known.includes(stricter)) return undefined;
  const expected = known.length > 0 ? `one of ${known.join(', ')}` : 'its values from the loosest on';
  return { path: ['stricter'], sentence: `expected ${expected} for ${type}, got "${stricter}"` };
}

function orderFault(spec: ParamSpec, order: readonly Json[]): ParamFault | undefined {
  if (isList(spec.type))
    return { path: ['stricter'], sentence: `expected one of fewer, more for ${spec.type}, got a list` };
  const at = order.findIndex((value) => valueFault(spec, value) !== undefined);
  const wrong = at < 0 ? undefined : valueFault(spec, order[at] ?? null);
  if (wrong !== undefined) return { path: ['stricter', at], sentence: wrong.sentence };
  const missing = [spec.default, ...(spec.allowed ?? [])].find((value) => !holds(order, value));
  if (missing === undefined) return undefined;
  return {
    path: ['stricter'],
    sentence: `expected ${JSON.stringify(missing)} to be in the order, got it not`,
  };
}

function defaultFault(spec: ParamSpec): ParamFault | undefined {
  const fault = valueFault(spec, spec.default);
  if (fault === undefined) return undefined;
  const sentence = fault.sentence.replace('expected a value of', 'expected a default of');
  return { path: ['default', ...fault.path], sentence };
}

/** `from 1024 to 16384, stricter: higher`; empty for a parameter without bounds. A long list is there where it is asked for. */
export function boundsWords(
  { minimum, maximum, allowed, stricter }: ParamSpec,
  length: 'brief' | 'whole' = 'brief',
): string {
  const choice = length === 'whole' ? listed : briefly;
  const range = [
    ...(minimum === undefined ? [] : [`from ${minimum}`]),
    ...(maximum === undefined ? [] : [`to ${maximum}`]),
  ];
  const direction = typeof stricter === 'string' ? stricter : stricter?.map(String).join(' < ');
  return [
    ...(range.length === 0 ? [] : [range.join(' ')]),
    ...(allowed === undefined ? [] : [`of ${choice(allowed)}`]),
    ...(direction === undefined ? [] : [`stricter: ${direction}`]),
  ].join(', ');
}
