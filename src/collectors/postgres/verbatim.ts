import type { Query } from '../../postgres/query.ts';

/** Queries for a plan: each verbatim, with its name and the versions of PostgreSQL that it is for. */
export function verbatim(...queries: readonly Query[]): readonly string[] {
  return queries.map(
    ({ name, since, before, text }) => `-- ${name}, PostgreSQL ${since} to ${before - 1}\n${text}`,
  );
}
