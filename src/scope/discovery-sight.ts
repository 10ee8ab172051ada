import type { SubjectRecord } from '../model/index.ts';

/** One run of data discovery over the declared columns of a database. */
export interface DiscoverySight {
  /** Id of the subject: of a target with several addresses each is a database of its own. */
  readonly subject: string;
  /** RFC 3339, the end of the look. */
  readonly at: string;
  /** Columns of which every row was read: `database.schema.table.column`. */
  readonly whole: readonly string[];
}

const discoverySource = 'data.samples';

interface Row {
  readonly column: string;
  readonly method?: string;
}

/** Undefined where no rows were read, or not all columns could be searched for what they suggest. */
export function discoverySight({
  subject,
  observations,
}: SubjectRecord<unknown>): DiscoverySight | undefined {
  const seen = observations.find(({ fact }) => fact === discoverySource);
  if (seen?.kind !== 'seen') return undefined;
  const searched = seen.completeness.find(({ list }) => list === '/columns');
  if (searched === undefined || searched.missing.length > 0) return undefined;
  const { columns } = seen.value as unknown as { readonly columns: readonly Row[] };
  const whole = columns.filter(({ method }) => method === 'whole').map(({ column }) => column);
  return { subject: subject.id, at: seen.endedAt, whole };
}
