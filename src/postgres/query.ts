import type { Row } from './row.ts';

/** One statement, exactly as it is sent; `since` and `before` bound the major versions that it is for. */
export interface Query {
  readonly name: string;
  readonly since: number;
  readonly before: number;
  readonly text: string;
  /** What a role must be granted to ask it, where not everyone may. */
  readonly right?: string;
  /** Asked in a database only after another query there, and where the first row of its answer admits it. */
  readonly after?: { readonly query: Query; admits(row: Row | undefined): boolean };
}

/** Major versions whose catalogs these queries were tried on. */
export const supportedMajors = { first: 12, last: 18 } as const;

export const everyMajor = { since: supportedMajors.first, before: supportedMajors.last + 1 } as const;

/**
 * The variant of a query for a server.
 *
 * @throws RangeError for a major that none is for
 */
export function queryFor(variants: readonly Query[], major: number): Query {
  const query = variants.find((one) => isFor(one, major));
  if (query === undefined) throw new RangeError(`expected a supported major version, got ${major}`);
  return query;
}

export const isFor = ({ since, before }: Query, major: number): boolean => since <= major && major < before;
