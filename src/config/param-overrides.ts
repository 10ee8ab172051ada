import type { Json, ParamOverride } from '../model/index.ts';

/** As files write them: by control id, then by parameter. */
export type RawOverrides = Readonly<
  Record<string, Readonly<Record<string, { readonly value: Json; readonly reason: string }>>>
>;

/** @param of the profile's, tag's or target's id; empty for the system */
export function overridesOf(
  origin: ParamOverride['origin'],
  of: string,
  raw: RawOverrides = {},
): readonly ParamOverride[] {
  return Object.entries(raw).flatMap(([control, params]) =>
    Object.entries(params).map(([param, { value, reason }]) => ({
      origin,
      of,
      control,
      param,
      value,
      reason,
    })),
  );
}
