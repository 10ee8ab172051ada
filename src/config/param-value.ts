import type { Json, ParamType } from '../model/index.ts';

const isInt = (value: Json): boolean => Number.isSafeInteger(value);
const isText = (value: Json): boolean => typeof value === 'string';

const checks: Readonly<Record<ParamType, (value: Json) => boolean>> = {
  string: isText,
  int: isInt,
  bool: (value) => typeof value === 'boolean',
  'list<string>': (value) => Array.isArray(value) && value.every(isText),
  'list<int>': (value) => Array.isArray(value) && value.every(isInt),
};

/** True where a value is of a parameter's type. */
export function fitsParam(type: ParamType, value: Json): boolean {
  return checks[type](value);
}
