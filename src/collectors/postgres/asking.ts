import type { EvidenceItem, Json } from '../../model/index.ts';
import type { Query } from '../../postgres/query.ts';
import type { Row } from '../../postgres/row.ts';
import { evidenceOf } from './session.ts';

/** Asks queries and keeps what was asked and answered, for one fact. */
export interface Asking {
  readonly requests: readonly string[];
  readonly evidence: readonly EvidenceItem[];
  ask(link: Answering, query: Query, values?: readonly Json[]): Promise<readonly Row[]>;
  /** Keeps an answer that is there already; `database`: the one that gave it, where each was asked. */
  keep(query: Query, rows: readonly Row[], database?: string): void;
  /** Takes over what another one asked and was answered, about `what`. */
  take(other: Pick<Asking, 'requests' | 'evidence'>, what: string): void;
}

interface Answering {
  query(query: Query, values?: readonly Json[]): Promise<readonly Row[]>;
}

export function startAsking(): Asking {
  const requests = new Set<string>();
  const evidence: EvidenceItem[] = [];
  return {
    get requests() {
      return [...requests];
    },
    evidence,
    keep: (query, rows, database) => {
      requests.add(database === undefined ? query.text : `-- in each database\n${query.text}`);
      evidence.push(evidenceOf(query, [], rows, database));
    },
    take: (other, what) => {
      for (const request of other.requests) requests.add(request);
      evidence.push(...other.evidence.map((item) => ({ ...item, title: `${item.title} about ${what}` })));
    },
    ask: async (link, query, values = []) => {
      requests.add(query.text);
      const rows = await link.query(query, values);
      evidence.push(evidenceOf(query, values, rows));
      return rows;
    },
  };
}
