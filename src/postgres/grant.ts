import type { Query } from './query.ts';

/** Where a server runs: a managed one has no superuser, so what only a superuser may grant is left out there. */
export const grantsPlatforms = ['self-managed', 'rds', 'aurora', 'cloudsql', 'azure'] as const;

export type GrantsPlatform = (typeof grantsPlatforms)[number];

/** Platforms on which nobody who runs the SQL is a superuser. */
export const managedPlatforms = ['rds', 'aurora', 'cloudsql', 'azure'] as const satisfies GrantsPlatform[];

/** Something that the auditing role is given, as one or more statements are made of it. */
export type Right =
  /** `managed`: the role whose membership an administrator of a managed server may hand on in its place. */
  | { readonly kind: 'membership'; readonly role: string; readonly managed?: string }
  /** SELECT on a relation of pg_catalog; `since`: the major version that brought it, absent: they all have it. */
  | { readonly kind: 'select'; readonly relation: string; readonly since?: number }
  /** EXECUTE on a function of pg_catalog, by its signature: `pg_hba_file_rules()`; `managed`: as for a membership. */
  | {
      readonly kind: 'execute';
      readonly signature: string;
      readonly since?: number;
      readonly managed?: string;
    }
  /** A function of the schema assay_audit that runs as its owner, a superuser; it takes no arguments. */
  | {
      readonly kind: 'definer';
      readonly name: string;
      readonly returns: string;
      readonly body: string;
    };

/** What one group of rights is for. */
export interface Grant {
  /** What the role sees by it, for the reader of the SQL: one sentence. */
  readonly shows: string;
  /** Names of the facts that cannot be seen, or not wholly, without it. */
  readonly facts: readonly string[];
  readonly rights: readonly Right[];
  /** Other databases in which it is needed again; absent: the one that assay connects to is enough. */
  readonly alsoIn?: {
    /** Which they are: `databases that have user mappings` */
    readonly words: string;
    /** Asked in each: its one row says in `needed` whether it is one of them. */
    readonly query: Query;
  };
  /** Platforms on which no administrator may grant it; absent: none. */
  readonly impossibleOn?: readonly GrantsPlatform[];
}

export const isPossible = ({ impossibleOn = [] }: Grant, platform: GrantsPlatform): boolean =>
  !impossibleOn.includes(platform);

/** Whether a server of a major version has what the right is on. */
export const isThere = (right: Right, major: number): boolean =>
  !('since' in right) || right.since === undefined || right.since <= major;
