/**
 * How a field may be kept: `plain` as it is, `account-identifier` kept and marked, `personal-content` as counts
 * only. A secret has no class: it is never collected.
 */
type DataClass = 'plain' | 'account-identifier' | 'personal-content';

interface Described {
  readonly description: string;
  readonly dataClass?: DataClass;
  /**
   * `required` (default): a fact without it is invalid. `optional`: absence is itself a fact ("there is none"), so
   * `has()` may ask for it. `if-seen`: absent when it could not be seen, so an item that reads it is unseen.
   */
  readonly presence?: 'required' | 'optional' | 'if-seen';
}

interface StringSchema extends Described {
  readonly type: 'string';
  readonly enum?: readonly string[];
  readonly format?: 'date-time';
}
interface IntegerSchema extends Described {
  readonly type: 'integer';
}
interface BooleanSchema extends Described {
  readonly type: 'boolean';
}
interface ListSchema extends Described {
  readonly type: 'array';
  readonly items: FactSchema;
  /** For lists of objects: the fields that together name an item in messages and fingerprints. */
  readonly itemKey?: readonly string[];
}
interface RecordSchema extends Described {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, FactSchema>>;
}
/** A map whose possible keys are all known; a key without a definite answer is absent, and so unseen. */
export interface MapSchema extends Described {
  readonly type: 'map';
  readonly keys: readonly string[];
  readonly values: FactSchema;
}

/** The shape of a fact, written once: types, CEL types, run-time validation and documentation come from it. */
export type FactSchema = StringSchema | IntegerSchema | BooleanSchema | ListSchema | RecordSchema | MapSchema;

/** A fact: what a collector says of one kind of subject. */
export interface FactDefinition<S extends FactRoot = FactRoot> {
  /** `<src folder>.<noun>`, for example `tls.versions`. */
  readonly name: string;
  readonly subject: SubjectKind;
  readonly schema: S;
}

type PropertyOf<S> = S extends { readonly presence: 'optional' | 'if-seen' } ? 'maybe' : 'always';

/** The TypeScript type of the values that a schema describes. */
export type FactOf<S> = S extends { readonly type: 'string'; readonly enum: readonly (infer E)[] }
  ? E
  : S extends { readonly type: 'string' }
    ? string
    : S extends { readonly type: 'integer' }
      ? number
      : S extends { readonly type: 'boolean' }
        ? boolean
        : S extends { readonly type: 'array'; readonly items: infer I }
          ? readonly FactOf<I>[]
          : S extends { readonly type: 'map'; readonly keys: readonly (infer K)[]; readonly values: infer V }
            ? { readonly [P in K & string]?: FactOf<V> }
            : S extends { readonly type: 'object'; readonly properties: infer P }
              ? {
                  readonly [K in keyof P as PropertyOf<P[K]> extends 'always' ? K : never]: FactOf<P[K]>;
                } & {
                  readonly [K in keyof P as PropertyOf<P[K]> extends 'maybe' ? K : never]?: FactOf<P[K]>;
                }
              : never;

/** What a whole fact may be. */
export type FactRoot = ListSchema | RecordSchema | MapSchema;

/** What controls are about: kinds of system that assay can look at, and the organisation over all of them. */
export const subjectKinds = [
  'tls-endpoint',
  'http-api',
  'postgres-server',
  'data-store',
  'dns-zone',
  'log-store',
  'organisation',
] as const;
export type SubjectKind = (typeof subjectKinds)[number];
/** The kinds that there is something to connect to of. */
export type SystemKind = Exclude<SubjectKind, 'organisation'>;
/** Kinds of subject that are a side of a system and not one more, with what their ids end with. */
export const sideSuffixes = {
  'http-api': '~http',
  'data-store': '~data',
  'log-store': '~log',
} as const satisfies Partial<Record<SystemKind, string>>;
export type SideKind = keyof typeof sideSuffixes;
/** The kinds of system that a target can be; a side is a subject beside the system that it belongs to. */
export type TargetKind = Exclude<SystemKind, SideKind>;
