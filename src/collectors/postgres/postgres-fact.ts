import type { Query } from '../../postgres/query.ts';
import type { FactCollector } from '../collector.ts';
import type { PostgresSession } from './session.ts';

/** A fact of a server; `inside`: what it asks in every database, every variant of it. */
export interface PostgresFact extends FactCollector<PostgresSession> {
  readonly inside?: readonly Query[];
}
