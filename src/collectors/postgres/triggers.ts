import { triggersOf, triggersQuery } from '../../postgres/triggers.ts';
import { insideFact } from './inside-fact.ts';

export const triggers = insideFact({
  fact: 'postgres.triggers',
  queries: [triggersQuery],
  population: 'event triggers (pg_event_trigger) and switched-off triggers (pg_trigger)',
  itemsOf: triggersOf,
});
